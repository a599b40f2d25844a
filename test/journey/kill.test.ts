// Kill -9 at random moments of ingest, training and serving: what was acknowledged is there once, and the server is
// back within ten seconds, or ten times as long as the emptiest command takes where the machine is that slow.

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Rng } from '../../src/core/index.ts';
import { versionMs } from './command.ts';
import { type ServerProcess, startServer } from './server-process.ts';

const kills = 20;
const readyWithinMs = 10_000;
/** A start took at most this many times as long as `almanac --version` right after it: the machine's own slowness. */
const readyWithinVersions = 10;
/** Few, and two quick models, so that some trainings end between two kills and others are cut at any step. */
const seriesCount = 12;
/** Acknowledged things looked for at once afterwards. */
const lookups = 16;
const historyDays = 120;
/** Long ago: a fast machine sends years of days, and none may lie in the future. */
const firstDay = Date.UTC(2000, 0, 1);

const config = `export default {
  projects: {
    shop: {
      frequency: 'day', horizonSteps: 14, seasons: [7], gaps: 'missing', models: ['snaive', 'ses'],
      columns: { series: 'item', time: 'date', target: 'units' },
    },
  },
};
`;

const dateOf = (day: number): string => new Date(firstDay + day * 86_400_000).toISOString().slice(0, 10);

/** The demand of a day, the same whenever it is asked for. */
function rowsOf(day: number): { item: string; date: string; units: number }[] {
  const rng = new Rng(1000 + day);
  return Array.from({ length: seriesCount }, (_, i) => ({
    item: `item-${String(i).padStart(2, '0')}`,
    date: dateOf(day),
    units: 20 + 3 * (day % 7) + (i % 5) + rng.below(9),
  }));
}

/** What the server acknowledged before it was killed. */
interface Acknowledged {
  /** Days whose batch was answered. */
  days: number;
  readonly predictions: string[];
  readonly jobs: string[];
  readonly overrides: { readonly key: string; readonly id: string; readonly body: object }[];
}

class Client {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  async get(path: string): Promise<{ status: number; body: Record<string, unknown> }> {
    const response = await fetch(`${this.#url}${path}`);
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  }

  async post(
    path: string,
    body: unknown,
    headers: Record<string, string> = {},
  ): Promise<{ status: number; body: Record<string, unknown> }> {
    const response = await fetch(`${this.#url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  }

  postDay(day: number): Promise<{ status: number; body: Record<string, unknown> }> {
    return this.post('/v1/projects/shop/observations', rowsOf(day), { 'idempotency-key': `day-${day}` });
  }
}

/** Observes, forecasts and trains, all at once, until the server is gone. */
async function load(client: Client, known: Acknowledged): Promise<void> {
  const untilGone = async (work: () => Promise<void>): Promise<void> => {
    try {
      for (;;) await work();
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // fetch fails with a TypeError when the server is gone
    }
  };
  await Promise.all([
    untilGone(async () => {
      const answer = await client.postDay(known.days);
      assert.ok(answer.status === 200 || answer.status === 201, JSON.stringify(answer));
      assert.equal(answer.body.accepted, seriesCount, JSON.stringify(answer.body));
      known.days += 1;
    }),
    untilGone(async () => {
      const answer = await client.post('/v1/projects/shop/forecast', {
        series: ['item-00', 'item-05', 'item-11'],
      });
      assert.equal(answer.status, 200, JSON.stringify(answer));
      const forecasts = answer.body.forecasts as { predictionId: string }[];
      known.predictions.push(...forecasts.map((forecast) => forecast.predictionId));
    }),
    untilGone(async () => {
      const key = `override-${known.overrides.length}-${known.days}`;
      const timestamp = dateOf(known.days + 8);
      const body = { series: 'item-03', reason: 'fair', periods: [{ timestamp, value: 30 }] };
      const answer = await client.post('/v1/projects/shop/overrides', body, { 'idempotency-key': key });
      // Days may have come faster than it.
      if (answer.status === 409) return;
      assert.equal(answer.status, 200, JSON.stringify(answer));
      const [{ id } = { id: '' }] = answer.body.items as { id: string }[];
      known.overrides.push({ key, id, body });
      await sleep(40);
    }),
    untilGone(async () => {
      const answer = await client.post('/v1/projects/shop/train', {});
      assert.equal(answer.status, 202, JSON.stringify(answer));
      known.jobs.push(answer.body.jobId as string);
      await sleep(150);
    }),
  ]);
}

async function waitForJob(client: Client, id: string): Promise<string> {
  for (let i = 0; i < 6000; i++) {
    const { body } = await client.get(`/v1/jobs/${id}`);
    // A job that failed says why.
    if (body.state === 'failed') return `failed: ${JSON.stringify(body.error)}`;
    if (['done', 'cancelled'].includes(body.state as string)) return body.state as string;
    await sleep(50);
  }
  throw new Error(`job ${id} did not end within five minutes`);
}

async function mustTrain(client: Client): Promise<void> {
  const answer = await client.post('/v1/projects/shop/train', {});
  assert.equal(await waitForJob(client, answer.body.jobId as string), 'done');
}

test('20 kills at random moments lose nothing, double nothing, and the server is back within ten seconds', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'almanac-kill-'));
  const rng = new Rng(20);
  const known: Acknowledged = { days: 0, predictions: [], jobs: [], overrides: [] };
  const slowStarts: string[] = [];
  let server: ServerProcess | undefined;
  try {
    await writeFile(join(folder, 'almanac.config.ts'), config);
    server = await startServer(folder);
    const client = new Client(server.url);
    for (; known.days < historyDays; known.days++)
      assert.equal((await client.postDay(known.days)).body.accepted, seriesCount);
    await mustTrain(client);

    for (let kill = 0; kill < kills; kill++) {
      const client = new Client(server.url);
      // Every other time the training that was cut ends first, so that many are cut, each at another moment.
      const cut = known.jobs.at(-1);
      if (kill % 2 === 1 && cut !== undefined) assert.equal(await waitForJob(client, cut), 'done');
      const running = load(client, known);
      await sleep(100 + rng.below(900));
      await server.kill();
      await running;
      server = await startServer(folder);
      if (server.startMs <= readyWithinMs) continue;
      const ownMs = await versionMs(folder);
      if (server.startMs > readyWithinVersions * ownMs)
        slowStarts.push(`${Math.round(server.startMs)} ms, --version ${Math.round(ownMs)} ms`);
    }

    assert.ok(new Set(known.jobs).size >= kills / 4, 'hardly any training was there to be cut');
    await checkNothingLost(new Client(server.url), known);
    assert.equal(await server.stop(), 0);
    server = undefined;
    checkNothingDoubled(folder, known);
  } finally {
    await server?.kill();
    await rm(folder, { recursive: true, force: true });
  }
  assert.deepEqual(slowStarts, []);
});

async function checkNothingLost(client: Client, known: Acknowledged): Promise<void> {
  await together(known.predictions, async (id) => {
    const { status } = await client.get(`/v1/predictions/${id}`);
    assert.equal(status, 200, `acknowledged prediction ${id} is gone`);
  });
  assert.ok(known.overrides.length > kills, 'hardly anything was overridden');
  await together(known.overrides, async ({ key, id, body }) => {
    const again = await client.post('/v1/projects/shop/overrides', body, { 'idempotency-key': key });
    const [same] = again.body.items as { id: string }[];
    assert.deepEqual([again.body.replayed, same?.id], [true, id], `acknowledged override ${id} is gone`);
  });
  await together([...Array(known.days).keys()], async (day) => {
    const again = await client.postDay(day);
    assert.equal(again.body.replayed, true, `acknowledged batch of day ${day} is gone`);
    assert.equal(again.body.accepted, seriesCount);
  });
  // Every job that was accepted has ended or still ends: a killed step is taken over, not lost.
  for (const id of new Set(known.jobs)) assert.equal(await waitForJob(client, id), 'done');
  // The batch under way at a kill was committed whole or not at all; sending it again settles which.
  assert.equal((await client.postDay(known.days)).body.accepted, seriesCount);
  known.days += 1;
  // A request joins a training that is under way, which may have begun before that day: the second one cannot have.
  await mustTrain(client);
  await mustTrain(client);
  const { body } = await client.get('/v1/projects/shop/snapshots');
  const [newest] = body.items as { rowCount: number; seriesCount: number }[];
  assert.deepEqual(
    { rows: newest?.rowCount, series: newest?.seriesCount },
    { rows: known.days * seriesCount, series: seriesCount },
  );
}

/** Does `work` for every item, some at a time. */
async function together<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = items.values();
  const one = async (): Promise<void> => {
    for (const item of left) await work(item);
  };
  await Promise.all(Array.from({ length: lookups }, one));
}

/** Reads the database itself, so that no cache can make it look better than it is. */
function checkNothingDoubled(folder: string, known: Acknowledged): void {
  const database = new DatabaseSync(join(folder, '.almanac', 'control.sqlite'), { readOnly: true });
  try {
    const predictions = database
      .prepare('select count(*) as n, count(distinct id) as ids from prediction')
      .get() as { n: number; ids: number };
    assert.equal(predictions.n, predictions.ids);
    // The same forecast asked again is the same prediction.
    assert.ok(predictions.n >= new Set(known.predictions).size);
    const overrides = database
      .prepare(
        `select count(*) as n, count(distinct change_id) as changes,
          (select count(*) from (select 1 from override_entry as entry where not exists (
            select 1 from override_entry as later where later.ends = entry.id) group by period having count(*) > 1)) as twice
         from override_entry`,
      )
      .get() as { n: number; changes: number; twice: number };
    assert.ok(overrides.n === overrides.changes && overrides.n >= known.overrides.length);
    assert.equal(overrides.twice, 0, 'one stands in each period');
    const batches = database
      .prepare('select count(*) as n, sum(rows_accepted) as rows from batch where rows_accepted > 0')
      .get() as {
      n: number;
      rows: number;
    };
    assert.deepEqual({ ...batches }, { n: known.days, rows: known.days * seriesCount });
  } finally {
    database.close();
  }
}
