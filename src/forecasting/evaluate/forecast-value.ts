// What a forecast adds over the one that anybody could make.

import { type LossKind, lossOf } from './losses.ts';

/**
 * Forecast value added: 1 − loss ÷ loss of a naive forecast of the same steps. 0 = as good, 1 = without error, below 0 =
 * worse.
 * @param actual   units, shape [h], NaN = unknown, skipped
 * @param forecast, naive units, shape [h]
 * @param kind     which loss the series is judged by
 * @returns NaN when nothing is known or the naive forecast has no error
 * Source: Gilliland 2002 (stairstep report). Cost: O(h).
 */
export function forecastValueAdded(
  actual: Float64Array,
  { forecast, naive, kind }: { forecast: Float64Array; naive: Float64Array; kind: LossKind },
): number {
  const errorsOf = (of: Float64Array): Float64Array => actual.map((y, k) => y - (of[k] as number));
  const base = lossOf(errorsOf(naive), kind);
  return base > 0 ? 1 - lossOf(errorsOf(forecast), kind) / base : Number.NaN;
}

/** How a figure lies over the series. */
export interface Spread {
  readonly count: number;
  readonly p10: number;
  readonly median: number;
  readonly p90: number;
  /** Share of the series above 0. */
  readonly positive: number;
}

/** @returns null when no value is finite */
export function spreadOf(values: readonly number[]): Spread | null {
  const sorted = Float64Array.from(values.filter(Number.isFinite)).sort();
  const count = sorted.length;
  if (count === 0) return null;
  const at = (share: number): number => sorted[Math.round(share * (count - 1))] as number;
  const positive = sorted.reduce((sum, value) => sum + (value > 0 ? 1 : 0), 0) / count;
  return { count, p10: at(0.1), median: at(0.5), p90: at(0.9), positive };
}
