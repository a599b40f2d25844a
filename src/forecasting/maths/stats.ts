// Summary statistics of one array. NaN is "unknown" and skipped; a statistic of nothing is NaN.

/** Arithmetic mean of the finite values, NaN if there are none. Cost: O(n). */
export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  let count = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!Number.isFinite(value)) continue;
    sum += value;
    count++;
  }
  return count > 0 ? sum / count : Number.NaN;
}

/** Mean of |y| over the finite values, NaN if there are none: the natural unit of a series. Cost: O(n). */
export function meanAbsolute(values: ArrayLike<number>): number {
  let sum = 0;
  let count = 0;
  for (let i = 0; i < values.length; i++) {
    const value = Math.abs(values[i]!);
    if (!(value < Number.POSITIVE_INFINITY)) continue;
    sum += value;
    count++;
  }
  return count > 0 ? sum / count : Number.NaN;
}

/** Population variance (divisor n) of the finite values, NaN if there are none. Cost: O(n), two passes. */
export function variance(values: ArrayLike<number>): number {
  const centre = mean(values);
  let sum = 0;
  let count = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!Number.isFinite(value)) continue;
    sum += (value - centre) ** 2;
    count++;
  }
  return count > 0 ? sum / count : Number.NaN;
}

/**
 * Quantile by linear interpolation between order statistics (type 7 of Hyndman and Fan 1996).
 * @param sorted ascending, without NaN
 * @param level  in [0, 1]
 */
export function quantileSorted(sorted: ArrayLike<number>, level: number): number {
  const n = sorted.length;
  if (n === 0) return Number.NaN;
  const at = level * (n - 1);
  const below = Math.floor(at);
  const low = sorted[below]!;
  return below + 1 < n ? low + (at - below) * (sorted[below + 1]! - low) : low;
}

/** `quantileSorted` of the finite values in any order. Cost: O(n log n), copies. */
export function quantile(values: ArrayLike<number>, level: number): number {
  const kept = Float64Array.from(values).filter((value) => Number.isFinite(value));
  return quantileSorted(kept.sort(), level);
}

/** Median of the finite values, NaN if there are none. */
export function median(values: ArrayLike<number>): number {
  return quantile(values, 0.5);
}

/**
 * Autocorrelations at lags 0 … lagMax about the overall mean, divisor n; pairs with an unknown side are skipped.
 * @returns shape [lagMax + 1], 1 at lag 0; all 0 beyond lag 0 for a constant series
 * Cost: O(n × lagMax).
 */
export function autocorrelation(values: Float64Array, lagMax: number): Float64Array {
  const n = values.length;
  const centre = mean(values);
  const out = new Float64Array(lagMax + 1);
  const centred = new Float64Array(n);
  let power = 0;
  for (let i = 0; i < n; i++) {
    const value = values[i]! - centre;
    centred[i] = Number.isFinite(value) ? value : 0;
    power += centred[i]! * centred[i]!;
  }
  out[0] = 1;
  if (!(power > 0)) return out;
  for (let lag = 1; lag <= lagMax && lag < n; lag++) {
    let sum = 0;
    for (let i = lag; i < n; i++) sum += centred[i]! * centred[i - lag]!;
    out[lag] = sum / power;
  }
  return out;
}
