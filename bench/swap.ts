// Question: do requests fail, or get answers of a version that was not proven, while champions are swapped and rolled back under load?
// A real server of two serving processes; 500 requests a second, open loop; 100 promotions, 20 rollbacks, and now and then a
// version whose artifact is damaged. `--quick`: 10 and 4 at 100 a second.

import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { commandJson } from '../test/journey/command.ts';
import { type ServerProcess, startServer } from '../test/journey/server-process.ts';
import { machineNow } from './machine.ts';

const quick = process.argv.includes('--quick');
const swaps = quick ? 10 : 100;
const rollbacks = quick ? 4 : 20;
const perSecond = quick ? 100 : 500;
const seriesCount = 200;
const versions = 3;
const say = (line: string): void => void process.stderr.write(`${line}\n`);

const config = `export default {
  processes: 2,
  projects: {
    shop: {
      frequency: 'day', horizonSteps: 14, seasons: [7], models: ['gbdt'], gbdt: { trees: 100 }, retrainEveryPeriods: 0,
      columns: { series: 'item', time: 'date', target: 'units' },
    },
  },
};
`;

interface Answer {
  readonly status: number;
  readonly version: number | null;
  readonly ms: number;
}

class Load {
  readonly answers: Answer[] = [];
  readonly failures: string[] = [];
  readonly #url: string;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 128 });
  readonly #open = new Set<Promise<void>>();
  #running = true;
  #done: Promise<void> = Promise.resolve();

  constructor(url: string) {
    this.#url = url;
  }

  start(): void {
    this.#done = this.#run();
  }

  async stop(): Promise<void> {
    this.#running = false;
    await this.#done;
    await Promise.all(this.#open);
    this.#agent.destroy();
  }

  /** Sends at fixed times, whatever the answers do. */
  async #run(): Promise<void> {
    const begin = performance.now();
    for (let sent = 0; this.#running; ) {
      const due = Math.floor(((performance.now() - begin) / 1000) * perSecond);
      for (; sent < due; sent++) {
        const one = this.#one(sent).finally(() => this.#open.delete(one));
        this.#open.add(one);
      }
      await sleep(2);
    }
  }

  async #one(n: number): Promise<void> {
    const begin = performance.now();
    try {
      const body = { series: [`item-${(n * 7919) % seriesCount}`] };
      const { status, json } = await post(this.#url, this.#agent, '/v1/projects/shop/forecast', body);
      const version = (json as { model?: { version: number } }).model?.version ?? null;
      this.answers.push({ status, version, ms: performance.now() - begin });
    } catch (error) {
      this.failures.push(String(error));
    }
  }
}

async function post(
  url: string,
  agent: Agent,
  path: string,
  body: unknown,
): Promise<{ status: number; json: unknown }> {
  const response = await new Promise<import('node:http').IncomingMessage>((resolve, reject) => {
    const sent = request(
      `${url}${path}`,
      { agent, method: body === undefined ? 'GET' : 'POST', headers: { 'content-type': 'application/json' } },
      resolve,
    );
    sent.on('error', reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
  return { status: response.statusCode ?? 0, json: JSON.parse(await text(response)) };
}

const folder = await mkdtemp(join(tmpdir(), 'almanac-swap-'));
try {
  const result = await measure(folder);
  const report = {
    name: 'swap',
    machine: machineNow(),
    date: new Date().toISOString(),
    quick,
    rows: [result],
  };
  if (process.argv.includes('--save')) {
    await writeFile(new URL('results/swap.json', import.meta.url), `${JSON.stringify(report, null, 2)}\n`);
  }
  if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  else for (const [name, value] of Object.entries(result)) say(`${name.padEnd(28)} ${JSON.stringify(value)}`);
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function measure(at: string): Promise<Record<string, number>> {
  await prepare(at);
  const server = await startServer(at);
  try {
    const doors = await findDoors(server);
    const [first, second] = doors as [Agent, Agent];
    const load = new Load(server.url);
    load.start();
    await sleep(2000);
    const settled: number[] = [];
    const seen: number[] = [];
    let refused = 0;
    for (let i = 0; i < swaps; i++) {
      const door = i % 2 === 0 ? first : second;
      const wanted = 1 + (i % (versions - 1));
      const begin = performance.now();
      const { status } = await post(server.url, door, `/v1/projects/shop/models/${wanted}/promote`, {});
      if (status !== 200) throw new Error(`promotion of version ${wanted}: ${status}`);
      settled.push(performance.now() - begin);
      if (i % 10 === 5) {
        // The last one is damaged: nobody may ever be answered by it.
        const bad = await post(server.url, door, `/v1/projects/shop/models/${versions}/promote`, {});
        if (bad.status === 409 || bad.status === 500) refused++;
      }
      if (i % Math.floor(swaps / rollbacks) === 0) seen.push(await rollBack(server, doors));
    }
    await sleep(500);
    await load.stop();
    for (const door of doors) door.destroy();
    return summary(load, { settled, seen, refused });
  } finally {
    await server.stop();
  }
}

/** Rolls back by one process. @returns milliseconds from the request until every process answers by the version before */
async function rollBack(server: ServerProcess, doors: readonly Agent[]): Promise<number> {
  const begin = performance.now();
  const door = doors[0] as Agent;
  const { status, json } = await post(server.url, door, '/v1/projects/shop/rollback', {});
  if (status !== 200) throw new Error(`rollback: ${JSON.stringify(json)}`);
  const wanted = (json as { version: { number: number } }).version.number;
  for (const each of doors) {
    for (;;) {
      const answer = await post(server.url, each, '/v1/projects/shop/forecast', { series: ['item-1'] });
      if ((answer.json as { model: { version: number } }).model.version === wanted) break;
    }
  }
  return performance.now() - begin;
}

function summary(
  { answers, failures }: Load,
  of: { settled: number[]; seen: number[]; refused: number },
): Record<string, number> {
  const ms = answers.map((answer) => answer.ms).sort((a, b) => a - b);
  const at = (share: number, values: readonly number[]): number =>
    Math.round(10 * (values[Math.min(values.length - 1, Math.floor(share * values.length))] ?? Number.NaN)) /
    10;
  const ascending = (values: number[]): number[] => values.sort((a, b) => a - b);
  return {
    requests: answers.length,
    failed: failures.length + answers.filter(({ status }) => status !== 200).length,
    fromUnprovenVersion: answers.filter(({ version }) => version === versions || version === 0).length,
    promotions: of.settled.length,
    damagedRefused: of.refused,
    rollbacks: of.seen.length,
    promotionMsMedian: at(0.5, ascending(of.settled)),
    promotionMsMax: at(1, of.settled),
    rollbackSeenByAllMsMedian: at(0.5, ascending(of.seen)),
    rollbackSeenByAllMsMax: at(1, of.seen),
    answerMsP50: at(0.5, ms),
    answerMsP99: at(0.99, ms),
    answerMsMax: at(1, ms),
  };
}

/** History, three trainings, and a byte of the third artifact changed. */
async function prepare(at: string): Promise<void> {
  await writeFile(join(at, 'almanac.config.ts'), config);
  const first = Date.UTC(2024, 0, 1);
  const lines = ['item,date,units'];
  for (let s = 0; s < seriesCount; s++) {
    for (let day = 0; day < 200; day++) {
      const date = new Date(first + day * 86_400_000).toISOString().slice(0, 10);
      lines.push(`item-${s},${date},${5 + (s % 17) + (day % 7) + ((day * 31 + s * 17) % 5)}`);
    }
  }
  await writeFile(join(at, 'history.csv'), lines.join('\n'));
  await commandJson(at, 'ingest', 'history.csv');
  for (let version = 1; version <= versions; version++) {
    // Another last day, so that no two are the same bytes.
    await writeFile(join(at, 'next.csv'), `item,date,units\nitem-0,2024-07-${18 + version},9\n`);
    await commandJson(at, 'ingest', 'next.csv');
    await commandJson(at, 'train');
    say(`version ${version} is trained`);
  }
  await commandJson(at, 'promote', '2');
  await commandJson(at, 'promote', '1');
  const models = await commandJson<{ number: number; artifactHash: string }[]>(at, 'models');
  const hash = models.find(({ number }) => number === versions)?.artifactHash as string;
  const blobs = join(at, '.almanac', 'blobs');
  const files = await readdir(blobs, { recursive: true });
  const file = join(blobs, files.find((name) => name.replaceAll('/', '').includes(hash)) as string);
  const bytes = await readFile(file);
  bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] as number) ^ 0xff;
  await writeFile(file, bytes);
}

/** A connection of its own to each of two processes. */
async function findDoors({ url }: ServerProcess): Promise<Agent[]> {
  const found = new Map<number, Agent>();
  while (found.size < 2) {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const { json } = await post(url, agent, '/health', undefined);
    const { pid } = json as { pid: number };
    if (found.has(pid)) agent.destroy();
    else found.set(pid, agent);
  }
  return [...found.values()];
}
