// Question: does a ledger of a million predictions and half a million batches slow the start of a server, or hold up its event loop?
// A real server of one process over 1,000 series: start to ready, then how late its event loop is at rest, during ingest, accuracy
// and coverage. `--quick`: a tenth of the ledger. `--keep FOLDER`: made once, for several runs.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { commandJson } from '../test/journey/command.ts';
import { type ServerProcess, startServer } from '../test/journey/server-process.ts';
import {
  addBatches,
  addPredictions,
  dayName,
  demandOf,
  firstDay,
  seriesCount,
  seriesName,
} from './ledger-data.ts';
import { machineNow } from './machine.ts';

const quick = process.argv.includes('--quick');
const batches = quick ? 50_000 : 500_000;
const predictions = quick ? 100_000 : 1_000_000;
const days = batches / seriesCount;
const keepAt = process.argv.indexOf('--keep');
const kept = keepAt < 0 ? undefined : process.argv[keepAt + 1];
const stallMsMax = 20;
const startMsMax = 5_000;
const say = (line: string): void => void process.stderr.write(`${line}\n`);

interface Delay {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  /** Processor time that the loop's own thread took at a stretch, at most. */
  readonly own: number;
}

const config = `export default {
  projects: {
    shop: {
      frequency: 'day', horizonSteps: 7, seasons: [7], levels: [0.1, 0.5, 0.9], models: ['snaive'], retrainEveryPeriods: 0,
      gaps: 'missing', columns: { series: 'item', time: 'date', target: 'units' },
      contract: { unitJumpFactor: 0, futurePeriodsMax: 4000 },
    },
  },
  retention: { predictionsDays: 0, eventsDays: 0 },
};
`;

/** Made in the order in which a server would have: rows, a training that seals them, forecasts of its version. */
async function makeLedger(folder: string): Promise<void> {
  writeFileSync(join(folder, 'almanac.config.ts'), config);
  const first = Array.from({ length: seriesCount }, (_, i) => `${seriesName(i)},${dayName(firstDay)},5\n`);
  writeFileSync(join(folder, 'first.csv'), `item,date,units\n${first.join('')}`);
  await commandJson(folder, 'ingest', 'first.csv');
  const path = databaseOf(folder);
  say(`${batches} batches …`);
  addBatches(path, batches);
  say('a training …');
  await commandJson(folder, 'train');
  const [version] = await commandJson<{ id: string }[]>(folder, 'models');
  say(`${predictions} predictions …`);
  addPredictions(path, { count: predictions, days, versionId: version?.id ?? 'none' });
  writeFileSync(join(folder, 'made'), '');
}

function databaseOf(folder: string): string {
  const path = join(folder, '.almanac', 'control.sqlite');
  if (!existsSync(path)) throw new Error('the data folder has no database');
  return path;
}

const folder = kept ?? mkdtempSync(join(tmpdir(), 'almanac-ledger-'));
mkdirSync(folder, { recursive: true });
const machine = machineNow();
try {
  if (!existsSync(join(folder, 'made'))) await makeLedger(folder);
  // What the making left in memory is written first: a commit of the server would wait for all of it.
  spawnSync('sync');
  const probe = join(folder, 'delay.json');
  process.env.LEDGER_PROBE = probe;
  process.env.NODE_OPTIONS = `--import=${fileURLToPath(new URL('./ledger-probe.ts', import.meta.url))}`;
  const server = await startServer(folder);
  const readyMs = await readyAfter(server);
  say(`ready after ${Math.round(readyMs)} ms`);
  const delays = await phases(server, probe);
  await server.stop();
  report(readyMs, delays);
} finally {
  if (kept === undefined) rmSync(folder, { recursive: true });
}

async function readyAfter(server: ServerProcess): Promise<number> {
  const answered = performance.now();
  while ((await fetch(`${server.url}/ready`)).status !== 200) await sleep(10);
  return server.startMs + performance.now() - answered;
}

/** What goes on in the server while its event loop is watched, one after the other. */
async function phases(server: ServerProcess, probe: string): Promise<Map<string, Delay>> {
  const { url } = server;
  const today = firstDay + days + 1;
  const ask = async (path: string, body?: string): Promise<void> => {
    const init =
      body === undefined ? {} : { method: 'POST', body, headers: { 'content-type': 'application/x-ndjson' } };
    const response = await fetch(`${url}/v1/projects/shop/${path}`, init);
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    await response.arrayBuffer();
  };
  const rowOf = (series: number, period: number): string =>
    `${JSON.stringify({ item: seriesName(series), date: dayName(period), units: demandOf(series, period) })}\n`;
  const work: [string, () => Promise<void>][] = [
    ['at rest', () => sleep(3_000)],
    [
      'ingest of 300 single rows',
      async () => {
        for (let i = 0; i < 300; i++) await ask('observations', rowOf(i, today));
      },
    ],
    [
      'ingest of 20 × 1,000 rows',
      async () => {
        for (let day = 1; day <= 20; day++)
          await ask(
            'observations',
            Array.from({ length: seriesCount }, (_, i) => rowOf(i, today + day)).join(''),
          );
      },
    ],
    ['after ingest', () => sleep(3_000)],
    ['accuracy', () => ask('accuracy')],
    ['accuracy by series', () => ask('accuracy?groupBy=series')],
    ['coverage', () => ask('coverage')],
    ['metrics', async () => void (await (await fetch(`${url}/metrics`)).text())],
  ];
  const delays = new Map<string, Delay>();
  await read(server, probe);
  for (const [name, run] of work) {
    const begin = performance.now();
    await run();
    const delay = await read(server, probe);
    delays.set(name, delay);
    say(
      `${name}: ${Math.round(performance.now() - begin)} ms, loop late ${delay.p99.toFixed(1)} (p99), ${delay.max.toFixed(1)} at most, own work at a stretch ${delay.own.toFixed(1)} ms`,
    );
  }
  return delays;
}

async function read({ pid }: ServerProcess, probe: string): Promise<Delay> {
  rmSync(probe, { force: true });
  process.kill(pid, 'SIGUSR2');
  for (;;) {
    await sleep(5);
    if (!existsSync(probe)) continue;
    const text = readFileSync(probe, 'utf8');
    if (text.endsWith('}')) return JSON.parse(text) as Delay;
  }
}

function report(readyMs: number, delays: Map<string, Delay>): void {
  const rows = [
    { case: 'start to ready', ours: { ms: readyMs }, goal: startMsMax, met: readyMs <= startMsMax },
    ...[...delays].map(([name, ours]) => ({
      case: name,
      ours,
      goal: stallMsMax,
      met: ours.own <= stallMsMax,
    })),
  ];
  const { batches: _b, ...about } = {
    batches,
    predictions,
    series: seriesCount,
    date: new Date().toISOString(),
  };
  const made = { name: 'ledger', machine, batches: _b, ...about, rows };
  if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify(made)}\n`);
  for (const { case: name, met } of rows.filter((row) => !row.met)) say(`MISSED: ${name} ${met}`);
}
