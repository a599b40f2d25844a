// The sanity guard: what no forecast may be, whatever model made it.

/** Why a forecast may not be served. */
export type Fault = 'not-finite' | 'negative' | 'crossed' | 'absurd';

export interface Bounds {
  readonly levelCount: number;
  readonly nonNegative: boolean;
  /** Largest |demand| ever seen of the series; NaN = unknown, and then size is not judged. */
  readonly largest: number;
}

/** A mean this many times the largest demand ever seen is not believed. */
export const absurdFactor = 10;

/**
 * Finite, in bounds, quantiles in order?
 * @param forecast.quantiles shape [levels × horizon], row per level
 * Cost: O(levels × horizon), allocates nothing.
 * @returns the first fault found, undefined when the forecast may be served
 */
export function faultOf(
  forecast: { readonly mean: Float64Array; readonly quantiles: Float64Array },
  bounds: Bounds,
): Fault | undefined {
  const { mean, quantiles } = forecast;
  const horizon = mean.length;
  // A series that never sold has no scale to judge by.
  const limit = bounds.largest > 0 ? absurdFactor * bounds.largest : Number.POSITIVE_INFINITY;
  for (let k = 0; k < horizon; k++) {
    const value = mean[k] as number;
    if (!Number.isFinite(value)) return 'not-finite';
    if (bounds.nonNegative && value < 0) return 'negative';
    if (Math.abs(value) > limit) return 'absurd';
  }
  for (let l = 0; l < bounds.levelCount; l++) {
    for (let k = 0; k < horizon; k++) {
      const value = quantiles[l * horizon + k] as number;
      if (!Number.isFinite(value)) return 'not-finite';
      if (bounds.nonNegative && value < 0) return 'negative';
      if (l > 0 && value < (quantiles[(l - 1) * horizon + k] as number)) return 'crossed';
    }
  }
  return undefined;
}
