// All forecasts of a panel's backtest in flat arrays: written once by the backtest, read by choice and calibration. A new
// metric, slice or combination of models is computed from here and needs no refit.

import { moveQuantiles } from '../models/index.ts';

/** A catalog model, or the equal-weight mean of several. */
export interface Candidate {
  /** Catalog names joined by `+`. */
  readonly name: string;
  /** Indices into the table's models, at least one. */
  readonly members: readonly number[];
}

/**
 * What would have served a series at an origin: the choice made without that origin, so that its errors are not smaller
 * than those to come because they were chosen by.
 */
export type CandidateOf = (series: number, origin: number) => Candidate;

export interface BacktestTable {
  /** Catalog names of the single models that were fitted. */
  readonly models: readonly string[];
  readonly seriesCount: number;
  readonly originsMax: number;
  readonly horizon: number;
  /** Periods of a test window; leads past it have no truth. At most the horizon. */
  readonly span: number;
  /** Periods from one origin to the next; at most the span, and below it windows overlap. */
  readonly step: number;
  /** Periods from each origin to the end of every history, rising; at most `originsMax`. See `windowDistances`. */
  readonly distances: readonly number[];
  /** Forecasts below zero count as zero, as they will when served. */
  readonly nonNegative: boolean;
  /** In units, shape [series × models × originsMax × horizon]; NaN = the model was not tried on the series. */
  readonly forecasts: Float32Array;
  /** In units, shape [series × originsMax × horizon]; NaN = unknown. */
  readonly actuals: Float64Array;
  /** Number of origins each series was long enough for, shape [series]. */
  readonly origins: Uint8Array;
  /** Unit of errors of the history before each origin, shape [series × originsMax]; positive. */
  readonly scales: Float64Array;
  /** Root of RMSSE's denominator before each origin, shape [series × originsMax]; NaN or 0 = none. */
  readonly squaredScales: Float64Array;
  /** Index into `intervalStrata` at each origin, shape [series × originsMax]. */
  readonly strata: Uint8Array;
  /** 1 = the series was closed then, as known at the origin, and its forecast is nothing; shape [series × originsMax × horizon]. */
  readonly closed: Uint8Array;
  /** The model that has quantiles of its own, if one was tried. */
  readonly own?: OwnForecasts;
}

/** Quantile forecasts that a model made itself. */
export interface OwnForecasts {
  /** Index into the table's models. */
  readonly model: number;
  /** Ascending in (0, 1). */
  readonly levels: readonly number[];
  /**
   * True = an average of the model with others does not take the quantiles over. Moved to another mean they could rise
   * while both fall, which a promise about the model's forecasts does not survive; errors around the mean keep it.
   */
  readonly alone: boolean;
  /** In units, shape [series × originsMax × levels × horizon]; NaN = none. */
  readonly quantiles: Float32Array;
}

/** Which backtest forecast of the table is meant. */
export interface BacktestCell {
  readonly candidate: Candidate;
  readonly series: number;
  readonly origin: number;
}

/** An empty table in shared memory, so that threads can fill it together. */
export function newBacktestTable(
  shape: Pick<BacktestTable, 'models' | 'seriesCount' | 'originsMax' | 'horizon' | 'nonNegative'> & {
    /** Which model brings quantiles, and of which levels. */
    readonly own?: Omit<OwnForecasts, 'quantiles'> | undefined;
    /** Default the horizon; see `spanFor`. */
    readonly span?: number;
    /** Default the span; see `stepFor`. */
    readonly step?: number;
    /** Default one every `step`. */
    readonly distances?: readonly number[];
  },
): BacktestTable {
  const { own, ...rest } = shape;
  const span = rest.span ?? rest.horizon;
  const step = rest.step ?? span;
  const distances = rest.distances ?? Array.from({ length: rest.originsMax }, (_, o) => span + step * o);
  const sizes = { ...rest, span, step, distances };
  const { models, seriesCount, originsMax, horizon } = sizes;
  const cells = seriesCount * originsMax * horizon;
  const quantiles = (of: Omit<OwnForecasts, 'quantiles'>): Float32Array =>
    new Float32Array(new SharedArrayBuffer(4 * cells * of.levels.length)).fill(Number.NaN);
  return {
    ...sizes,
    ...(own === undefined ? {} : { own: { ...own, quantiles: quantiles(own) } }),
    forecasts: new Float32Array(new SharedArrayBuffer(4 * cells * models.length)),
    actuals: new Float64Array(new SharedArrayBuffer(8 * cells)).fill(Number.NaN),
    origins: new Uint8Array(new SharedArrayBuffer(seriesCount)),
    scales: new Float64Array(new SharedArrayBuffer(8 * seriesCount * originsMax)),
    squaredScales: new Float64Array(new SharedArrayBuffer(8 * seriesCount * originsMax)),
    strata: new Uint8Array(new SharedArrayBuffer(seriesCount * originsMax)),
    closed: new Uint8Array(new SharedArrayBuffer(cells)),
  };
}

/**
 * Writes one candidate's forecast at one series and origin, as it would have been served.
 * @param out shape [horizon], units; NaN where a member was not tried. Cost: O(members × horizon).
 */
export function candidateForecast(table: BacktestTable, cell: BacktestCell, out: Float64Array): void {
  const { forecasts, horizon, originsMax, models, nonNegative, closed } = table;
  const { members } = cell.candidate;
  const closedFrom = (cell.series * originsMax + cell.origin) * horizon;
  out.fill(0);
  for (const member of members) {
    const base = ((cell.series * models.length + member) * originsMax + cell.origin) * horizon;
    for (let k = 0; k < horizon; k++) out[k] = (out[k] as number) + (forecasts[base + k] as number);
  }
  for (let k = 0; k < horizon; k++) {
    const mean = (out[k] as number) / members.length;
    out[k] = (nonNegative && mean < 0) || (closed[closedFrom + k] === 1 && !Number.isNaN(mean)) ? 0 : mean;
  }
}

/**
 * Writes actual − forecast of one candidate at one series and origin.
 * @param out shape [horizon], units; NaN where the truth is unknown or a member was not tried
 */
export function candidateErrors(table: BacktestTable, cell: BacktestCell, out: Float64Array): void {
  candidateForecast(table, cell, out);
  const base = (cell.series * table.originsMax + cell.origin) * table.horizon;
  for (let k = 0; k < out.length; k++) out[k] = (table.actuals[base + k] as number) - (out[k] as number);
}

/** Whether a candidate's quantiles are a model's own. */
export function hasOwnQuantiles(table: BacktestTable, candidate: Candidate): boolean {
  if (table.own === undefined || !candidate.members.includes(table.own.model)) return false;
  return !table.own.alone || candidate.members.length === 1;
}

/**
 * Writes the quantiles of a candidate that has its own, moved to its mean.
 * @param to.mean, to.ownMean shape [horizon]: the means of the candidate and of the member that has the quantiles
 * @param to.out              shape [levels × horizon], row per level; NaN where the model was not tried
 */
export function candidateQuantiles(
  table: BacktestTable,
  cell: BacktestCell,
  to: { mean: Float64Array; ownMean: Float64Array; out: Float64Array },
): void {
  const { mean, ownMean, out } = to;
  const { model, levels, quantiles } = table.own as OwnForecasts;
  const at = (cell.series * table.originsMax + cell.origin) * levels.length * table.horizon;
  out.set(quantiles.subarray(at, at + out.length));
  candidateForecast(table, cell, mean);
  candidateForecast(table, { ...cell, candidate: { name: '', members: [model] } }, ownMean);
  moveQuantiles(out, ownMean, mean);
}

/** Periods from an origin to the end of every history. */
export function periodsAfter({ distances }: Pick<BacktestTable, 'distances'>, origin: number): number {
  return distances[origin] ?? 0;
}

/**
 * How many windows count as one, as they share periods: n of them cover 1 + (n − 1) · step ÷ span windows that lie side by side.
 * @returns 1 where they do not overlap
 */
export function windowsPerOne({
  span,
  step,
  distances,
}: Pick<BacktestTable, 'span' | 'step' | 'distances'>): number {
  return distances.length / (1 + ((distances.length - 1) * step) / span);
}
