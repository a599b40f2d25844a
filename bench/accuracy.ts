// Question: how accurate is Almanac with its defaults on public data, and are its intervals honest?
// `node bench/accuracy.ts [--json] [--only NAME]`; the data are looked for in ALMANAC_DATA, by default ../shared/data.

import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { DuckDb } from '../src/data/index.ts';
import { evaluateFile, type FileEvaluation, type ScoredForecast } from '../src/train/index.ts';
import { type AccuracyCase, accuracyCases } from './accuracy-cases.ts';
import { readM5, wrmsse } from './m5-wrmsse.ts';

interface Figures {
  readonly series: number;
  readonly smape: number | null;
  readonly mase: number | null;
  readonly rmsse: number | null;
  readonly wape: number | null;
  readonly bias: number | null;
  readonly spl: number | null;
  readonly pinballMean: number | null;
  readonly coverage80: number | null;
  readonly coverage95: number | null;
  readonly seconds: number;
  readonly [extra: string]: unknown;
}

interface Row {
  readonly case: string;
  readonly ours: Figures;
  readonly peer: { readonly name: string };
  readonly goals: readonly string[];
}

const folder = resolve(process.env.ALMANAC_DATA ?? '../shared/data');
const only = process.argv.includes('--only') ? process.argv[process.argv.indexOf('--only') + 1] : undefined;
const json = process.argv.includes('--json');
const say = (text: string): void => void process.stderr.write(`${text}\n`);

if (!existsSync(join(folder, 'm3'))) {
  say(`no datasets in ${folder}: set ALMANAC_DATA to the folder that holds m3/, m4/, …`);
  process.exitCode = 1;
} else {
  await main();
}

async function main(): Promise<void> {
  const scratchFolder = await mkdtemp(join(tmpdir(), 'almanac-bench-'));
  const db = new DuckDb({
    scratchFolder,
    timers: { setTimeout, clearTimeout: (handle) => clearTimeout(handle as NodeJS.Timeout) },
  });
  const rows: Row[] = [];
  const groups = new Map<string, FileEvaluation[]>();
  try {
    for (const one of accuracyCases(folder)) {
      if (only !== undefined && !one.name.toLowerCase().includes(only.toLowerCase())) continue;
      const { row, evaluation } = await runCase(db, one);
      rows.push(row);
      say(`${row.case}: ${row.goals.join('; ') || 'no goal set'} (${row.ours.seconds.toFixed(1)} s)`);
      if (one.group !== undefined) groups.set(one.group, [...(groups.get(one.group) ?? []), evaluation]);
    }
  } finally {
    await db.close();
    await rm(scratchFolder, { recursive: true, force: true });
  }
  for (const [name, parts] of groups) rows.push(groupRow(name, parts, rows));
  if (json) process.stdout.write(`${JSON.stringify(report(rows), null, 2)}\n`);
  else printTable(rows);
}

async function runCase(db: DuckDb, one: AccuracyCase): Promise<{ row: Row; evaluation: FileEvaluation }> {
  const forecasts: ScoredForecast[] = [];
  const begin = performance.now();
  const evaluation = await evaluateFile(db, {
    ...one.options,
    threads: availableParallelism(),
    onForecast: (forecast) => forecasts.push(forecast),
  });
  const seconds = (performance.now() - begin) / 1000;
  const ours = figuresOf(evaluation.selected.metrics, evaluation.series, seconds);
  const extra: Record<string, unknown> = { chosen: topChosen(evaluation) };
  const goals = one.goals.map(({ metric, most }) => goalText(metric, ours[metric] as number, most));
  goals.push(coverageText(ours));
  if (one.name.startsWith('M5')) extra.wrmsse = await m5Score(forecasts);
  if (one.name.startsWith('Online')) {
    const auto = await evaluateFile(db, { ...one.options, models: 'auto', threads: availableParallelism() });
    const autoFigures = figuresOf(auto.selected.metrics, auto.series, auto.selected.seconds);
    goals.pop();
    goals.push(...beatsText(autoFigures, evaluation), coverageText(autoFigures));
    extra.models = Object.fromEntries(
      evaluation.models.map(({ name, metrics, seconds }) => [
        name,
        { rmsse: metrics.rmsse, spl: metrics.spl, pinballMean: meanPinball(metrics.pinball), seconds },
      ]),
    );
    extra.chosen = topChosen(auto);
    return {
      row: { case: one.name, ours: { ...autoFigures, ...extra }, peer: { name: one.peers }, goals },
      evaluation: auto,
    };
  }
  return {
    row: { case: one.name, ours: { ...ours, ...extra }, peer: { name: one.peers }, goals },
    evaluation,
  };
}

type Scores = FileEvaluation['selected']['metrics'];

function figuresOf(metrics: Scores, series: number, seconds: number): Figures {
  return {
    series,
    smape: metrics.smape,
    mase: metrics.mase,
    rmsse: metrics.rmsse,
    wape: metrics.wape,
    bias: metrics.bias,
    spl: metrics.spl,
    pinballMean: meanPinball(metrics.pinball),
    coverage80: metrics.coverage['0.8'] ?? null,
    coverage95: metrics.coverage['0.95'] ?? null,
    seconds,
  };
}

function meanPinball(pinball: Scores['pinball']): number | null {
  const losses = Object.values(pinball).filter((loss) => loss !== null);
  return losses.length === 0 ? null : losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
}

function goalText(metric: string, value: number, most: number): string {
  return `${metric} ${value.toFixed(3)} ${value <= most ? 'meets' : 'MISSES'} ≤ ${most}`;
}

function coverageText({ coverage80, coverage95 }: Figures): string {
  const off = [(coverage80 ?? 0) - 0.8, (coverage95 ?? 0) - 0.95];
  const met = off.every((difference) => Math.abs(difference) <= 0.03);
  return `80 % ${percent(coverage80)}, 95 % ${percent(coverage95)} ${met ? 'meet' : 'MISS'} ± 3 points`;
}

function beatsText(ours: Figures, evaluation: FileEvaluation): string[] {
  return ['sba', 'tsb', 'zero'].map((name) => {
    const metrics = evaluation.models.find((model) => model.name === name)?.metrics;
    const theirs = {
      rmsse: metrics?.rmsse ?? 0,
      spl: metrics?.spl ?? 0,
      pinball: metrics ? (meanPinball(metrics.pinball) ?? 0) : 0,
    };
    const better =
      (ours.rmsse ?? 9) < theirs.rmsse &&
      (ours.spl ?? 9) < theirs.spl &&
      (ours.pinballMean ?? 9e9) < theirs.pinball;
    return `${better ? 'beats' : 'DOES NOT BEAT'} ${name} (RMSSE ${ours.rmsse?.toFixed(4)} vs ${theirs.rmsse.toFixed(4)}, pinball ${ours.pinballMean?.toFixed(3)} vs ${theirs.pinball.toFixed(3)}, scaled ${ours.spl?.toFixed(4)} vs ${theirs.spl.toFixed(4)})`;
  });
}

async function m5Score(forecasts: readonly ScoredForecast[]): Promise<unknown> {
  const score = wrmsse(
    await readM5(join(folder, 'm5')),
    new Map(forecasts.map(({ seriesId, mean }) => [seriesId, mean])),
  );
  say(
    `M5 WRMSSE by level: ${score.levels.map((level) => level.toFixed(3)).join(' ')}, mean ${score.mean.toFixed(4)}`,
  );
  return score;
}

function topChosen(evaluation: FileEvaluation): Record<string, number> {
  return Object.fromEntries(Object.entries(evaluation.selected.chosen.model).slice(0, 5));
}

/** A group's figures are the means over all its series. */
function groupRow(name: string, parts: readonly FileEvaluation[], rows: readonly Row[]): Row {
  const series = parts.reduce((sum, part) => sum + part.series, 0);
  const members = rows.filter((row) => row.case.startsWith(`${name} `));
  const mean = (read: (figures: Figures) => number | null): number =>
    members.reduce((sum, { ours }) => sum + ours.series * (read(ours) ?? 0), 0) / series;
  const ours: Figures = {
    series,
    smape: mean((figures) => figures.smape),
    mase: mean((figures) => figures.mase),
    rmsse: mean((figures) => figures.rmsse),
    wape: null,
    bias: null,
    spl: mean((figures) => figures.spl),
    pinballMean: null,
    coverage80: mean((figures) => figures.coverage80),
    coverage95: mean((figures) => figures.coverage95),
    seconds: members.reduce((sum, { ours }) => sum + ours.seconds, 0),
  };
  const whole = series === 3003;
  const goals = whole
    ? [
        goalText('smape', ours.smape as number, 12.5),
        goalText('mase', ours.mase as number, 1.345),
        goalText('seconds', ours.seconds, 15),
        coverageText(ours),
      ]
    : [];
  return {
    case: `${name}, all ${series}`,
    ours,
    peer: { name: 'THETA 12.76 / 1.395, ForecastPro 13.06 / 1.467' },
    goals,
  };
}

function report(rows: readonly Row[]): unknown {
  return {
    name: 'accuracy',
    machine: `${cpus()[0]?.model ?? 'unknown'}, ${availableParallelism()} cores`,
    versions: { node: process.versions.node },
    date: new Date().toISOString(),
    rows,
  };
}

function printTable(rows: readonly Row[]): void {
  const out = (text: string): void => void process.stdout.write(`${text}\n`);
  const number = (value: number | null, digits: number): string =>
    value === null ? '-' : value.toFixed(digits);
  out(
    '| data | series | sMAPE | MASE | RMSSE | WAPE | scaled pinball | in 80 % | in 95 % | seconds | goals | others, same split (sMAPE / MASE) |',
  );
  out('|---|---|---|---|---|---|---|---|---|---|---|---|');
  for (const { case: name, ours, peer, goals } of rows) {
    const cells = [
      name,
      String(ours.series),
      number(ours.smape, 2),
      number(ours.mase, 3),
      number(ours.rmsse, 3),
      number(ours.wape, 3),
      number(ours.spl, 3),
      percent(ours.coverage80),
      percent(ours.coverage95),
      number(ours.seconds, 1),
      goals.join('; '),
      peer.name,
    ];
    out(`| ${cells.join(' | ')} |`);
  }
}

function percent(value: number | null): string {
  return value === null ? '-' : `${(100 * value).toFixed(1)} %`;
}
