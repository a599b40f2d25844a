// Question: how accurate is Almanac with its defaults on public data, and are its intervals honest?
// `--windows N` (3) test windows, each a horizon before the next: goals and peers are of the newest, which is the published one.
// `--sealed` opens one window more, the one before the three, which nobody looks at but for a release: it is printed, and not saved.
// `--only NAME` runs the datasets whose name contains it; `--quick` about one series in ten of the large ones; `--save` puts the
// rows into bench/results/accuracy.json and docs/reference/accuracy.md. The data are looked for in ALMANAC_DATA, by default ../shared/data.

import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';

import { DuckDb } from '../src/services/data/index.ts';
import {
  defaultLevels,
  evaluateFile,
  type FileEvaluation,
  type ScoredForecast,
} from '../src/services/evaluation/index.ts';
import { type AccuracyCase, pathOf } from './accuracy-case.ts';
import { accuracyCases, m3Goals } from './accuracy-cases.ts';
import { accuracyPage } from './accuracy-page.ts';
import {
  type AccuracyReport,
  beatsGoal,
  type Figures,
  figuresOf,
  goalOf,
  intervalGoals,
  m4Figures,
  meanPinball,
  naivePeers,
  type Row,
  together,
  windowsOf,
} from './accuracy-report.ts';
import { saveReport } from './accuracy-saved.ts';
import { decileLoss, unitError, volumeClasses } from './accuracy-scores.ts';
import { historiesOf } from './histories.ts';
import { machineNow } from './machine.ts';
import { Workshop } from './workshop.ts';

const folder = resolve(process.env.ALMANAC_DATA ?? '../shared/data');
const only = process.argv.includes('--only') ? process.argv[process.argv.indexOf('--only') + 1] : undefined;
/** Windows that rules may be judged by; the one before them is sealed. */
const openWindows = 3;
const isSealed = process.argv.includes('--sealed');
const folds = isSealed
  ? 1
  : Number(
      process.argv.includes('--windows') ? process.argv[process.argv.indexOf('--windows') + 1] : openWindows,
    );
const quick = process.argv.includes('--quick');
const say = (text: string): void => void process.stderr.write(`${text}\n`);

if (folds > openWindows) {
  say(`windows before the ${openWindows} newest are sealed: --sealed opens one, for a release`);
  process.exitCode = 2;
} else if (!existsSync(join(folder, 'm3'))) {
  say(`no datasets in ${folder}: set ALMANAC_DATA to the folder that holds m3/, m4/, …`);
  process.exitCode = 1;
} else {
  await main();
}

async function main(): Promise<void> {
  const machine = machineNow();
  const { rows, failed } = await runAll();
  const report: AccuracyReport = {
    name: 'accuracy',
    machine,
    versions: { node: process.versions.node },
    date: new Date().toISOString(),
    quick,
    rows,
  };
  if (process.argv.includes('--save') && !quick && !isSealed) {
    const names = accuracyCases(folder).map(({ name }) => name);
    await saveReport(report, { names, total: m3Row });
  }
  process.stdout.write(
    process.argv.includes('--json') ? `${JSON.stringify(report, null, 2)}\n` : accuracyPage(report),
  );
  if (failed > 0) process.exitCode = 1;
}

async function runAll(): Promise<{ rows: Row[]; failed: number }> {
  const shop = await Workshop.open(folder, quick);
  const timers = { setTimeout, clearTimeout: (handle: unknown) => clearTimeout(handle as NodeJS.Timeout) };
  const db = new DuckDb({ scratchFolder: shop.scratch, timers });
  const rows: Row[] = [];
  let failed = 0;
  try {
    for (const one of accuracyCases(folder)) {
      if (only !== undefined && !one.name.toLowerCase().includes(only.toLowerCase())) continue;
      try {
        const row = await runCase({ db, shop }, one);
        rows.push(row);
        say(summary(row));
      } catch (error) {
        failed++;
        say(`${one.name} FAILED: ${error instanceof Error ? error.stack : String(error)}`);
      }
    }
  } finally {
    await db.close();
    await shop.close();
  }
  return { rows, failed };
}

function summary({ case: name, ours, goals }: Row): string {
  const parts = goals.map(({ text, bound, value, met }) => {
    const word = met === true ? 'met' : met === 'by mass' ? 'met by mass' : 'MISSED';
    return `${word} ${text} ${value?.toFixed(4) ?? ''} (${bound})`;
  });
  return `${name}: ${ours.series} series, ${ours.seconds.toFixed(1)} s, ${JSON.stringify(ours.chosen)}\n  ${parts.join('\n  ')}`;
}

type Tools = { readonly db: DuckDb; readonly shop: Workshop };
type CaseOptions = AccuracyCase['options'];

async function runCase({ db, shop }: Tools, one: AccuracyCase): Promise<Row> {
  const options: CaseOptions = {
    ...one.options,
    path: await pathOf(one, shop),
    ...(quick && one.quickWhere !== undefined ? { where: one.quickWhere } : {}),
  };
  const forecasts: ScoredForecast[] = [];
  const begin = performance.now();
  const evaluation = await evaluateFile(db, {
    ...options,
    // Published figures count what lies before the first sale.
    maseFrom: 'first-row',
    threads: availableParallelism(),
    folds,
    newestPassed: isSealed ? openWindows : 0,
    onForecast: (forecast) => void (forecast.window === 0 && forecasts.push(forecast)),
  });
  const seconds = (performance.now() - begin) / 1000 / folds;
  const levels = options.levels ?? defaultLevels;
  const material = { shop, evaluation, levels, forecasts, histories: await historiesOf(db, options) };
  const own = {
    unitError: unitError(forecasts),
    decileLoss: decileLoss(material),
    ...m4Figures(one, evaluation),
    ...(await one.score?.(material)),
  };
  const ours = figuresOf(evaluation, { forecasts, seconds, own, classes: volumeClasses(material), folds });
  const beside = one.beside.length === 0 ? {} : besideOf(await namedModels(db, options, one.beside));
  return {
    case: one.name,
    measured: { date: new Date().toISOString().slice(0, 10), commit: commitNow() },
    ours,
    ...(folds > 1 ? { windows: windowsOf(evaluation) } : {}),
    beside,
    peer: { name: one.peers || `same run: ${naivePeers(evaluation)}` },
    ...(one.note === undefined ? {} : { note: one.note }),
    ...(one.m4 === undefined ? {} : { m4: one.m4 }),
    goals: [
      ...one.goals.map((goal) => goalOf(goal, ours)),
      ...Object.entries(beside).map(([name, theirs]) => beatsGoal(ours, name, theirs)),
      ...intervalGoals(ours),
    ],
  };
}

function namedModels(db: DuckDb, options: CaseOptions, models: readonly string[]): Promise<FileEvaluation> {
  return evaluateFile(db, { ...options, models, threads: availableParallelism() });
}

function besideOf(evaluation: FileEvaluation): Row['beside'] {
  return Object.fromEntries(
    evaluation.models.map(({ name, metrics }) => [
      name,
      { rmsse: metrics.rmsse, pinball: meanPinball(metrics), spl: metrics.spl },
    ]),
  );
}

function commitNow(): string {
  const git = (...words: string[]): string => execFileSync('git', words, { encoding: 'utf8' }).trim();
  const changed = git('status', '--porcelain', '--untracked-files=no', 'src') === '' ? '' : ' + changes';
  return git('rev-parse', '--short', 'HEAD') + changed;
}

/** All of M3, where every part of it has been run. */
function m3Row(rows: readonly Row[]): { after: string; row: Row } | undefined {
  const parts = rows.filter((row) => row.case.startsWith('M3 '));
  const [first, last] = [parts[0], parts.at(-1)];
  if (parts.length !== 4 || first === undefined || last === undefined) return undefined;
  const ours = together(parts.map((part) => part.ours));
  return { after: last.case, row: allOfM3(ours, first.measured) };
}

function allOfM3(ours: Figures, measured: Row['measured']): Row {
  return {
    case: `**M3, all ${ours.series}**`,
    measured,
    ours,
    beside: {},
    peer: { name: 'THETA 12.76 / 1.395, ForecastPro 13.06 / 1.467' },
    goals: [
      ...m3Goals.map((goal) => goalOf(goal, ours)),
      { text: 'seconds', peers: '', bound: '≤ 15', value: ours.seconds, met: ours.seconds <= 15 },
      ...intervalGoals(ours),
    ],
  };
}
