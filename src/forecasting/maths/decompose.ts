// Classical decomposition: one index per phase of the season, from ratios or differences to a centred moving average.

import { autocorrelation } from './stats.ts';

export type SeasonKind = 'multiplicative' | 'additive';

/**
 * Centred moving average of order m (2×m for even m, so that every phase weighs the same).
 * @param values shape [n], finite
 * @returns shape [n], NaN in the first and last ⌊m/2⌋ places
 * Cost: O(n).
 */
export function centredAverage(values: Float64Array, m: number): Float64Array {
  const n = values.length;
  const out = new Float64Array(n).fill(Number.NaN);
  const half = Math.floor(m / 2);
  const even = m % 2 === 0;
  for (let t = half; t + half < n; t++) {
    let sum = 0;
    for (let k = t - half; k <= t + half; k++) sum += values[k]!;
    if (even) sum -= (values[t - half]! + values[t + half]!) / 2;
    out[t] = sum / m;
  }
  return out;
}

/**
 * Seasonal indices by phase (position modulo m), normalised to mean 1 (multiplicative) or 0 (additive).
 * @param values shape [n], finite, n ≥ 2m; positive for multiplicative
 * @returns shape [m]; a phase that was never seen has the neutral index
 * Source: the textbook method, e.g. Kendall and Stuart 1983, vol. 3. Cost: O(n·m).
 */
export function seasonalIndices(values: Float64Array, m: number, kind: SeasonKind): Float64Array {
  const trend = centredAverage(values, m);
  const sums = new Float64Array(m);
  const counts = new Float64Array(m);
  for (let t = 0; t < values.length; t++) {
    const level = trend[t]!;
    const effect = kind === 'multiplicative' ? values[t]! / level : values[t]! - level;
    if (!Number.isFinite(effect)) continue;
    sums[t % m]! += effect;
    counts[t % m]! += 1;
  }
  const neutral = kind === 'multiplicative' ? 1 : 0;
  const indices = sums.map((sum, phase) => (counts[phase]! > 0 ? sum / counts[phase]! : neutral));
  const centre = indices.reduce((a, b) => a + b, 0) / m;
  if (kind === 'additive') return indices.map((index) => index - centre);
  return centre > 0 ? indices.map((index) => index / centre) : indices.fill(1);
}

/**
 * The 90 % test of seasonality used in the M competitions: is the autocorrelation at lag m outside its limit?
 * @returns |ρ_m| ÷ limit, so above 1 = seasonal; 0 when n < 2m + 1 or m ≤ 1
 * Source: Fiorucci et al. 2016, IJF 32; limit 1.645·√((1 + 2Σ_{k<m} ρ_k²)/n). Cost: O(n·m).
 */
export function seasonalityRatio(values: Float64Array, m: number): number {
  const n = values.length;
  if (m <= 1 || n < 2 * m + 1) return 0;
  const rho = autocorrelation(values, m);
  let sum = 0;
  for (let k = 1; k < m; k++) sum += rho[k]! * rho[k]!;
  return Math.abs(rho[m]!) / (1.645 * Math.sqrt((1 + 2 * sum) / n));
}
