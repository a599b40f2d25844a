// Running sums over pairs of forecast and label, from which every accuracy figure is made.

import { centralIntervals, isInside, pinballOf } from '../../forecasting/evaluate/index.ts';

/** Central intervals reported when the levels that make them are among the prediction's. */
export const reportedIntervals: readonly number[] = [0.8, 0.95];

/** Accuracy over `n` labels. A figure that cannot be had is null. */
export interface AccuracyMetrics {
  /** Pairs of forecast and known actual. */
  readonly n: number;
  /** Σ|f − y| / Σ|y|, a fraction; null without demand. */
  readonly wape: number | null;
  /** Σ(f − y) / Σ|y|, a fraction: above 0 = forecasts too much; null without demand. */
  readonly bias: number | null;
  /** Units. */
  readonly mae: number | null;
  /** Units. */
  readonly rmse: number | null;
  /** Mean pinball loss over the prediction's levels, units; null when no prediction had quantiles. */
  readonly pinball: number | null;
  /** Share of actuals inside the central interval, by nominal level (`0.8`, `0.95`), each with its own n. */
  readonly intervalCoverage: Readonly<Record<string, { readonly n: number; readonly share: number }>>;
}

/** Sums for one group of labels. */
export interface ErrorSums {
  n: number;
  absolute: number;
  signed: number;
  squared: number;
  demand: number;
  pinball: number;
  pinballCount: number;
  /** One per `reportedIntervals`. */
  readonly inside: number[];
  readonly intervalCount: number[];
}

/** Empty sums. */
export function noErrors(): ErrorSums {
  return {
    n: 0,
    absolute: 0,
    signed: 0,
    squared: 0,
    demand: 0,
    pinball: 0,
    pinballCount: 0,
    inside: reportedIntervals.map(() => 0),
    intervalCount: reportedIntervals.map(() => 0),
  };
}

/** Adds one pair, both in units and finite. */
export function addPair(sums: ErrorSums, actual: number, forecast: number): void {
  const error = forecast - actual;
  sums.n++;
  sums.absolute += Math.abs(error);
  sums.signed += error;
  sums.squared += error * error;
  sums.demand += Math.abs(actual);
}

/** Where the levels of a prediction hold the reported intervals: pairs of indices, undefined when not among them. */
export type LevelPlan = readonly ({ readonly low: number; readonly high: number } | undefined)[];

/** Finds the reported intervals among ascending levels. */
export function levelPlan(levels: readonly number[]): LevelPlan {
  const pairs = centralIntervals(levels);
  return reportedIntervals.map((nominal) => {
    const pair = pairs.find((candidate) => Math.abs(candidate.nominal - nominal) < 1e-6);
    return pair && { low: pair.lowIndex, high: pair.highIndex };
  });
}

/**
 * Adds the quantiles of one step.
 * @param quantiles shape [levels × horizon], row per level, units
 * @param at column (lead − 1) and number of columns
 * Cost: O(levels), allocates nothing.
 */
export function addQuantiles(
  sums: ErrorSums,
  actual: number,
  prediction: { levels: readonly number[]; quantiles: Float64Array; plan: LevelPlan },
  at: { column: number; columns: number },
): void {
  const { levels, quantiles, plan } = prediction;
  if (levels.length === 0) return;
  let loss = 0;
  for (let l = 0; l < levels.length; l++) {
    const level = levels[l] as number;
    const error = actual - (quantiles[l * at.columns + at.column] as number);
    loss += pinballOf(error, level);
  }
  sums.pinball += loss / levels.length;
  sums.pinballCount++;
  for (let k = 0; k < plan.length; k++) {
    const pair = plan[k];
    if (!pair) continue;
    const low = quantiles[pair.low * at.columns + at.column] as number;
    const high = quantiles[pair.high * at.columns + at.column] as number;
    sums.intervalCount[k] = (sums.intervalCount[k] as number) + 1;
    if (isInside(actual, low, high)) sums.inside[k] = (sums.inside[k] as number) + 1;
  }
}

/** The figures of the sums. */
export function metricsOf(sums: ErrorSums): AccuracyMetrics {
  const intervalCoverage: Record<string, { n: number; share: number }> = {};
  for (const [k, nominal] of reportedIntervals.entries()) {
    const n = sums.intervalCount[k] as number;
    if (n > 0) intervalCoverage[String(nominal)] = { n, share: (sums.inside[k] as number) / n };
  }
  return {
    n: sums.n,
    wape: ratio(sums.absolute, sums.demand),
    bias: ratio(sums.signed, sums.demand),
    mae: ratio(sums.absolute, sums.n),
    rmse: sums.n > 0 ? Math.sqrt(sums.squared / sums.n) : null,
    pinball: ratio(sums.pinball, sums.pinballCount),
    intervalCoverage,
  };
}

function ratio(sum: number, by: number): number | null {
  return by > 0 ? sum / by : null;
}
