// Question: how do forecasts stand on the retail tasks of fev-bench? Each is taken in, trained and forecast by the command line, and scored by the fev library.
//   npm run -s bench -- fev [--tasks retail | rossmann_1D,m5_1M,…] [--benchmark URL or FILE.yaml] [--out summaries.json] [--json]
// Reads the Hugging Face hub; where it cannot be reached, FEV_DATASETS_PREFIX names a mirror, or --benchmark tasks whose dataset_path is a Parquet file.
// `--local` scores two sets of ALMANAC_DATA in fev's format, so that all but the hub is tried.

import { execFileSync, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { machineNow } from './machine.ts';
import { peerPython, pinsOf } from './peers/environment.ts';

const { values } = parseArgs({
  options: {
    tasks: { type: 'string', default: 'retail' },
    benchmark: {
      type: 'string',
      default:
        'https://raw.githubusercontent.com/autogluon/fev/refs/heads/main/benchmarks/fev_bench/tasks.yaml',
    },
    local: { type: 'boolean', default: false },
    out: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});

interface Told {
  readonly task: string;
  readonly leftOut?: string;
  readonly summary?: Readonly<Record<string, unknown>>;
}

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const machine = machineNow();
const python = peerPython('fev');
const scratch = await mkdtemp(join(tmpdir(), 'almanac-fev-'));
const told: Told[] = [];
try {
  const local = values.local ? await localTasks() : undefined;
  const request = {
    program: [process.execPath, here('../bin/almanac.ts')],
    benchmark: local?.benchmark ?? values.benchmark,
    tasks: local?.tasks ?? values.tasks,
    scratch: join(scratch, 'work'),
  };
  const child = spawn(python, [here('peers/fev_tasks.py'), JSON.stringify(request)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<number>((resolve) => child.on('close', (code) => resolve(code ?? 1)));
  for await (const line of createInterface({ input: child.stdout })) {
    const one = JSON.parse(line) as Told;
    told.push(one);
    if (!values.json) process.stdout.write(`${lineOf(one)}\n`);
  }
  if ((await ended) !== 0) process.exitCode = 1;
} finally {
  await rm(scratch, { recursive: true, force: true });
}
const report = { name: 'fev', machine, versions: pinsOf('fev'), date: new Date().toISOString(), told };
if (values.out !== undefined)
  await writeFile(values.out, JSON.stringify(told.flatMap(({ summary }) => summary ?? [])));
if (values.json) process.stdout.write(`${JSON.stringify(report)}\n`);

function lineOf({ task, leftOut, summary = {} }: Told): string {
  if (leftOut !== undefined) return `${task.padEnd(26)} left out: ${leftOut}`;
  const figures = ['SQL', 'MASE', 'WAPE', 'WQL'].map((name) => {
    const value = summary[name];
    return typeof value === 'number' ? `${name} ${value.toFixed(4)}` : `${name} –`;
  });
  return `${task.padEnd(26)} ${figures.join('  ')}  (${summary.num_windows} windows, ${summary.inference_time_s} s)`;
}

/** Two sets of `ALMANAC_DATA` as fev keeps datasets: a row per series, lists of times and values. */
async function localTasks(): Promise<{ benchmark: string; tasks: string }> {
  const folder = process.env.ALMANAC_DATA ?? '../shared/data';
  execFileSync(python, [here('peers/fev_local.py'), folder, scratch], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return { benchmark: join(scratch, 'tasks.yaml'), tasks: 'hospital_1M,walmart_1W' };
}
