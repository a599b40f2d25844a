// Question: how long do the forecasts of 100,000 series take into a file, in how much memory, and is it the same after a kill?
// 28 days, nine quantiles, Parquet. Real processes: `ingest`, `train` (not measured), then `batch`, killed half-way and begun
// again. `--only cheap|gbdt|auto`, `--series N`, `--quick` (2,000), `--keep FOLDER` (projects stay there for the next time).

import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { commandJson } from '../test/journey/command.ts';
import { machineNow } from './machine.ts';
import { retrainData } from './retrain-data.ts';
import { Workshop } from './workshop.ts';

const quick = process.argv.includes('--quick');
const flag = (name: string): string | undefined => {
  const at = process.argv.indexOf(name);
  return at < 0 ? undefined : process.argv[at + 1];
};
const only = flag('--only');
const series = Number(flag('--series') ?? (quick ? 2000 : 100_000));
const partial = quick || flag('--series') !== undefined;
const goal = { seconds: 60, bytes: 1.5e9 };
const horizon = 28;
const periods = 112;
const say = (text: string): void => void process.stderr.write(`${text}\n`);
const program = fileURLToPath(new URL('../bin/almanac.ts', import.meta.url));

/** Which models serve decides what a forecast costs; plans cost their reading. */
const cases = [
  { name: 'cheap', what: 'means of seasons', models: "models: ['snaive', 'seasonal-average'],", columns: '' },
  {
    name: 'gbdt',
    what: 'trees for all, price and promotion planned ahead',
    models: "models: ['gbdt'],",
    columns: "known: ['price', 'promo'], static: ['category'],",
  },
  { name: 'auto', what: 'whatever is best for each', models: '', columns: '' },
];

interface Measured {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakBytes: number;
}

interface Row {
  readonly case: string;
  readonly ours: Measured & {
    readonly series: number;
    readonly rows: number;
    readonly fileBytes: number;
    readonly afterKill: Measured & { readonly partsKept: number; readonly sameBytes: boolean };
  };
  readonly goal: typeof goal & { readonly met: boolean };
}

const machine = machineNow();
const rows: Row[] = [];
const keep = flag('--keep');
const base = keep ?? (await mkdtemp(join(tmpdir(), 'almanac-batch-bench-')));
const shop = await Workshop.open('', false);
try {
  for (const one of cases) if (only === undefined || only === one.name) rows.push(await measure(one));
} finally {
  await shop.close();
  if (keep === undefined) await rm(base, { recursive: true, force: true });
}
const report = {
  name: 'batch',
  machine,
  versions: { node: process.versions.node },
  date: new Date().toISOString(),
  quick: partial,
  rows,
};
if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);

async function measure(one: (typeof cases)[number]): Promise<Row> {
  const folder = await projectOf(one);
  await rm(join(folder, 'whole.parquet'), { force: true });
  const { ended, ...whole } = await watch(batch(folder, 'whole.parquet'));
  if (ended !== 0) throw new Error(`the batch ended with ${ended}`);
  const bytes = await readFile(join(folder, 'whole.parquet'));
  await rm(join(folder, 'killed.parquet'), { force: true });
  const parts = (): number => partsOf(join(folder, 'data', 'control.sqlite'));
  const half = Math.ceil(series / Math.floor(32_768 / horizon) / 2);
  const victim = batch(folder, 'killed.parquet');
  const gone = once(victim, 'exit');
  while (victim.exitCode === null && parts() < half) await sleep(5);
  victim.kill('SIGKILL');
  await gone;
  const partsKept = parts();
  const { ended: again, ...afterKill } = await watch(batch(folder, 'killed.parquet'));
  if (again !== 0) throw new Error(`the batch begun again ended with ${again}`);
  const sameBytes = hashOf(await readFile(join(folder, 'killed.parquet'))) === hashOf(bytes);
  const row: Row = {
    case: `${series} series × ${horizon} days × 9 quantiles, ${one.name}: ${one.what}`,
    ours: {
      ...whole,
      series,
      rows: series * horizon,
      fileBytes: bytes.byteLength,
      afterKill: { ...afterKill, partsKept, sameBytes },
    },
    goal: {
      ...goal,
      met: !partial && whole.seconds < goal.seconds && whole.peakBytes < goal.bytes && sameBytes,
    },
  };
  print(row);
  return row;
}

/** Parts that are there, of all jobs. */
function partsOf(path: string): number {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    return Number(database.prepare("select count(*) as n from job_file where name like 'part-%'").get()?.n);
  } finally {
    database.close();
  }
}

/** A project with a champion; made unless it is there. */
async function projectOf(one: (typeof cases)[number]): Promise<string> {
  const folder = join(base, String(series), one.name);
  if (existsSync(join(folder, 'trained'))) return folder;
  await mkdir(folder, { recursive: true });
  const plan = { name: 'batch', frequency: 'day' as const, series, periods, horizon };
  const file = await retrainData(shop, plan, Date.now());
  await writeFile(join(folder, 'almanac.config.ts'), configOf(one));
  await commandJson(folder, 'ingest', file);
  say(`${one.name}: ${series} series in, training …`);
  await commandJson(folder, 'train');
  await writeFile(join(folder, 'trained'), '');
  return folder;
}

function configOf({ models, columns }: (typeof cases)[number]): string {
  return `export default {
  // All cores: by default one is left to requests, and here there are none.
  threads: ${availableParallelism()}, dataFolder: './data',
  projects: {
    shop: {
      frequency: 'day', horizonSteps: ${horizon}, retrainEveryPeriods: 0, ${models}
      levels: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9],
      columns: { series: 'series_id', time: 'timestamp', target: 'units', ${columns} },
    },
  },
};
`;
}

function batch(folder: string, out: string): ChildProcess {
  return spawn(process.execPath, [program, 'batch', '--out', out], { cwd: folder, stdio: 'ignore' });
}

/** Follows a process to its end: its threads are all it has, so its figures are those of the whole. Linux. */
async function watch(child: ChildProcess): Promise<Measured & { ended: number | null }> {
  const begin = performance.now();
  const exited = once(child, 'exit');
  let peakBytes = 0;
  let cpuSeconds = 0;
  while (child.exitCode === null && child.signalCode === null) {
    peakBytes = Math.max(peakBytes, peakOf(child.pid as number));
    cpuSeconds = Math.max(cpuSeconds, cpuSecondsOf(child.pid as number));
    await Promise.race([exited, sleep(50)]);
  }
  return { seconds: (performance.now() - begin) / 1000, cpuSeconds, peakBytes, ended: child.exitCode };
}

/** Peak resident memory so far; 0 when the process is gone. */
function peakOf(pid: number): number {
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(procFile(pid, 'status'))?.[1] ?? 0) * 1024;
}

/** User and system time of a process with its threads. Linux counts in hundredths. */
function cpuSecondsOf(pid: number): number {
  const fields = procFile(pid, 'stat').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / 100;
}

function procFile(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return '';
  }
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function print({ case: name, ours, goal: { met } }: Row): void {
  const told = ({ seconds, cpuSeconds, peakBytes }: Measured): string =>
    `${seconds.toFixed(1)} s (CPU ${cpuSeconds.toFixed(1)} s), peak ${(peakBytes / 1e6).toFixed(0)} MB`;
  const { afterKill } = ours;
  say(
    `${name}: ${told(ours)}, file ${(ours.fileBytes / 1e6).toFixed(0)} MB: ${partial ? 'not a measurement' : met ? 'met' : 'MISSED'}\n` +
      `  killed with ${afterKill.partsKept} parts, begun again: ${told(afterKill)}, ${afterKill.sameBytes ? 'the same bytes' : 'OTHER BYTES'}`,
  );
}
