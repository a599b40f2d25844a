// Mann and Whitney's test: does a value of one sample tend to be above one of the other?

import { normalTail } from '../../maths/index.ts';
import type { Pooled } from './pooled.ts';

export interface MannWhitney {
  /** Pairs in which the reference's value is the larger; a tie counts half. */
  readonly u: number;
  /** Two-sided. */
  readonly p: number;
  /** That the current sample tends to be the larger, one-sided. */
  readonly pLarger: number;
  readonly isExact: boolean;
}

/** With so few values of one sample, and without ties, p is counted … */
const exactSizeMax = 8;
/** … unless the table of counts would be longer than this. */
const exactPairsMax = 2_000_000;

/**
 * Exact for a small sample without ties, else normal with the correction for ties and half a step for continuity.
 * @param pooled two samples, neither empty. Cost: O(n + m), and O(n × m × smaller) where p is exact
 * Source: Mann and Whitney 1947.
 */
export function mannWhitney(pooled: Pooled): MannWhitney {
  const { n, m, values, reference, current } = pooled;
  const total = n + m;
  let u = 0;
  let ties = 0;
  let [before, beforeCurrent] = [0, 0];
  for (let k = 0; k < values.length; k++) {
    const own = reference[k]! - before;
    const other = current[k]! - beforeCurrent;
    u += own * (beforeCurrent + other / 2);
    const tied = own + other;
    ties += tied * tied * tied - tied;
    before = reference[k]!;
    beforeCurrent = current[k]!;
  }
  const far = Math.max(u, n * m - u);
  if (ties === 0 && Math.min(n, m) <= exactSizeMax && n * m <= exactPairsMax)
    return {
      u,
      p: Math.min(1, 2 * shareAtMost(n, m, n * m - far)),
      pLarger: 2 * u <= n * m ? shareAtMost(n, m, u) : 1 - shareAtMost(n, m, n * m - u - 1),
      isExact: true,
    };
  const spread = Math.sqrt(((n * m) / 12) * (total + 1 - ties / (total * (total - 1))));
  if (!(spread > 0)) return { u, p: 1, pLarger: 1, isExact: false };
  const z = (far - (n * m) / 2 - 0.5) / spread;
  const pLarger = normalTail(((n * m) / 2 - u - 0.5) / spread);
  return { u, p: Math.min(1, 2 * normalTail(z)), pLarger, isExact: false };
}

/**
 * Share of all orders of n and m values with at most `u` pairs, u in the lower half: the coefficients of Gauss's binomial polynomial.
 */
function shareAtMost(n: number, m: number, u: number): number {
  const [small, large] = n < m ? [n, m] : [m, n];
  const counts = new Float64Array(u + 1);
  counts[0] = 1;
  let orders = 1;
  for (let k = 1; k <= small; k++) {
    const step = large + k;
    for (let i = u; i >= step; i--) counts[i]! -= counts[i - step]!;
    for (let i = k; i <= u; i++) counts[i]! += counts[i - k]!;
    orders *= step / k;
  }
  return counts.reduce((sum, count) => sum + count, 0) / orders;
}
