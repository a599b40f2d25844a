// Question: do our metrics give the official scores of M4's benchmark forecasts, to every digit published?
// Scores the competition's own Naive2, sNaive and SES forecasts of the hourly and weekly series: whatever differs is in the
// metrics. The data are looked for in ALMANAC_DATA, by default ../shared/data.

import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';

import { owa, Scorecard } from '../src/forecasting/evaluate/index.ts';
import { machineNow } from './machine.ts';

const folder = join(resolve(process.env.ALMANAC_DATA ?? '../shared/data'), 'm4');
const methods = ['Naive2', 'sNaive', 'SES'];
const groups = [
  { name: 'Hourly', file: 'm4_hourly.csv.gz', season: 24, horizon: 48 },
  { name: 'Weekly', file: 'm4_weekly.csv.gz', season: 1, horizon: 13 },
] as const;

interface Score {
  readonly smape: number;
  readonly mase: number;
  readonly owa: number;
}

interface Row {
  readonly case: string;
  readonly ours: Score;
  readonly peer: Score & { readonly name: string };
  readonly equal: boolean;
}

if (!existsSync(folder)) {
  process.stderr.write(`no datasets in ${folder}: set ALMANAC_DATA to the folder that holds m4/\n`);
  process.exitCode = 1;
} else {
  const rows = groups.flatMap(scoreGroup);
  const result = {
    name: 'metrics',
    machine: machineNow(),
    versions: { node: process.versions.node },
    date: new Date().toISOString(),
    rows,
  };
  const line = ({ case: name, ours, peer, equal }: Row): string =>
    `${name.padEnd(14)} ours ${text(ours)}   official ${text(peer)}   ${equal ? 'equal' : 'DIFFERENT'}\n`;
  process.stdout.write(
    process.argv.includes('--json') ? `${JSON.stringify(result, null, 2)}\n` : rows.map(line).join(''),
  );
  if (!rows.every(({ equal }) => equal)) process.exitCode = 1;
}

function scoreGroup(group: (typeof groups)[number]): Row[] {
  const { train, test } = readSeries(group.file);
  const forecasts = cellsOf('m4_benchmark_forecasts_hourly_weekly.csv.gz');
  const published = cellsOf('m4_scores_point.csv');
  const header = published[0] ?? [];
  const official = (method: string, metric: string): number =>
    Number(published.find(([id]) => id === method)?.[header.indexOf(`${metric}_${group.name}`)]);
  const scores = methods.map((method) => {
    const card = new Scorecard({ season: group.season, maseFrom: 'first-row', levels: [] });
    for (const [name, id, ...values] of forecasts) {
      const history = train.get(id ?? '');
      if (name !== method || history === undefined) continue;
      const mean = Float64Array.from(values.slice(0, group.horizon).map(Number));
      const actual = Float64Array.from(test.get(id ?? '') ?? []);
      card.add({ history: Float64Array.from(history), actual, mean, quantiles: new Float64Array(0) });
    }
    const { smape, mase } = card.metrics();
    return { smape: smape ?? Number.NaN, mase: mase ?? Number.NaN };
  });
  const [naive2] = scores;
  if (naive2 === undefined) throw new Error('Naive2 is the first method');
  return scores.map((score, i) => {
    const method = methods[i] ?? '';
    // The competition made OWA from the figures as it printed them.
    const ours = { ...score, owa: owa(printed(score), printed(naive2)) };
    const peer = {
      name: method,
      smape: official(method, 'sMAPE'),
      mase: official(method, 'MASE'),
      owa: official(method, 'OWA'),
    };
    // Published are three digits of sMAPE and MASE and six significant ones of OWA.
    const equal =
      ours.smape.toFixed(3) === peer.smape.toFixed(3) &&
      ours.mase.toFixed(3) === peer.mase.toFixed(3) &&
      ours.owa.toPrecision(6) === peer.owa.toPrecision(6);
    return { case: `${group.name} ${method}`, ours, peer, equal };
  });
}

function printed({ smape, mase }: Pick<Score, 'smape' | 'mase'>): { smape: number; mase: number } {
  return { smape: Number(smape.toFixed(3)), mase: Number(mase.toFixed(3)) };
}

function readSeries(file: string): { train: Map<string, number[]>; test: Map<string, number[]> } {
  const train = new Map<string, number[]>();
  const test = new Map<string, number[]>();
  for (const [id = '', , split, y] of cellsOf(file).slice(1)) {
    const into = split === 'test' ? test : train;
    const values = into.get(id);
    if (values === undefined) into.set(id, [Number(y)]);
    else values.push(Number(y));
  }
  return { train, test };
}

/** Cells of a CSV; a comma inside quotes is part of its cell. */
function cellsOf(file: string): string[][] {
  const bytes = readFileSync(join(folder, file));
  const all = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  return all
    .trimEnd()
    .split(/\r?\n/)
    .map((row) => (row.includes('"') ? row.replace(/"[^"]*"/g, '') : row).split(','));
}

function text({ smape, mase, owa: relative }: Score): string {
  return `${smape.toFixed(3)} / ${mase.toFixed(3)} / ${relative.toPrecision(6)}`;
}
