// Question: how fast and how accurate are our classical models beside statsforecast's, series by series?
// Ours runs on one thread of this process. Theirs runs in one Python process: the bare model in a loop (the figure the ratio is
// taken of), and through its own `StatsForecast` class with n_jobs=1 and n_jobs=2. Runs take turns; medians are given.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  mase,
  rmsse,
  seasonalNaiveScale,
  squaredDifferenceScale,
} from '../src/forecasting/evaluate/index.ts';
import { modelOf } from '../src/forecasting/models/index.ts';
import { type TimedPanel, timedPanels } from './classical-cases.ts';
import { machineNow, medianOf } from './machine.ts';
import { peerPython } from './peers/environment.ts';
import { PeerProcess } from './peers/peer-process.ts';

interface Pair {
  readonly ours: string;
  readonly peer: string;
  /** A state whose constants ours is given, where the peer is given its own: one pass each, nothing is chosen. */
  readonly like?: { readonly text: string; readonly state: Float64Array };
}

/** The constants that the peer's TSB is given: of the chance of a demand and of its size, first in our state. */
const tsbConstants = { text: 'with constants 0.1, 0.1', state: Float64Array.of(0.1, 0.1, 0, 0, 0, 0) };

const pairs: readonly Pair[] = [
  { ours: 'dotm', peer: 'DynamicOptimizedTheta' },
  { ours: 'ets', peer: 'AutoETS' },
  { ours: 'croston', peer: 'CrostonClassic' },
  { ours: 'croston', peer: 'CrostonOptimized' },
  { ours: 'sba', peer: 'CrostonSBA' },
  { ours: 'tsb', peer: 'TSB' },
  { ours: 'tsb', peer: 'TSB', like: tsbConstants },
];

const runs = 5;
/** A peer this slow is run once per way of running it. */
const slowSeconds = 5;

interface PeerRun {
  readonly seconds: number;
  readonly means: readonly (readonly number[])[];
}

interface Row {
  readonly case: string;
  readonly ours: { model: string; msPerSeries: number; accuracy: number };
  readonly peer: {
    name: string;
    msPerSeries: number;
    msPerSeriesJobs1: number;
    msPerSeriesJobs2: number;
    accuracy: number;
    runs: number;
  };
  readonly metric: string;
  /** Their time per series ÷ ours, both on one core. */
  readonly ratio: number;
  /** Their time with two processes ÷ ours on one thread. */
  readonly ratioJobs2: number;
  /** Our error ÷ theirs − 1: negative = ours is more accurate. */
  readonly accuracyDifference: number;
}

const machine = machineNow();
const folder = resolve(process.env.ALMANAC_DATA ?? '../shared/data');
const scratch = mkdtempSync(join(tmpdir(), 'almanac-bench-'));
const script = fileURLToPath(new URL('peers/statsforecast_peer.py', import.meta.url));
const peer = new PeerProcess(peerPython('statsforecast'), [script]);
try {
  const rows: Row[] = [];
  for (const panel of timedPanels(folder)) {
    const path = join(scratch, 'panel.json');
    writeFileSync(path, JSON.stringify(panel.series.map(({ history }) => [...history])));
    await peer.ask({ do: 'load', path });
    for (const pair of pairs) {
      const row = await compare(panel, pair);
      rows.push(row);
      process.stderr.write(`${row.case}: ${row.ratio.toFixed(1)} times as fast as ${row.peer.name}\n`);
    }
  }
  const versions = {
    node: process.versions.node,
    ...(await peer.ask<Record<string, string>>({ do: 'versions' })),
  };
  const report = { name: 'classical', machine, versions, date: new Date().toISOString(), rows };
  process.stdout.write(
    process.argv.includes('--json') ? `${JSON.stringify(report, null, 2)}\n` : table(rows),
  );
} finally {
  peer.close();
  rmSync(scratch, { recursive: true, force: true });
}

async function compare(panel: TimedPanel, pair: Pair): Promise<Row> {
  const ask = (jobs: number, keep: boolean): Promise<PeerRun> =>
    peer.ask({ do: 'run', model: pair.peer, season: panel.season, horizon: panel.horizon, jobs, keep });
  const first = await ask(0, true);
  const kept = forecastAll(panel, pair);
  const count = first.seconds > slowSeconds ? 1 : runs;
  const times = { ours: [] as number[], bare: [] as number[], jobs1: [] as number[], jobs2: [] as number[] };
  for (let run = 0; run < count; run++) {
    for (let again = 0; again < runs / count; again++) times.ours.push(forecastAll(panel, pair).seconds);
    times.bare.push(count === 1 ? first.seconds : (await ask(0, false)).seconds);
    times.jobs1.push((await ask(1, false)).seconds);
    times.jobs2.push((await ask(2, false)).seconds);
  }
  const perSeries = (seconds: readonly number[]): number => (1000 * medianOf(seconds)) / panel.series.length;
  const model = pair.like === undefined ? pair.ours : `${pair.ours} ${pair.like.text}`;
  const ours = {
    model,
    msPerSeries: perSeries(times.ours),
    accuracy: accuracyOf(panel, kept.means),
  };
  const theirs = {
    name: pair.peer,
    msPerSeries: perSeries(times.bare),
    msPerSeriesJobs1: perSeries(times.jobs1),
    msPerSeriesJobs2: perSeries(times.jobs2),
    accuracy: accuracyOf(panel, first.means),
    runs: count,
  };
  return {
    case: `${panel.name}, ${panel.series.length} series, ${model}`,
    ours,
    peer: theirs,
    metric: panel.metric,
    ratio: theirs.msPerSeries / ours.msPerSeries,
    ratioJobs2: theirs.msPerSeriesJobs2 / ours.msPerSeries,
    accuracyDifference: ours.accuracy / theirs.accuracy - 1,
  };
}

function forecastAll(panel: TimedPanel, { ours, like }: Pair): { seconds: number; means: Float64Array[] } {
  const model = modelOf(ours);
  const options = { seasons: panel.season > 1 ? [panel.season] : [], horizon: panel.horizon };
  const begin = performance.now();
  const means = panel.series.map(({ history }) => {
    const out = new Float64Array(panel.horizon);
    const state = like === undefined ? model.fit(history, options) : model.run(history, like.state);
    model.forecast(state, out);
    return out;
  });
  return { seconds: (performance.now() - begin) / 1000, means };
}

/** Mean over the series for which the metric can be had. */
function accuracyOf(panel: TimedPanel, means: readonly ArrayLike<number>[]): number {
  let sum = 0;
  let count = 0;
  for (const [i, { history, actual }] of panel.series.entries()) {
    const forecast = Float64Array.from(means[i] as ArrayLike<number>);
    const loss =
      panel.metric === 'MASE'
        ? mase(actual, forecast, seasonalNaiveScale(history, panel.season))
        : rmsse(actual, forecast, squaredDifferenceScale(history));
    if (!Number.isFinite(loss)) continue;
    sum += loss;
    count++;
  }
  return sum / count;
}

function table(rows: readonly Row[]): string {
  const lines = [
    '| case | metric | ours | ms | statsforecast | ms bare | n_jobs=1 | n_jobs=2 | times as fast | error |',
    '|---|---|---|---|---|---|---|---|---|---|',
  ];
  for (const { case: name, metric, ours, peer: theirs, ratio, accuracyDifference } of rows) {
    const cells = [
      name,
      metric,
      ours.accuracy.toFixed(3),
      ours.msPerSeries.toFixed(4),
      `${theirs.name} ${theirs.accuracy.toFixed(3)}`,
      theirs.msPerSeries.toFixed(3),
      theirs.msPerSeriesJobs1.toFixed(3),
      theirs.msPerSeriesJobs2.toFixed(3),
      ratio.toFixed(1),
      `${accuracyDifference > 0 ? '+' : ''}${(100 * accuracyDifference).toFixed(1)} %`,
    ];
    lines.push(`| ${cells.join(' | ')} |`);
  }
  return `${lines.join('\n')}\n`;
}
