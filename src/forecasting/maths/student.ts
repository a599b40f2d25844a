// Tails of Student's t for any degrees of freedom: p of tests on few independent stretches.

import { lnGamma } from './gamma.ts';

/**
 * Probability that a variate of Student's t is above t, to about 1e-12.
 * @param freedom above 0, need not be whole
 * Source: Abramowitz and Stegun 1964, 26.7.1; the incomplete beta function by its continued fraction (Lentz's method).
 */
export function studentTail(t: number, freedom: number): number {
  if (t < 0) return 1 - studentTail(-t, freedom);
  if (t === Number.POSITIVE_INFINITY) return 0;
  return betaShare(freedom / (freedom + t * t), freedom / 2, 0.5) / 2;
}

/** The regularised incomplete beta function. */
function betaShare(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const front = Math.exp(lnGamma(a + b) - lnGamma(a) - lnGamma(b) + a * Math.log(x) + b * Math.log(1 - x));
  // The fraction comes to its end soon on this side only.
  return x < (a + 1) / (a + b + 2)
    ? (front * fraction(x, a, b)) / a
    : 1 - (front * fraction(1 - x, b, a)) / b;
}

function fraction(x: number, a: number, b: number): number {
  const least = 1e-300;
  let c = 1;
  let d = 1 / (Math.abs(1 - ((a + b) * x) / (a + 1)) < least ? least : 1 - ((a + b) * x) / (a + 1));
  let value = d;
  for (let k = 1; k <= 1_000; k++) {
    for (const term of [
      (k * (b - k) * x) / ((a + 2 * k - 1) * (a + 2 * k)),
      (-(a + k) * (a + b + k) * x) / ((a + 2 * k) * (a + 2 * k + 1)),
    ]) {
      d = 1 / (1 + term * d || least);
      c = 1 + term / c || least;
      value *= c * d;
    }
    if (Math.abs(c * d - 1) < 1e-15) break;
  }
  return value;
}
