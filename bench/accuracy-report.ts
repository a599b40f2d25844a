// What `bench/accuracy.ts` makes of its runs: one row per dataset. The page of them is `accuracy-page.ts`.

import type { Comparison } from '../src/forecasting/evaluate/index.ts';
import { owa } from '../src/forecasting/evaluate/index.ts';
import type { FileEvaluation, ScoredForecast } from '../src/services/evaluation/index.ts';
import type { AccuracyCase, Goal, M4Official } from './accuracy-case.ts';
import type { VolumeClass } from './accuracy-scores.ts';
import type { Machine } from './machine.ts';

export interface Figures {
  readonly series: number;
  readonly smape: number | null;
  readonly mase: number | null;
  readonly rmsse: number | null;
  readonly wape: number | null;
  readonly bias: number | null;
  readonly rmspe: number | null;
  /** Mean pinball loss over the levels, in units. */
  readonly pinball: number | null;
  readonly spl: number | null;
  readonly coverage80: number | null;
  readonly coverage95: number | null;
  readonly pitCoverage80: number | null;
  readonly pitCoverage95: number | null;
  /** Mean scaled interval score of the 95 % intervals. */
  readonly msis95: number | null;
  /** Wall clock of one window, a share of reading the file included. */
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** The five candidates that serve most series. */
  readonly chosen: Readonly<Record<string, number>>;
  /** Further figures: those of the case's own score, and some of every case. NaN is null. */
  readonly own: Readonly<Record<string, number | null>>;
  readonly classes: readonly VolumeClass[];
}

export interface GoalResult {
  readonly text: string;
  readonly peers: string;
  readonly bound: string;
  readonly value: number | null;
  /** `by mass`: met when zeros are counted by the probability that the forecast gives them. */
  readonly met: boolean | 'by mass';
}

/** What several test windows say. */
export interface Windows {
  readonly spread: FileEvaluation['selected']['spread'];
  /** Of the candidates tried on nine of ten series, the one best by RMSSE over all windows, and the loss of what was selected over its own. */
  readonly best: { readonly model: string; readonly selectedRatio: Comparison } | null;
}

export interface Row {
  readonly case: string;
  /** When and of what: ISO date, and the commit of the working tree. */
  readonly measured: { readonly date: string; readonly commit: string };
  /** Of the newest window, the one that peers publish figures of. */
  readonly ours: Figures;
  readonly windows?: Windows;
  /** Other models of the same run, where the goal is to beat them. */
  readonly beside: Readonly<Record<string, Pick<Figures, 'rmsse' | 'pinball' | 'spl'>>>;
  readonly peer: { readonly name: string };
  readonly goals: readonly GoalResult[];
  /** What the figures do not say by themselves. */
  readonly note?: string;
  /** In the terms of the M4 competition, relative to its own Naive2. */
  readonly m4?: M4Official;
}

export interface AccuracyReport {
  readonly name: 'accuracy';
  readonly machine: Machine;
  readonly versions: { readonly node: string };
  readonly date: string;
  /** Of about one series in ten where a set is large: not a measurement. */
  readonly quick: boolean;
  readonly rows: readonly Row[];
  /** Datasets of the bench without a row. */
  readonly unmeasured?: readonly string[];
}

type Metrics = FileEvaluation['selected']['metrics'];

/**
 * Figures of the newest window.
 * @param of.own figures by name, NaN where one cannot be had; `forecasts` those of that window
 */
export function figuresOf(
  { selected }: FileEvaluation,
  of: {
    forecasts: readonly ScoredForecast[];
    seconds: number;
    folds: number;
    own: Readonly<Record<string, number>>;
    classes: readonly VolumeClass[];
  },
): Figures {
  const metrics = selected.windows[0] ?? selected.metrics;
  const ofSeries = of.forecasts.filter(({ level = 'bottom' }) => level === 'bottom');
  return {
    series: ofSeries.length,
    smape: metrics.smape,
    mase: metrics.mase,
    rmsse: metrics.rmsse,
    wape: metrics.wape,
    bias: metrics.bias,
    rmspe: metrics.rmspe,
    pinball: meanPinball(metrics),
    spl: metrics.spl,
    coverage80: metrics.coverage['0.8'] ?? null,
    coverage95: metrics.coverage['0.95'] ?? null,
    pitCoverage80: metrics.pitCoverage['0.8'] ?? null,
    pitCoverage95: metrics.pitCoverage['0.95'] ?? null,
    msis95: metrics.msis['0.95'] ?? null,
    seconds: of.seconds,
    cpuSeconds: selected.cpuSeconds / of.folds,
    chosen: Object.fromEntries(servingMost(ofSeries)),
    own: Object.fromEntries(
      Object.entries(of.own).map(([name, value]) => [name, Number.isFinite(value) ? value : null]),
    ),
    classes: of.classes,
  };
}

/** The five models that serve most series. */
function servingMost(forecasts: readonly ScoredForecast[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const { model } of forecasts) counts.set(model, (counts.get(model) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]).slice(0, 5);
}

/** What the windows of an evaluation say together. */
export function windowsOf({ selected, models }: FileEvaluation): Windows {
  const ratioOf = ({ selectedRatio }: FileEvaluation['models'][number]): number =>
    selectedRatio.rmsse?.ratio ?? 0;
  const wide = models.filter(
    ({ metrics }) => (metrics.counts.rmsse ?? 0) >= 0.9 * (selected.metrics.counts.rmsse ?? 0),
  );
  const [best] = wide.sort((one, other) => ratioOf(other) - ratioOf(one));
  const of = best === undefined ? null : { model: best.name, selectedRatio: best.selectedRatio };
  return { spread: selected.spread, best: of };
}

export function meanPinball(metrics: Metrics): number | null {
  const losses = Object.values(metrics.pinball).filter((loss) => loss !== null);
  return losses.length === 0 ? null : losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
}

/** Figures over all series of several cases. */
export function together(parts: readonly Figures[]): Figures {
  const series = parts.reduce((sum, part) => sum + part.series, 0);
  const mean = (read: (part: Figures) => number | null): number | null =>
    parts.some((part) => read(part) === null)
      ? null
      : parts.reduce((sum, part) => sum + part.series * (read(part) as number), 0) / series;
  return {
    series,
    smape: mean((part) => part.smape),
    mase: mean((part) => part.mase),
    rmsse: mean((part) => part.rmsse),
    // Pooled over values, not over series: not to be had from the parts.
    wape: null,
    bias: null,
    rmspe: null,
    pinball: mean((part) => part.pinball),
    spl: mean((part) => part.spl),
    coverage80: mean((part) => part.coverage80),
    coverage95: mean((part) => part.coverage95),
    pitCoverage80: mean((part) => part.pitCoverage80),
    pitCoverage95: mean((part) => part.pitCoverage95),
    msis95: mean((part) => part.msis95),
    seconds: parts.reduce((sum, part) => sum + part.seconds, 0),
    cpuSeconds: parts.reduce((sum, part) => sum + part.cpuSeconds, 0),
    chosen: {},
    own: {},
    classes: [],
  };
}

/** A figure beside its bound; a figure that cannot be had meets none. */
export function goalOf(goal: Goal, figures: Figures): GoalResult {
  const { text, peers = '', most, least, within } = goal;
  const named = figures[goal.figure as keyof Figures];
  const value = (typeof named === 'number' ? named : figures.own[goal.figure]) ?? null;
  const bounds = [
    most === undefined || least !== undefined ? '' : `≤ ${most}`,
    most === undefined || least === undefined ? '' : `${least} to ${most}`,
    within === undefined ? '' : `within ± ${within}`,
  ];
  const met =
    value !== null &&
    value <= (most ?? Number.POSITIVE_INFINITY) &&
    value >= (least ?? Number.NEGATIVE_INFINITY) &&
    Math.abs(value) <= (within ?? Number.POSITIVE_INFINITY);
  return { text, peers, bound: bounds.join(''), value, met };
}

/** Seasonal naive in the same run, one per season: sMAPE / MASE. */
export function naivePeers({ models }: FileEvaluation): string {
  return models
    .filter(({ name }) => /^snaive(@\d+)?$/.test(name))
    .map(({ name, metrics }) => `${name} ${metrics.smape?.toFixed(2)} / ${metrics.mase?.toFixed(3)}`)
    .join(', ');
}

/** Intervals within two points of what they say, plainly or with zeros counted by their probability. */
export function intervalGoals(figures: Figures): GoalResult[] {
  const goal = (percent: number, plain: number | null, byMass: number | null): GoalResult => {
    const holds = (share: number | null): boolean =>
      share !== null && Math.abs(share - percent / 100) <= 0.02 + 1e-12;
    return {
      text: `share inside the ${percent} % interval`,
      peers: '',
      bound: `${percent - 2} to ${percent + 2} %`,
      value: plain,
      met: holds(plain) ? true : holds(byMass) ? 'by mass' : false,
    };
  };
  return [
    goal(80, figures.coverage80, figures.pitCoverage80),
    goal(95, figures.coverage95, figures.pitCoverage95),
  ];
}

/** Lower RMSSE, pinball and scaled pinball than another model of the run. */
export function beatsGoal(ours: Figures, name: string, theirs: Row['beside'][string]): GoalResult {
  const met = (['rmsse', 'pinball', 'spl'] as const).every(
    (metric) => (ours[metric] ?? Number.POSITIVE_INFINITY) < (theirs[metric] ?? 0),
  );
  return {
    text: 'RMSSE, pinball and scaled pinball',
    peers: '',
    bound: `better than ${name}`,
    value: null,
    met,
  };
}

/** The M4 figures of a case as goals may name them. */
export function m4Figures(one: AccuracyCase, evaluation: FileEvaluation): Record<string, number> {
  if (one.m4 === undefined) return {};
  const { smape, mase, coverage } = evaluation.selected.metrics;
  return {
    owa: owa({ smape: smape ?? Number.NaN, mase: mase ?? Number.NaN }, one.m4.naive2),
    acd: Math.abs((coverage['0.95'] ?? Number.NaN) - 0.95),
  };
}
