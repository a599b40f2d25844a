// The main job, as its user does it: an own file to a served forecast, and the forecast kept right after that. Real
// processes over the command line and HTTP, in a folder of its own.

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { AlmanacClient, type AlmanacEvent, type Forecast } from '../../src/interfaces/client/index.ts';
import { articles, columns, dateOf, salesFile, salesOf, shops } from './bakery-data.ts';
import { assertRefused, command, commandJson, oneJson, versionMs } from './command.ts';
import { type ServerProcess, startServer } from './server-process.ts';

const historyDays = 140;
const seriesCount = shops.length * articles.length;
const horizon = 7;
const oneSecond = 1000;

const folder = await mkdtemp(join(tmpdir(), 'almanac-job-'));
let server: ServerProcess | undefined;
after(async () => {
  await server?.kill();
  await rm(folder, { recursive: true, force: true });
});

interface Versioned {
  readonly id: string;
  readonly number: number;
  readonly aliases: readonly string[];
}
const versions = (): Promise<Versioned[]> => commandJson(folder, 'models');

/** Asks until `wanted` holds; the milliseconds it took, or an error after two minutes. */
async function msUntil(what: string, wanted: () => Promise<boolean>): Promise<number> {
  const started = performance.now();
  for (;;) {
    if (await wanted()) return performance.now() - started;
    assert.ok(performance.now() - started < 120_000, `${what} did not happen within two minutes`);
    await sleep(20);
  }
}

/** A second; on a machine where even `--version` takes longer, as long as that. */
const soon = async (): Promise<number> => Math.max(oneSecond, await versionMs(folder));

test('init writes a configuration that fits a file with odd column names and a composite key', async () => {
  await writeFile(join(folder, 'kasse.csv'), `${salesFile(0, historyDays).join('\n')}\n`);
  const found = await commandJson<{ project: string; config: Record<string, unknown> }>(
    folder,
    'init',
    'kasse.csv',
  );
  assert.equal(found.project, 'kasse');
  assert.deepEqual(found.config.columns, {
    series: [columns.shop, columns.article],
    time: columns.day,
    target: columns.sold,
  });
  assert.equal(found.config.frequency, 'day');
  assert.deepEqual(found.config.seasons, [7]);
  const shown = await commandJson<{ file: string }>(folder, 'config', 'show');
  assert.equal(shown.file, join(folder, 'almanac.config.ts'));
  await assertRefused(folder, ['init', 'kasse.csv'], { exit: 1, says: /is there already[\s\S]*--force/ });
});

test('init asks what can be read in two ways, and takes the answer with --dialect', async () => {
  const rows = Array.from(
    { length: 12 },
    (_, i) => `A;${String(i + 1).padStart(2, '0')}/01/2025;1.${234 + i}`,
  );
  await writeFile(join(folder, 'absatz.csv'), `artikel;datum;menge\n${rows.join('\n')}\n`);
  const to = ['--out', 'absatz.config.ts'];
  await assertRefused(folder, ['init', 'absatz.csv', ...to], {
    exit: 1,
    says: /dd\/MM\/yyyy[\s\S]*--dialect/,
  });
  await assertRefused(folder, ['init', 'absatz.csv', ...to, '--dialect', 'dateFormat=dd/MM/yyyy'], {
    exit: 1,
    says: /1\.234 or 1234/,
  });
  await commandJson(
    folder,
    'init',
    'absatz.csv',
    ...to,
    '--dialect',
    'dateFormat=dd/MM/yyyy decimal=, thousands=.',
  );
  const said = ['validate', 'absatz.csv', '--config', 'absatz.config.ts'];
  const { rows: read, quarantined } = await commandJson<{ rows: number; quarantined: number }>(
    folder,
    ...said,
  );
  assert.deepEqual({ read, quarantined }, { read: 12, quarantined: 0 });
});

test('before any data, each command says what to do first', async () => {
  await assertRefused(folder, ['forecast'], { exit: 1, says: /almanac ingest[\s\S]*almanac train/ });
  await assertRefused(folder, ['train'], { exit: 1, says: /no accepted observation yet/ });
  await assertRefused(folder, ['rollback'], { exit: 1, says: /hint:/ });
  assert.deepEqual(await commandJson(folder, 'models'), []);
  assert.deepEqual(await commandJson(folder, 'snapshot', 'list'), []);
});

test('validate and ingest put each spoilt row aside with its number and a code; the same file twice is once', async () => {
  const lines = salesFile(0, historyDays);
  lines.splice(11, 0, `Nord 1;Brot;2024-13-45;7`, `Nord 1;Brot;2024-02-01;viele`);
  lines.push(`;Brot;2024-02-01;4`);
  await writeFile(join(folder, 'dirty.csv'), `${lines.join('\n')}\n`);
  const good = historyDays * seriesCount;

  const checked = await command(folder, 'validate', 'dirty.csv', '--json');
  assert.equal(checked.code, 1, 'a file that is not all good is answered with 1');
  const report = oneJson(checked.stdout) as { accepted: number; quarantined: number };
  assert.deepEqual([report.accepted, report.quarantined], [good, 3]);

  type Taken = { replayed: boolean; batch: { id: string; rowsAccepted: number; rowsQuarantined: number } };
  const first = await commandJson<Taken>(folder, 'ingest', 'dirty.csv');
  assert.deepEqual([first.replayed, first.batch.rowsAccepted, first.batch.rowsQuarantined], [false, good, 3]);
  const rows = await commandJson<{ row: number; code: string }[]>(folder, 'quarantine');
  assert.deepEqual(
    rows.map(({ row, code }) => [row, code]),
    [
      [11, 'bad-time'],
      [12, 'bad-number'],
      [good + 3, 'null-series'],
    ],
  );
  const second = await commandJson<Taken>(folder, 'ingest', 'dirty.csv');
  assert.deepEqual([second.replayed, second.batch.id], [true, first.batch.id]);
});

test('train makes the first version, with its run and snapshot, and the command line forecasts with it', async () => {
  const trained = await commandJson<{ state: string; champion: { number: number } }>(folder, 'train');
  assert.deepEqual([trained.state, trained.champion.number], ['done', 1]);
  const [version] = await versions();
  assert.deepEqual(version?.aliases, ['champion']);
  const runs = await commandJson<{ status: string; snapshotId: string }[]>(folder, 'runs');
  const snapshots = await commandJson<{ id: string; rowCount: number }[]>(folder, 'snapshot', 'list');
  assert.deepEqual(
    runs.map(({ status, snapshotId }) => [status, snapshotId]),
    [['finished', snapshots[0]?.id]],
  );
  assert.equal(snapshots[0]?.rowCount, historyDays * seriesCount);
  const forecast = await commandJson<Forecast>(folder, 'forecast', '--horizon', '3');
  assert.equal(forecast.model.version, 1);
  assert.equal(forecast.forecasts.length, seriesCount);
  assert.equal(forecast.forecasts[0]?.steps[0]?.timestamp, dateOf(historyDays));
});

test('the server keeps the forecast right while the command line works beside it', async (t) => {
  server = await startServer(folder);
  const { url } = server;
  const client = new AlmanacClient({ baseUrl: url });
  const stopEvents = new AbortController();
  const seen: AlmanacEvent[] = [];
  const listening = (async () => {
    for await (const event of client.events({ signal: stopEvents.signal, after: 0 })) seen.push(event);
  })();
  let answer: Forecast | undefined;

  await t.test('answers a forecast for the days ahead', async () => {
    answer = await client.forecast('kasse', { horizon, quantiles: [0.1, 0.5, 0.9] });
    assert.equal(answer.cutoffAt.slice(0, 10), dateOf(historyDays - 1));
    for (const { series, source, steps } of answer.forecasts) {
      assert.equal(source, 'model', series);
      assert.equal(steps.length, horizon);
      for (const { mean, quantiles } of steps) {
        assert.ok(mean > 20 && mean < 120, `${series}: ${mean}`);
        assert.ok(quantiles['0.1']! <= quantiles['0.5']! && quantiles['0.5']! <= quantiles['0.9']!);
      }
    }
    const ids = new Set(answer.forecasts.map(({ series }) => series));
    assert.ok(ids.has('Nord 1/Brot') && ids.size === seriesCount, [...ids].join(', '));
  });

  await t.test(
    'grades it when the actuals arrive, all of them, and restates it after a correction',
    async () => {
      for (let day = historyDays; day < historyDays + horizon; day++) {
        // Both shops are done with the day: it need not wait for the next one to be over.
        const sent = { idempotencyKey: `day-${day}`, closedThrough: dateOf(day) };
        const taken = await client.observe('kasse', salesOf(day), sent);
        assert.equal(taken.accepted, seriesCount);
      }
      const { overall } = await client.accuracy('kasse');
      assert.equal(overall.labelCoverage, 1);
      assert.equal(overall.labelsJoined, overall.labelsDue);
      assert.ok(overall.metrics.n >= seriesCount * horizon);
      assert.ok(overall.metrics.wape !== null && overall.metrics.wape < 0.15, `WAPE ${overall.metrics.wape}`);

      const [first, ...others] = salesOf(historyDays);
      await client.observe('kasse', [{ ...first, [columns.sold]: 500 }, ...others]);
      const restated = (await client.accuracy('kasse')).overall;
      assert.equal(restated.labelCoverage, 1);
      assert.equal(restated.metrics.n, overall.metrics.n);
      assert.ok(restated.metrics.mae! > overall.metrics.mae!);
      const told = await commandJson<{ overall: unknown }>(folder, 'accuracy');
      assert.deepEqual(told.overall, restated, 'the command line and HTTP tell the same');
    },
  );

  await t.test('tells where a forecast came from, down to the batches', async () => {
    const { predictionId } = answer?.forecasts[0] ?? { predictionId: '' };
    const lineage = await commandJson<Record<string, Record<string, unknown>>>(folder, 'why', predictionId);
    assert.equal(lineage.version?.number, 1);
    assert.equal(lineage.run?.id, lineage.version?.runId);
    assert.equal(lineage.snapshot?.id, lineage.version?.snapshotId);
    assert.equal(lineage.trainedOn?.count, 1);
    assert.equal((lineage.trainedOn?.newest as { source: string }[] | undefined)?.[0]?.source, 'dirty.csv');
    assert.equal((await client.why(predictionId)).prediction.id, predictionId);
  });

  const serves = async (number: number): Promise<boolean> =>
    (await client.forecast('kasse', { horizon: 1 })).model.version === number;

  await t.test('retrains by itself after a week of new days', async () => {
    await msUntil('the retraining', () => serves(2));
  });

  await t.test('swaps to a newly trained version while requests run, and none fails', async () => {
    const nextDay = historyDays + horizon; // else the champion would come out again
    await client.observe('kasse', salesOf(nextDay), { closedThrough: dateOf(nextDay) });
    const servedBy: number[] = [];
    let stop = false;
    const asking = Array.from({ length: 4 }, async () => {
      while (!stop) servedBy.push((await client.forecast('kasse', { horizon: 2 })).model.version);
    });
    try {
      const { jobId } = await client.train('kasse', { reason: 'before the holidays' });
      const job = await client.waitForJob(jobId);
      assert.equal(job.state, 'done', job.error ?? '');
      await msUntil('the swap', async () => servedBy.includes(3));
    } finally {
      stop = true;
      await Promise.all(asking); // any failed request rejects here
    }
    assert.deepEqual([...new Set(servedBy)], [2, 3]);
  });

  await t.test('follows rollback and promote of the command line within a second', async () => {
    // From when the command has ended; the server may well be faster.
    await commandJson(folder, 'rollback', '--reason', 'too high on Mondays');
    const rolledBackMs = await msUntil('the rollback', () => serves(2));
    assert.ok(rolledBackMs <= (await soon()), `rollback took ${rolledBackMs} ms`);
    await commandJson(folder, 'promote', '3');
    const promotedMs = await msUntil('the promotion', () => serves(3));
    assert.ok(promotedMs <= (await soon()), `promotion took ${promotedMs} ms`);
    const champion = (await versions()).find(({ aliases }) => aliases.includes('champion'));
    assert.equal(champion?.number, 3);
  });

  await t.test('says what changed between two snapshots', async () => {
    const snapshots = await commandJson<{ id: string }[]>(folder, 'snapshot', 'list');
    const [newest, oldest] = [snapshots[0], snapshots.at(-1)];
    const diff = await commandJson<Record<string, unknown>>(
      folder,
      ...['snapshot', 'diff', oldest?.id.slice(0, 8) ?? '', newest?.id.slice(0, 8) ?? ''],
    );
    assert.equal(diff.batchesAdded, horizon + 2, 'a week, a correction, a day');
    const [before, after] = [diff.periodMaxBefore, diff.periodMaxAfter].map((day) => Date.parse(String(day)));
    assert.equal((Number(after) - Number(before)) / 86_400_000, horizon + 1, 'days, written as such');
  });

  await t.test('has told of all this by events and metrics', async () => {
    const types = new Set(seen.map(({ type }) => type));
    for (const type of ['batch.committed', 'snapshot.created', 'version.registered', 'alias.changed'])
      assert.ok(types.has(type), `no event ${type} among ${[...types].join(', ')}`);
    for (const type of ['job.done', 'swap.done']) assert.ok(types.has(type), `no event ${type}`);
    assert.deepEqual(
      seen.map(({ seq }) => seq),
      seen.map(({ seq }) => seq).sort((a, b) => a - b),
    );
    const metrics = await (await fetch(`${url}/metrics`)).text();
    const sample = /^[a-zA-Z_:][\w:]*(\{([a-zA-Z_]\w*="([^"\\]|\\.)*",?)*\})? (NaN|[+-]Inf|[-+0-9.e]+)$/;
    const wrong = metrics.split('\n').filter((line) => !/^($|#)/.test(line) && !sample.test(line));
    assert.deepEqual(wrong, []);
    assert.match(metrics, /^almanac_\w*forecasts?\w*\{[^}]*project="kasse"[^}]*\} [1-9]/m);
  });

  stopEvents.abort();
  await listening;
  assert.equal(await server.stop(), 0, 'SIGTERM ends the server in order');
  oneJson(server.output());
  server = undefined;
});
