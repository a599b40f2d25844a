// The gamma function and what hangs on it: tails of χ², for tests of counts.

import { normalTail } from './normal.ts';

const halfLnTwoPi = 0.9189385332046728;

/** ln Γ(x) for x > 0, within some units of the last place. Stirling's series from 15 on, below by recurrence. */
export function lnGamma(x: number): number {
  let shift = 1;
  let at = x;
  while (at < 15) {
    shift *= at;
    at += 1;
  }
  const inverse = 1 / at;
  const square = inverse * inverse;
  const series =
    inverse *
    (1 / 12 -
      square *
        (1 / 360 -
          square *
            (1 / 1260 - square * (1 / 1680 - square * (1 / 1188 - square * (691 / 360360 - square / 156))))));
  return (at - 0.5) * Math.log(at) - at + halfLnTwoPi + series - Math.log(shift);
}

/**
 * Probability that a χ² variate of so many degrees of freedom is above x, to 1e-12 of itself where that is above 1e-300.
 * Without freedom there is nothing to be above: 1.
 * Source: Abramowitz and Stegun 1964, 6.5.29 below, and the continued fraction 6.5.31 above. Cost: O(√freedom).
 */
export function chiSquareTail(x: number, freedom: number): number {
  if (!(freedom > 0) || !(x > 0)) return 1;
  if (freedom === 1) return Math.min(1, 2 * normalTail(Math.sqrt(x)));
  const a = freedom / 2;
  const half = x / 2;
  if (half === Number.POSITIVE_INFINITY) return 0;
  const front = Math.exp(a * Math.log(half) - half - lnGamma(a));
  if (half < a + 1) {
    let term = 1 / a;
    let sum = term;
    for (let k = 1; term > 1e-17 * sum; k++) {
      term *= half / (a + k);
      sum += term;
    }
    return Math.min(1, Math.max(0, 1 - front * sum));
  }
  return Math.min(1, front * tailFraction(a, half));
}

/** The x that a χ² variate is above with this probability, to 1e-9 of itself. @param tail in (0, 1) */
export function chiSquareQuantile(tail: number, freedom: number): number {
  let low = 0;
  let high = freedom + 10;
  while (chiSquareTail(high, freedom) > tail) high *= 2;
  for (let step = 0; step < 50; step++) {
    const middle = (low + high) / 2;
    if (chiSquareTail(middle, freedom) > tail) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Γ(a, x) ÷ (xᵃ e⁻ˣ), by Lentz's way of reading a continued fraction. */
function tailFraction(a: number, x: number): number {
  let b = x + 1 - a;
  let c = 1e300;
  let d = 1 / b;
  let result = d;
  for (let k = 1; k < 100_000; k++) {
    const numerator = -k * (k - a);
    b += 2;
    d = 1 / (numerator * d + b);
    c = b + numerator / c;
    const factor = c * d;
    result *= factor;
    if (Math.abs(factor - 1) < 1e-16) break;
  }
  return result;
}
