// Question: does a corrupt artifact, or a model that throws, hangs, answers NaN or the wrong length, or eats memory, harm anybody else?
// A real server under 20 forecasts a second, beside ten questions a second to a good ONNX model. Faulty versions are promoted
// and faulty models asked; measured are refusals, deadlines, and how soon workers are back. `--quick`: fewer rounds.
// `--save` writes bench/results/faults.json.

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as models from '../test/fixtures/onnx-faults.ts';
import { timesFile } from '../test/fixtures/onnx-files.ts';
import { commandJson } from '../test/journey/command.ts';
import { type ServerProcess, startServer } from '../test/journey/server-process.ts';
import { SteadyLoad } from './fault-load.ts';
import { flipByte, harmBlob, registerFaulty } from './fault-versions.ts';
import { machineNow, medianOf } from './machine.ts';

const quick = process.argv.includes('--quick');
const deadlineRounds = quick ? 3 : 20;
const returnRounds = quick ? 3 : 10;
const machine = machineNow();
const say = (line: string): void => void process.stderr.write(`${line}\n`);

const config = `export default {
  projects: {
    shop: {
      frequency: 'day', horizonSteps: 14, seasons: [7], models: ['ses'], retrainEveryPeriods: 0,
      columns: { series: 'item', time: 'date', target: 'units' },
    },
  },
};
`;

interface Answer {
  readonly status: number;
  readonly ms: number;
  readonly json: Record<string, unknown>;
}

class Client {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  async send(path: string, body?: object | Uint8Array): Promise<Answer> {
    const begin = performance.now();
    const isFile = body instanceof Uint8Array;
    const response = await fetch(`${this.#url}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { 'content-type': isFile ? 'application/octet-stream' : 'application/json' },
      ...(body === undefined ? {} : { body: isFile ? Buffer.from(body) : JSON.stringify(body) }),
    });
    const text = await response.text();
    const ms = performance.now() - begin;
    // What is no number comes as NaN, as the protocol's clients write it.
    return { status: response.status, ms, json: JSON.parse(text.replaceAll(/(?<=[[,:])NaN/g, '"NaN"')) };
  }

  /** @param n the input that does harm; undefined for a model without it */
  ask(model: string, n?: number, timeoutMs = 30_000, x: readonly number[] = [0, 1]): Promise<Answer> {
    const inputs = [
      { name: 'x', datatype: 'FP32', shape: [1, 2], data: x },
      ...(n === undefined ? [] : [{ name: 'n', datatype: 'INT64', shape: [1], data: [n] }]),
    ];
    return this.send(`/v2/models/${model}/infer`, { inputs, parameters: { timeout: timeoutMs * 1000 } });
  }

  register(name: string, file: Uint8Array, signature: object = {}): Promise<Answer> {
    const query = `alias=champion&signature=${encodeURIComponent(JSON.stringify(signature))}`;
    return this.send(`/v1/models/${name}/versions?${query}`, file);
  }
}

const folder = await mkdtemp(join(tmpdir(), 'almanac-faults-'));
const dataFolder = join(folder, '.almanac');
try {
  await trainSmall();
  const server = await startServer(folder);
  try {
    await report(await measured(server));
  } finally {
    await server.stop();
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}

type Row = Record<string, unknown>;

async function measured(server: ServerProcess): Promise<Row[]> {
  const client = new Client(server.url);
  await registered(client, { good: timesFile(2), hanging: models.hangingFile() });
  const forecasts = new SteadyLoad(20, async (n) => {
    const { status, json } = await client.send('/v1/projects/shop/forecast', { series: [`item-${n % 40}`] });
    const version = (json.model as { version?: number } | undefined)?.version;
    return status === 200 && version === 1
      ? ''
      : `${status} of version ${version}: ${JSON.stringify(json).slice(0, 150)}`;
  });
  const good = new SteadyLoad(10, async () => {
    const { status, json } = await client.ask('good', undefined, 5000);
    return status === 200 && dataOf(json).join() === '0,2'
      ? ''
      : `${status}: ${JSON.stringify(json).slice(0, 150)}`;
  });
  const rows: Row[] = [];
  const phase = async (name: string, work: () => Promise<Row>): Promise<void> => {
    forecasts.phase = name;
    good.phase = name;
    const row: Row = { phase: name, ...(await work()) };
    say(JSON.stringify(row));
    rows.push(row);
  };
  await sleep(1000);
  await phase('versions', () => versionsRefused(client));
  await phase('deadline 300 ms', () => deadlines(client, 300));
  await phase('deadline 1000 ms', () => deadlines(client, 1000));
  await phase('every worker hangs, 2 models', () => returns(client, 'hanging', 1e15, 300));
  forecasts.phase = 'registering';
  good.phase = 'registering';
  await registered(client, {
    nan: models.nanFile(),
    failing: models.failingFile(),
    crashing: models.crashingFile(),
    greedy: models.greedyFile(),
  });
  await client.register('wide', models.wideFile(), models.wideSignature);
  await phase('files', () => corruptFiles(client));
  await phase('answers', () => badAnswers(client));
  await phase('memory', () => memory(client, server.pid));
  forecasts.phase = 'registering';
  good.phase = 'registering';
  for (let i = 0; i < 10; i++) await registered(client, { [`large-${i}`]: models.largeFile(i) });
  await phase('every worker hangs, 17 models', () => returns(client, 'hanging', 1e15, 300));
  await phase('every worker crashes, 17 models', () => returns(client, 'crashing', 2, 10_000));
  forecasts.phase = 'after';
  good.phase = 'after';
  await sleep(1000);
  await Promise.all([forecasts.stop(), good.stop()]);
  rows.push({ phase: 'forecasts by phase', ...Object.fromEntries(forecasts.phases) });
  rows.push({ phase: 'good model by phase', ...Object.fromEntries(good.phases) });
  return rows;
}

async function registered(client: Client, files: Record<string, Uint8Array>): Promise<void> {
  for (const [name, file] of Object.entries(files)) {
    const { status, json } = await client.register(name, file);
    if (status !== 201) throw new Error(`${name} was not registered: ${JSON.stringify(json)}`);
  }
}

/** Every faulty version is asked to serve. */
async function versionsRefused(client: Client): Promise<Row> {
  const refusals: Row = {};
  const statuses: Record<number, number> = {};
  const versions = await registerFaulty(dataFolder, 'shop');
  for (let i = 0; i < returnRounds; i++) {
    for (const { fault, number } of versions) {
      const { status, json } = await client.send(`/v1/projects/shop/models/${number}/promote`, {});
      statuses[status] = (statuses[status] ?? 0) + 1;
      refusals[fault] = `${json.code ?? ''}: ${json.detail ?? ''}`;
    }
  }
  const { json } = await client.send('/v1/projects/shop/models/champion');
  return { statuses, refusals, championAfter: json.number };
}

/** How far from its deadline a request to a model that hangs is answered, and how soon the models answer again. */
async function deadlines(client: Client, timeoutMs: number): Promise<Row> {
  const off: number[] = [];
  const again: number[] = [];
  const statuses = new Set<number>();
  for (let i = 0; i < deadlineRounds; i++) {
    const { status, ms } = await client.ask('hanging', 1e15, timeoutMs);
    statuses.add(status);
    off.push(ms - timeoutMs);
    again.push(await untilBothAnswer(client, 'hanging', 1));
  }
  return {
    rounds: off.length,
    statuses: [...statuses],
    msFromDeadline: spread(off),
    msUntilAnswersAgain: spread(again),
  };
}

/** The same harm twice at once, so that no worker of a server of two is spared: whoever answers next is one that is back. */
async function returns(client: Client, model: string, harmful: number, timeoutMs: number): Promise<Row> {
  const again: number[] = [];
  const statuses = new Set<number>();
  for (let i = 0; i < returnRounds; i++) {
    const harmed = [client.ask(model, harmful, timeoutMs), client.ask(model, harmful, timeoutMs)];
    for (const { status } of await Promise.all(harmed)) statuses.add(status);
    again.push(await untilBothAnswer(client, model, model === 'hanging' ? 1 : 0));
    await sleep(500);
  }
  return { rounds: again.length, statuses: [...statuses], msUntilAnswersAgain: spread(again) };
}

async function untilBothAnswer(client: Client, model: string, harmless: number): Promise<number> {
  const answers = await Promise.all([client.ask(model, harmless), client.ask('good')]);
  for (const { status, json } of answers)
    if (status !== 200) throw new Error(`no answer after a fault: ${status} ${JSON.stringify(json)}`);
  return Math.max(...answers.map(({ ms }) => ms));
}

/** Damage before registration, and to the stored file after it. */
async function corruptFiles(client: Client): Promise<Row> {
  const file = timesFile(7);
  const said = ({ status, json }: Answer): string =>
    `${status} ${json.code ?? ''}: ${json.detail ?? json.error ?? ''}`;
  const atRegistration = {
    'cut off': said(await client.register('damaged', file.subarray(0, 60))),
    'first bytes changed': said(
      await client.register(
        'damaged',
        Uint8Array.from(file, (byte, i) => (i < 4 ? byte ^ 0xff : byte)),
      ),
    ),
    'other bytes': said(await client.register('damaged', Buffer.from('PK not a model'))),
  };
  await registered(client, { rotten: file });
  const second = await client.send('/v1/models/rotten/versions', timesFile(8));
  const versions = (await client.send('/v1/models')).json.items as {
    name: string;
    versions: { number: number; artifactHash: string }[];
  }[];
  const rotten = versions.find(({ name }) => name === 'rotten')?.versions ?? [];
  const hash = (number: unknown): string =>
    rotten.find((version) => version.number === number)?.artifactHash ?? '';
  await harmBlob(dataFolder, hash(second.json.number), flipByte);
  const promotion = said(await client.send(`/v1/models/rotten/versions/${second.json.number}/promote`, {}));
  const stillServes = dataOf((await client.ask('rotten')).json).join() === '0,7';
  await harmBlob(dataFolder, hash(1), flipByte);
  await client.send('/v2/repository/models/rotten/unload', {});
  const load = said(await client.send('/v2/repository/models/rotten/load', {}));
  const asked = said(await client.ask('rotten'));
  const index = (await client.send('/v2/repository/index', {})).json as unknown as { name: string }[];
  return {
    atRegistration,
    promotion,
    stillServes,
    load,
    asked,
    index: index.find(({ name }) => name === 'rotten'),
  };
}

async function badAnswers(client: Client): Promise<Row> {
  const row: Row = {};
  for (const [model, harmful, harmless] of [
    ['nan', undefined, undefined],
    ['failing', 7, 1],
    ['wide', 2, 1],
  ] as const) {
    const said = new Set<string>();
    for (let i = 0; i < 20; i++) {
      const { status, json } = await client.ask(model, harmful);
      said.add(`${status}: ${status === 200 ? dataOf(json).join() : json.error}`);
    }
    const { status } = await client.ask(model, harmless, undefined, [1, 2]);
    row[model] = { asked: 20, said: [...said], thenAnswers: status };
  }
  return row;
}

/** 600 MB at a time, thirty times, then more of it each time, and then more than there is. */
async function memory(client: Client, pid: number): Promise<Row> {
  const before = await residentMb(pid);
  let peak = 0;
  const statuses: Record<string, number> = {};
  const allocate = async (megabytes: number, what: string): Promise<void> => {
    const { status } = await client.ask('greedy', megabytes * 250_000);
    statuses[`${what}: ${status}`] = (statuses[`${what}: ${status}`] ?? 0) + 1;
    peak = Math.max(peak, await residentMb(pid));
  };
  for (let i = 0; i < 3 * returnRounds; i++) await allocate(600, '600 MB');
  for (let i = 0; i < 2 * returnRounds; i++) await allocate(100 * (i + 1), '100 MB more each time');
  for (let i = 0; i < returnRounds; i++) await allocate(4000, '4 GB');
  await sleep(3000);
  return { statuses, residentMb: { before, peak, after: await residentMb(pid) } };
}

async function residentMb(pid: number): Promise<number> {
  const [, kb] = /VmRSS:\s+(\d+)/.exec(await readFile(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Math.round(Number(kb) / 1024);
}

function spread(values: readonly number[]): { least: number; median: number; most: number } {
  const round = (value: number): number => Math.round(value * 10) / 10;
  return {
    least: round(Math.min(...values)),
    median: round(medianOf(values)),
    most: round(Math.max(...values)),
  };
}

function dataOf(json: Record<string, unknown>): unknown[] {
  return (json.outputs as { data: unknown[] }[] | undefined)?.[0]?.data ?? [];
}

async function trainSmall(): Promise<void> {
  await writeFile(join(folder, 'almanac.config.ts'), config);
  const first = Date.UTC(2024, 0, 1);
  const lines = ['item,date,units'];
  for (let s = 0; s < 40; s++) {
    for (let day = 0; day < 200; day++) {
      const date = new Date(first + day * 86_400_000).toISOString().slice(0, 10);
      lines.push(`item-${s},${date},${5 + (s % 17) + (day % 7) + ((day * 31 + s * 17) % 5)}`);
    }
  }
  await writeFile(join(folder, 'history.csv'), lines.join('\n'));
  await commandJson(folder, 'ingest', 'history.csv');
  await commandJson(folder, 'train');
}

async function report(rows: readonly Row[]): Promise<void> {
  const saved = { name: 'faults', machine, date: new Date().toISOString(), quick, rows };
  const json = `${JSON.stringify(saved, null, 2)}\n`.replaceAll(`${folder}/`, '');
  if (process.argv.includes('--save')) await writeFile(new URL('results/faults.json', import.meta.url), json);
  if (process.argv.includes('--json')) process.stdout.write(json);
  else for (const row of rows.slice(-2)) say(JSON.stringify(row, null, 1));
}
