// Question: what does taking in a CSV file, and a thousand small batches over HTTP, cost beside DuckDB, pandas and polars alone?
// Processor time (user and system) and peak memory of whole processes from nothing to the written Parquet, in turns, medians.
//   npm run -s bench -- ingest [--rows 2000000] [--rounds 3] [--only file,http] [--peers duckdb,polars] [--file PATH]

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startServer } from '../test/journey/server-process.ts';
import { saleOf, seriesCount, writeSales } from './ingest-data.ts';
import { machineNow, medianOf } from './machine.ts';
import { peerPython, pinsOf } from './peers/environment.ts';

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '2000000' },
    rounds: { type: 'string', default: '3' },
    only: { type: 'string', default: 'file,http' },
    peers: { type: 'string', default: 'duckdb,duckdb unsorted,polars,pandas' },
    /** The file is made there once, and stays. */
    file: { type: 'string' },
    program: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const rows = Number(values.rows);
const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const program = values.program ?? here('../bin/almanac.ts');
const machine = machineNow();
const scratch = mkdtempSync(join(tmpdir(), 'almanac-bench-'));

interface Took {
  readonly cpuSeconds: number;
  readonly rssMiB: number;
  readonly wallSeconds: number;
}

const report: Record<string, unknown> = { name: 'ingest', machine, date: new Date().toISOString() };
try {
  if (values.only.includes('file')) report.file = await files();
  if (values.only.includes('http')) report.http = await batches();
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
report.versions = {
  node: process.versions.node,
  duckdb: JSON.parse(readFileSync(here('../node_modules/@duckdb/node-api/package.json'), 'utf8')).version,
  tables: pinsOf('tables'),
};
if (values.json) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);

/** What a process takes, from its start to its end. @throws when it fails */
function measured(command: readonly string[], cwd = scratch): Took {
  const said = execFileSync('python3', [here('peers/measure.py'), ...command], {
    cwd,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const { code, ...took } = JSON.parse(String(said)) as Took & { code: number };
  if (code !== 0) throw new Error(`${command.join(' ')} ended with code ${code}`);
  return took;
}

function newProject(name: string): string {
  const folder = join(scratch, name);
  mkdirSync(folder);
  const columns = { series: ['store', 'item'], time: 'date', target: 'units' };
  // Trainings that new rows begin are a work of their own.
  const config = { projects: { shop: { frequency: 'day', retrainEveryPeriods: 0, columns } } };
  writeFileSync(join(folder, 'almanac.config.json'), JSON.stringify(config));
  return folder;
}

async function files(): Promise<unknown> {
  const path = values.file ?? join(scratch, 'sales.csv');
  if (!existsSync(path)) writeSales(path, rows);
  const to = join(scratch, 'out.parquet');
  const tables = (library: string) => (): Took =>
    measured([peerPython('tables'), here('peers/ingest_peer.py'), library, path, to]);
  const duckdb = (order: string) => (): Took =>
    measured([process.execPath, here('ingest-duckdb.ts'), path, to, order]);
  let project = 0;
  const contestants: Record<string, () => Took> = {
    almanac: () => {
      const folder = newProject(`project-${project++}`);
      const took = measured([process.execPath, program, 'ingest', path], folder);
      rmSync(folder, { recursive: true });
      return took;
    },
    duckdb: duckdb('sorted'),
    'duckdb unsorted': duckdb('unsorted'),
    polars: tables('polars'),
    pandas: tables('pandas'),
  };
  const names = ['almanac', ...values.peers.split(',').filter((name) => name !== '')];
  const runs = new Map<string, Took[]>(names.map((name) => [name, []]));
  for (let round = 0; round < Number(values.rounds); round++)
    for (const name of names) {
      const took = contestants[name]?.();
      if (took === undefined) throw new Error(`no peer "${name}"`);
      runs.get(name)?.push(took);
      process.stderr.write(`${name.padEnd(16)} ${inWords(took)}\n`);
    }
  const middle = (name: string): Took => {
    const took = runs.get(name) ?? [];
    const of = (key: keyof Took): number => medianOf(took.map((one) => one[key]));
    return { cpuSeconds: of('cpuSeconds'), rssMiB: of('rssMiB'), wallSeconds: of('wallSeconds') };
  };
  const ours = middle('almanac');
  const table = names.map((name) => ({
    name,
    ...middle(name),
    cpuOfOurs: round2(ours.cpuSeconds / middle(name).cpuSeconds),
    memoryOfOurs: round2(ours.rssMiB / middle(name).rssMiB),
  }));
  process.stderr.write(`\n${rows} rows, medians of ${values.rounds}; ours as a multiple of each\n`);
  for (const { name, cpuOfOurs, memoryOfOurs, ...took } of table)
    process.stderr.write(
      `${name.padEnd(16)} ${inWords(took)}   CPU × ${cpuOfOurs}, memory × ${memoryOfOurs}\n`,
    );
  return { rows, rounds: Number(values.rounds), table };
}

function inWords({ cpuSeconds, rssMiB, wallSeconds }: Took): string {
  const memory = String(Math.round(rssMiB)).padStart(6);
  return `${cpuSeconds.toFixed(2).padStart(7)} CPU s ${memory} MiB ${wallSeconds.toFixed(1).padStart(7)} s`;
}

function round2(value: number): number {
  return Math.round(100 * value) / 100;
}

/** A thousand batches of a hundred rows, one after the other, into a new server: what its process takes for them. */
async function batches(): Promise<unknown> {
  const [count, size] = [1000, 100];
  const runs: { cpuSeconds: number; rssMiB: number; wallSeconds: number }[] = [];
  for (let round = 0; round < Number(values.rounds); round++) {
    const folder = newProject(`server-${round}`);
    const server = await startServer(folder, { readyWithinMs: 300_000 });
    try {
      await sleep(2000);
      const before = cpuSecondsOf(server.pid);
      const begin = performance.now();
      for (let batch = 0; batch < count; batch++) {
        const body = Array.from({ length: size }, (_, i) => saleOf(rowOf(batch, i)));
        const response = await fetch(`${server.url}/v1/projects/shop/observations`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        });
        const answer = (await response.json()) as { rowsAccepted?: number };
        if (!response.ok) throw new Error(`batch ${batch}: ${response.status} ${JSON.stringify(answer)}`);
      }
      const wallSeconds = (performance.now() - begin) / 1000;
      // What is still done for them after the last answer counts.
      await sleep(3000);
      const rssMiB =
        Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))?.[1]) / 1024;
      const took = { cpuSeconds: cpuSecondsOf(server.pid) - before, rssMiB, wallSeconds };
      runs.push(took);
      process.stderr.write(`${'http'.padEnd(16)} ${inWords(took)}\n`);
    } finally {
      await server.stop();
      rmSync(folder, { recursive: true });
    }
  }
  const cpuSeconds = medianOf(runs.map((run) => run.cpuSeconds));
  process.stderr.write(
    `\n${count} batches of ${size} rows: ${cpuSeconds.toFixed(1)} CPU s of the server (goal 5)\n`,
  );
  return { batches: count, rows: size, cpuSeconds, runs };
}

/** Row `i` of a batch: a hundred series of one day, then the next hundred. */
function rowOf(batch: number, i: number): number {
  const perDay = 5;
  return Math.floor(batch / perDay) * seriesCount + (batch % perDay) * 100 + i;
}

/** User and system time of all threads of a process so far. */
function cpuSecondsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
