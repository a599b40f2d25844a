// The beta function and what hangs on it: tails of counts and of Student's t.

import { lnGamma } from './gamma.ts';

/** ln B(a, b) for a, b > 0. */
export function lnBeta(a: number, b: number): number {
  return lnGamma(a) + lnGamma(b) - lnGamma(a + b);
}

/**
 * Share of a beta variate's distribution below x, to 1e-12 of itself, and to 1e-9 where a and b go into the millions.
 * @param x in [0, 1]; @param a, b > 0
 * Source: Abramowitz and Stegun 1964, 26.5.8. Cost: O(√(a + b)).
 */
export function betaShare(x: number, a: number, b: number): number {
  return Math.exp(lnBetaShare(x, a, b));
}

/** ln of `betaShare`, also where the share itself is too small for a number. */
export function lnBetaShare(x: number, a: number, b: number): number {
  if (!(x > 0)) return Number.NEGATIVE_INFINITY;
  if (x >= 1) return 0;
  const lnFront = a * Math.log(x) + b * Math.log1p(-x) - lnBeta(a, b);
  // The fraction converges fast on this side of the mean only.
  if (x < (a + 1) / (a + b + 2)) return lnFront + Math.log(fraction(x, a, b) / a);
  return Math.log1p(-Math.min(1, Math.exp(lnFront) * (fraction(1 - x, b, a) / b)));
}

/** Probability of k or fewer successes in n fair draws, each with this chance. @param chance in (0, 1) */
export function binomialShare(k: number, n: number, chance: number): number {
  if (k < 0) return 0;
  return k >= n ? 1 : betaShare(1 - chance, n - k, k + 1);
}

/** The continued fraction of the incomplete beta function, by Lentz's way of reading one. */
function fraction(x: number, a: number, b: number): number {
  let c = 1;
  let d = 1 / notZero(1 - ((a + b) * x) / (a + 1));
  let result = d;
  for (let k = 1; k < 100_000; k++) {
    const even = (k * (b - k) * x) / ((a + 2 * k - 1) * (a + 2 * k));
    d = 1 / notZero(1 + even * d);
    c = notZero(1 + even / c);
    result *= d * c;
    const odd = (-(a + k) * (a + b + k) * x) / ((a + 2 * k) * (a + 2 * k + 1));
    d = 1 / notZero(1 + odd * d);
    c = notZero(1 + odd / c);
    const factor = d * c;
    result *= factor;
    if (Math.abs(factor - 1) < 1e-16) break;
  }
  return result;
}

function notZero(value: number): number {
  return Math.abs(value) < 1e-300 ? 1e-300 : value;
}
