// Kolmogorov and Smirnov's two-sample test: the largest distance of two empirical distributions.

import type { Pooled } from './pooled.ts';

export interface KolmogorovSmirnov {
  /** Largest distance of the two distribution functions, 0 … 1. */
  readonly statistic: number;
  /** Two-sided. Ties make it too large, never too small. */
  readonly p: number;
  /** Counted over all orders of the values, or taken from the limit for many. */
  readonly isExact: boolean;
  /** 1: the reference's function is above, so values have grown; −1: they have fallen. */
  readonly sign: 1 | -1;
  /** First value at which the distance is reached. */
  readonly location: number;
}

/** Up to so many pairs of values p is counted exactly … */
const exactPairsMax = 1_000_000;
/** … and beyond where one sample is so small that the limit would not be near. */
const smallSample = 20;
const smallSamplePairsMax = 20_000_000;

/**
 * @param pooled two samples, neither empty
 * Cost: O(n + m), and O(n × m) where p is exact. Source: Smirnov 1939; Hodges 1958 for the count of paths.
 */
export function kolmogorovSmirnov(pooled: Pooled): KolmogorovSmirnov {
  const { n, m, values, reference, current } = pooled;
  let above = 0;
  let below = 0;
  let [aboveAt, belowAt] = [0, 0];
  let whole = 0;
  for (let k = 0; k < values.length; k++) {
    const [i, j] = [reference[k]!, current[k]!];
    const distance = i / n - j / m;
    whole = Math.max(whole, Math.abs(i * m - j * n));
    if (distance > above || k === 0) [above, aboveAt] = [Math.max(0, distance), k];
    if (distance < below || k === 0) [below, belowAt] = [Math.min(0, distance), k];
  }
  const isBelow = -below > above;
  const isExact = n * m <= exactPairsMax || (Math.min(n, m) <= smallSample && n * m <= smallSamplePairsMax);
  const statistic = isBelow ? -below : above;
  return {
    statistic,
    p: isExact ? pathsOutside(n, m, whole) : kolmogorovTail(statistic * Math.sqrt((n / (n + m)) * m)),
    isExact,
    sign: isBelow ? -1 : 1,
    location: values[isBelow ? belowAt : aboveAt]!,
  };
}

/**
 * Share of all orders of n and m values whose distance is at least `distance ÷ (n·m)`: a path over the lattice that leaves the band is
 * counted where it leaves, so that a small share keeps all its digits.
 */
function pathsOutside(n: number, m: number, distance: number): number {
  if (distance === 0) return 1;
  // Rows along the longer side: fewer of them are kept.
  if (m > n) return pathsOutside(m, n, distance);
  const mass = new Float64Array(m + 2);
  mass[0] = 1;
  let outside = 0;
  for (let i = 0; i <= n; i++) {
    const row = i * m;
    const from = Math.max(0, Math.floor((row - m - distance) / n));
    const to = Math.min(m, Math.ceil((row + distance) / n));
    for (let j = from; j <= to; j++) {
      let here = i === 0 && j === 0 ? 1 : 0;
      if (i > 0) here += (mass[j]! * (n - i + 1)) / (n + m - i - j + 1);
      if (j > from) here += (mass[j - 1]! * (m - j + 1)) / (n + m - i - j + 1);
      if (Math.abs(row - j * n) >= distance) {
        outside += here;
        here = 0;
      }
      mass[j] = here;
    }
  }
  return Math.min(1, outside);
}

/** Probability that the largest distance times √(n·m ÷ (n + m)) is above x, for many values. Source: Kolmogorov 1933. */
export function kolmogorovTail(x: number): number {
  if (!(x > 0.04)) return 1;
  if (x < 1) {
    // The other form of the series: for small x it is the one that converges.
    let sum = 0;
    for (let k = 1; k <= 19; k += 2) sum += Math.exp((-(k * k) * Math.PI * Math.PI) / (8 * x * x));
    return Math.min(1, Math.max(0, 1 - (Math.sqrt(2 * Math.PI) / x) * sum));
  }
  let sum = 0;
  for (let k = 1; k <= 20; k++) sum += (k % 2 === 1 ? 2 : -2) * Math.exp(-2 * k * k * x * x);
  return Math.min(1, Math.max(0, sum));
}
