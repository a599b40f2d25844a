// What `bench/accuracy.ts` makes of its runs: one row per dataset. The page of them is `accuracy-page.ts`.

import { owa } from '../src/evaluate/index.ts';
import type { FileEvaluation } from '../src/train/index.ts';
import type { Goal, M4Official } from './accuracy-cases.ts';
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
  /** Wall clock, reading the file included. */
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** The five candidates that serve most series. */
  readonly chosen: Readonly<Record<string, number>>;
}

export interface Row {
  readonly case: string;
  readonly ours: Figures;
  /** Other models of the same run, where the goal is to beat them. */
  readonly beside: Readonly<Record<string, Pick<Figures, 'rmsse' | 'pinball' | 'spl'>>>;
  readonly peer: { readonly name: string };
  readonly goals: readonly { readonly text: string; readonly met: boolean }[];
  /** What the figures do not say by themselves. */
  readonly note?: string;
  /** First run after the rules stood: see `AccuracyCase`. */
  readonly untouched: boolean;
  /** In the terms of the M4 competition, relative to its own Naive2. */
  readonly m4?: { readonly owa: number; readonly official: M4Official };
  readonly wrmsse?: { readonly levels: readonly number[]; readonly mean: number };
}

export interface AccuracyReport {
  readonly name: 'accuracy';
  readonly machine: Machine;
  readonly versions: { readonly node: string };
  readonly date: string;
  readonly rows: readonly Row[];
}

type Metrics = FileEvaluation['selected']['metrics'];

export function figuresOf(evaluation: FileEvaluation, seconds: number): Figures {
  const { metrics, cpuSeconds, chosen } = evaluation.selected;
  return {
    series: evaluation.series,
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
    seconds,
    cpuSeconds,
    chosen: Object.fromEntries(Object.entries(chosen.model).slice(0, 5)),
  };
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
  };
}

export function goalOf({ metric, most }: Goal, figures: Figures): Row['goals'][number] {
  const value = figures[metric] ?? Number.POSITIVE_INFINITY;
  return { text: `${metric === 'seconds' ? 'time' : metric.toUpperCase()} ≤ ${most}`, met: value <= most };
}

/** OWA over the series of the case. */
export function m4Of(ours: Figures, official: M4Official): NonNullable<Row['m4']> {
  const mine = { smape: ours.smape ?? Number.NaN, mase: ours.mase ?? Number.NaN };
  return { owa: owa(mine, official.naive2), official };
}

/** Seasonal naive in the same run, one per season: sMAPE / MASE. */
export function naivePeers({ models }: FileEvaluation): string {
  return models
    .filter(({ name }) => /^snaive(@\d+)?$/.test(name))
    .map(({ name, metrics }) => `${name} ${metrics.smape?.toFixed(2)} / ${metrics.mase?.toFixed(3)}`)
    .join(', ');
}

/** 80 and 95 % intervals within three points of what they say. */
export function coverageGoal(figures: Figures): Row['goals'][number] {
  const off = [(figures.coverage80 ?? 0) - 0.8, (figures.coverage95 ?? 0) - 0.95];
  return { text: 'intervals ± 3 points', met: off.every((difference) => Math.abs(difference) <= 0.03) };
}

/** Lower RMSSE, pinball and scaled pinball than another model of the run. */
export function beatsGoal(ours: Figures, name: string, theirs: Row['beside'][string]): Row['goals'][number] {
  const met = (['rmsse', 'pinball', 'spl'] as const).every(
    (metric) => (ours[metric] ?? Number.POSITIVE_INFINITY) < (theirs[metric] ?? 0),
  );
  return { text: `better than ${name}`, met };
}
