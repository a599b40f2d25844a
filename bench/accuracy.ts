// Question: how accurate is Almanac with its defaults on public data, and are its intervals honest?
// `--only NAME` runs the datasets whose name contains it; `--save` writes bench/results/accuracy.json and
// docs/reference/accuracy.md. The data are looked for in ALMANAC_DATA, by default ../shared/data.

import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { DuckDb } from '../src/data/index.ts';
import { evaluateFile, type FileEvaluation, type ScoredForecast } from '../src/train/index.ts';
import { type AccuracyCase, accuracyCases, m3Goals } from './accuracy-cases.ts';
import { accuracyPage } from './accuracy-page.ts';
import {
  type AccuracyReport,
  beatsGoal,
  coverageGoal,
  type Figures,
  figuresOf,
  goalOf,
  m4Of,
  meanPinball,
  naivePeers,
  type Row,
  together,
} from './accuracy-report.ts';
import { readM5, wrmsse } from './m5-wrmsse.ts';
import { machineNow } from './machine.ts';

const folder = resolve(process.env.ALMANAC_DATA ?? '../shared/data');
const only = process.argv.includes('--only') ? process.argv[process.argv.indexOf('--only') + 1] : undefined;
const say = (text: string): void => void process.stderr.write(`${text}\n`);

if (!existsSync(join(folder, 'm3'))) {
  say(`no datasets in ${folder}: set ALMANAC_DATA to the folder that holds m3/, m4/, …`);
  process.exitCode = 1;
} else {
  await main();
}

async function main(): Promise<void> {
  const machine = machineNow();
  const rows = await runAll();
  const report: AccuracyReport = {
    name: 'accuracy',
    machine,
    versions: { node: process.versions.node },
    date: new Date().toISOString(),
    rows,
  };
  if (process.argv.includes('--save') && only === undefined) {
    const root = new URL('..', import.meta.url);
    await writeFile(new URL('bench/results/accuracy.json', root), `${JSON.stringify(report, null, 2)}\n`);
    await writeFile(new URL('docs/reference/accuracy.md', root), accuracyPage(report));
  }
  process.stdout.write(
    process.argv.includes('--json') ? `${JSON.stringify(report, null, 2)}\n` : accuracyPage(report),
  );
}

async function runAll(): Promise<Row[]> {
  const scratchFolder = await mkdtemp(join(tmpdir(), 'almanac-bench-'));
  const timers = { setTimeout, clearTimeout: (handle: unknown) => clearTimeout(handle as NodeJS.Timeout) };
  const db = new DuckDb({ scratchFolder, timers });
  const rows: Row[] = [];
  const m3: Figures[] = [];
  try {
    for (const one of accuracyCases(folder)) {
      if (only !== undefined && !one.name.toLowerCase().includes(only.toLowerCase())) continue;
      const row = await runCase(db, one);
      rows.push(row);
      if (one.group === 'M3') m3.push(row.ours);
      const goals = row.goals.map(({ text, met }) => `${met ? 'met' : 'MISSED'} ${text}`).join(', ');
      say(`${row.case}: ${goals} (${row.ours.seconds.toFixed(1)} s)`);
    }
  } finally {
    await db.close();
    await rm(scratchFolder, { recursive: true, force: true });
  }
  if (m3.length === 4) rows.splice(4, 0, m3Row(together(m3)));
  return rows;
}

async function runCase(db: DuckDb, one: AccuracyCase): Promise<Row> {
  const forecasts: ScoredForecast[] = [];
  const threads = availableParallelism();
  const begin = performance.now();
  const evaluation = await evaluateFile(db, {
    ...one.options,
    threads,
    onForecast: (forecast) => forecasts.push(forecast),
  });
  const ours = figuresOf(evaluation, (performance.now() - begin) / 1000);
  const beside = one.beside.length === 0 ? {} : besideOf(await namedModels(db, one));
  return {
    case: one.name,
    ours,
    beside,
    peer: { name: one.untouched === true ? `same run: ${naivePeers(evaluation)}` : one.peers },
    untouched: one.untouched === true,
    ...(one.note === undefined ? {} : { note: one.note(ours) }),
    ...(one.m4 === undefined ? {} : { m4: m4Of(ours, one.m4) }),
    goals: [
      ...one.goals.map((goal) => goalOf(goal, ours)),
      ...Object.entries(beside).map(([name, theirs]) => beatsGoal(ours, name, theirs)),
      coverageGoal(ours),
    ],
    ...(one.name.startsWith('M5') ? { wrmsse: await m5Score(forecasts) } : {}),
  };
}

function namedModels(db: DuckDb, one: AccuracyCase): Promise<FileEvaluation> {
  return evaluateFile(db, { ...one.options, models: one.beside, threads: availableParallelism() });
}

function besideOf(evaluation: FileEvaluation): Row['beside'] {
  return Object.fromEntries(
    evaluation.models.map(({ name, metrics }) => [
      name,
      { rmsse: metrics.rmsse, pinball: meanPinball(metrics), spl: metrics.spl },
    ]),
  );
}

async function m5Score(forecasts: readonly ScoredForecast[]): Promise<{ levels: number[]; mean: number }> {
  const means = new Map(forecasts.map(({ seriesId, mean }) => [seriesId, mean]));
  return wrmsse(await readM5(join(folder, 'm5')), means);
}

function m3Row(ours: Figures): Row {
  return {
    case: `**M3, all ${ours.series}**`,
    ours,
    beside: {},
    untouched: false,
    peer: { name: 'THETA 12.76 / 1.395, ForecastPro 13.06 / 1.467' },
    goals: [...m3Goals.map((goal) => goalOf(goal, ours)), coverageGoal(ours)],
  };
}
