// Has the relation between what is known and what comes changed? Losses beside those of a baseline, now and before.

import { studentTail } from '../../maths/index.ts';
import { bounded } from '../streams/stream.ts';

/** Losses of the model less those of seasonal naive, period by period: demand that is hard for both cancels. */
export interface PairedLosses {
  readonly reference: ArrayLike<number>;
  readonly current: ArrayLike<number>;
}

export type LossChange = {
  /** Periods with a difference. */
  readonly nReference: number;
  readonly nCurrent: number;
  readonly dropped: number;
} & (
  | {
      readonly status: 'ok';
      /** Mean differences; below 0 the model is the better one. */
      readonly before: number;
      readonly now: number;
      /** now − before: above 0 the model has lost on the baseline. */
      readonly change: number;
      readonly sd: number;
      /** Independent stretches that the deviation rests on, less one each. */
      readonly freedom: number;
      /** Two-sided. */
      readonly p: number;
    }
  | { readonly status: 'unknown'; readonly because: string }
);

export const lossPeriodsMin = 20;

/**
 * Compares mean paired differences of losses, of any memory: the deviation of each mean is that of its slowest cosines, and p is
 * Student's for as few of them.
 * @param losses in the order of time; what is not finite is left out and counted
 * Source: Lazarus, Lewis, Stock and Watson 2018, JBES 36, equal-weighted cosines, 0.4 × n^⅔ of them; freedom of two samples by Welch 1947.
 * Cost: O(n^(5/3)).
 */
export function lossChange({ reference, current }: PairedLosses): LossChange {
  const [before, now] = [finiteOf(reference), finiteOf(current)];
  const sizes = {
    nReference: before.length,
    nCurrent: now.length,
    dropped: reference.length + current.length - before.length - now.length,
  };
  const fewest = Math.min(before.length, now.length);
  if (fewest < lossPeriodsMin)
    return { ...sizes, status: 'unknown', because: `${fewest} periods: each side needs ${lossPeriodsMin}` };
  const memory = memoryOf(before, now);
  const [ofBefore, ofNow] = [before, now].map((values) => cosinesOf(values.length, memory)) as [
    number,
    number,
  ];
  if (Math.min(ofBefore, ofNow) < 1)
    return {
      ...sizes,
      status: 'unknown',
      because: `losses depend on those before them for too long: ${fewest} periods are too few`,
    };
  const [one, two] = [longRun(before, Math.max(2, ofBefore)), longRun(now, Math.max(2, ofNow))];
  const change = two.mean - one.mean;
  const variance = one.variance + two.variance;
  const sd = Math.sqrt(variance);
  const share = variance > 0 ? one.variance / variance : 0.5;
  const freedom = 1 / (share ** 2 / one.cosines + (1 - share) ** 2 / two.cosines);
  // Constants of which both sides are: what rounding makes of them is no change.
  const isSame = Math.abs(change) <= 1e-12 * Math.max(Math.abs(one.mean), Math.abs(two.mean));
  const p = isSame ? 1 : Math.min(1, 2 * studentTail(Math.abs(change) / sd, freedom));
  return { ...sizes, status: 'ok', before: one.mean, now: two.mean, change, sd, freedom, p };
}

function finiteOf(values: ArrayLike<number>): Float64Array {
  // Within 1e60: squares of variances are numbers.
  return Float64Array.from(values)
    .filter(Number.isFinite)
    .map((value) => bounded(value * 1e80) / 1e80);
}

/** Correlation of neighbours about the mean of their side. */
function memoryOf(...sides: readonly Float64Array[]): number {
  let [product, power, rounding] = [0, 0, 0];
  for (const values of sides) {
    const mean = values.reduce((sum, value) => sum + value / values.length, 0);
    for (let t = 1; t < values.length; t++) product += (values[t]! - mean) * (values[t - 1]! - mean);
    for (const value of values) power += (value - mean) ** 2;
    rounding += values.length * (1e-12 * mean) ** 2;
  }
  return power > rounding ? Math.max(0, product / power) : 0;
}

/** So many cosines are slow beside the memory: beyond them the spectrum is no longer that of the mean. */
function cosinesOf(n: number, memory: number): number {
  return Math.floor(Math.min(0.4 * n ** (2 / 3), (n * (1 - memory)) / 6));
}

/** Mean, its variance with the memory of values, and on how many cosines that rests. */
function longRun(values: Float64Array, cosines: number): { mean: number; variance: number; cosines: number } {
  const n = values.length;
  let mean = 0;
  for (const value of values) mean += value / n;
  let power = 0;
  for (let j = 1; j <= cosines; j++) {
    let sum = 0;
    for (let t = 0; t < n; t++) sum += (values[t]! - mean) * Math.cos((Math.PI * j * (t + 0.5)) / n);
    power += (2 * sum * sum) / n / cosines;
  }
  return { mean, variance: power / n, cosines };
}
