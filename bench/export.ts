// Question: how soon does an exported model answer its first forecast in a process that has just started, and how large is it?
// A model of 500 trees over all series, with intervals of its own, exported as a handler: `--runs N` fresh processes each (default
// 15). The clock runs from before the import of the module to the answer; the goal is 300 ms. `--only N` takes one size.

import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { decodeForecaster, type Forecaster } from '../src/forecasting/models/index.ts';
import { decodeExportedModel } from '../src/interfaces/edge/exported-model.ts';
import { loadForecaster } from '../src/interfaces/edge/index.ts';
import { commandJson } from '../test/journey/command.ts';
import { machineNow, medianOf } from './machine.ts';
import { retrainData } from './retrain-data.ts';
import { Workshop } from './workshop.ts';

const flag = (name: string): string | undefined => {
  const at = process.argv.indexOf(name);
  return at < 0 ? undefined : process.argv[at + 1];
};
const runs = Number(flag('--runs') ?? 15);
const only = flag('--only');
const goalMs = 300;
const trees = 500;
const horizon = 28;
const sizes = [50, 1000].filter((size) => only === undefined || size === Number(only));

interface Exported {
  readonly artifactBytes: number;
  readonly modelBytes: number;
  readonly files: readonly { readonly path: string; readonly bytes: number }[];
}

/** One cold start, in milliseconds. */
interface Start {
  readonly importMs: number;
  readonly firstMs: number;
  readonly nextMs: number;
  /** CPU time up to the first answer: what the clock would say on a machine that does nothing else. */
  readonly cpuMs: number;
}

const machine = machineNow();
const shop = await Workshop.open('.', false);
try {
  const rows = [];
  for (const series of sizes) rows.push(await measured(series));
  const report = {
    name: 'export',
    machine,
    versions: { node: process.versions.node },
    date: new Date().toISOString(),
    runs,
    rows,
  };
  if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
} finally {
  await shop.close();
}

async function measured(series: number) {
  const folder = join(shop.scratch, `shop-${series}`);
  await mkdir(folder);
  const plan = { name: String(series), frequency: 'day', series, periods: 365, horizon } as const;
  const file = await retrainData(shop, plan, Date.now());
  const columns = {
    series: 'series_id',
    time: 'timestamp',
    target: 'units',
    known: ['price', 'promo'],
    static: ['category'],
    categories: ['category'],
  };
  const project = {
    frequency: 'day',
    horizonSteps: horizon,
    seasons: [7],
    models: ['gbdt'],
    gbdt: { trees },
    columns,
  };
  await writeFile(join(folder, 'almanac.config.json'), JSON.stringify({ projects: { shop: project } }));
  await commandJson(folder, 'ingest', file);
  await commandJson(folder, 'train');
  const handler = await commandJson<Exported>(
    folder,
    'export',
    '--target',
    'handler',
    '--out',
    'forecast.mjs',
  );
  await commandJson<Exported>(folder, 'export', '--target', 'model', '--out', 'shop.almanac');
  const bytes = new Uint8Array(await readFile(join(folder, 'shop.almanac')));
  const { trained } = decodeForecaster((await decodeExportedModel(bytes)).artifact.slice());
  const [id = ''] = (await loadForecaster(bytes)).seriesIds();
  const starts: Start[] = [];
  for (let run = 0; run < runs; run++) starts.push(await start(join(folder, 'forecast.mjs'), id));
  await rm(folder, { recursive: true });
  const total = starts.map(({ importMs, firstMs }) => importMs + firstMs).sort((a, b) => a - b);
  const median = (of: (one: Start) => number): number => Math.round(medianOf(starts.map(of)) * 10) / 10;
  const row = {
    case: `${series} series, ${trees} trees`,
    series,
    treesInside: treesOf(trained),
    artifactBytes: handler.artifactBytes,
    modelBytes: handler.modelBytes,
    handlerBytes: handler.files[0]?.bytes,
    importMs: median(({ importMs }) => importMs),
    firstMs: median(({ firstMs }) => firstMs),
    nextMs: median(({ nextMs }) => nextMs),
    cpuMs: median(({ cpuMs }) => cpuMs),
    coldStartMs: { median: Math.round(medianOf(total)), worst: Math.round(total.at(-1) as number) },
    goalMs,
    met: medianOf(total) < goalMs,
  };
  process.stderr.write(
    `${row.case}: ${row.coldStartMs.median} ms to the first forecast (worst of ${runs}: ${row.coldStartMs.worst}), ` +
      `${row.cpuMs} ms of CPU; ` +
      `${row.nextMs} ms the next; module ${((row.handlerBytes ?? 0) / 1e6).toFixed(2)} MB\n`,
  );
  return row;
}

/** Trees of the means and of the quantiles. */
function treesOf(trained: Forecaster['trained']): number[] {
  const { boosters, quantiles } = trained?.parts ?? { boosters: [], quantiles: null };
  return [...boosters, ...(quantiles === null ? [] : [quantiles])].map((booster) => booster.roots.length - 1);
}

async function start(path: string, id: string): Promise<Start> {
  const program = `
    const ask = { series: [${JSON.stringify(id)}] };
    const before = process.cpuUsage();
    const begin = performance.now();
    const { handler } = await import(${JSON.stringify(pathToFileURL(path).href)});
    const imported = performance.now();
    const answer = await handler(ask);
    const answered = performance.now();
    const { user, system } = process.cpuUsage(before);
    await handler(ask);
    const next = performance.now();
    if (answer.forecasts?.[0]?.source !== 'model') throw new Error(JSON.stringify(answer));
    console.log(JSON.stringify({ importMs: imported - begin, firstMs: answered - imported, nextMs: next - answered, cpuMs: (user + system) / 1000 }));
  `;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program]);
  return JSON.parse(stdout) as Start;
}
