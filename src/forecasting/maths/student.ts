// Student's t: how far a mean lies from its true value when its spread is only known from the same few values.

import { betaShare, lnBeta } from './beta.ts';
import { normalQuantile } from './normal.ts';

/** Probability that Student's t of so many degrees of freedom is above t; freedom need not be whole. @param freedom > 0 */
export function studentTail(t: number, freedom: number): number {
  if (t < 0) return 1 - studentTail(-t, freedom);
  return betaShare(freedom / (freedom + t * t), freedom / 2, 0.5) / 2;
}

/** The t that Student's t stays below with this probability, to 1e-10 of itself. @param level in (0, 1); @param freedom > 0 */
export function studentQuantile(level: number, freedom: number): number {
  if (level === 0.5) return 0;
  if (level < 0.5) return -studentQuantile(1 - level, freedom);
  const tail = 1 - level;
  const lnScale = -0.5 * Math.log(freedom) - lnBeta(freedom / 2, 0.5);
  let low = 0;
  let high = Number.POSITIVE_INFINITY;
  let t = expansion(level, freedom);
  // Newton's steps, kept between what is known to be too low and too high: beside one degree of freedom the expansion starts far off.
  for (let step = 0; step < 200; step++) {
    const excess = studentTail(t, freedom) - tail;
    if (excess > 0) low = t;
    else high = t;
    const density = Math.exp(lnScale - ((freedom + 1) / 2) * Math.log1p((t * t) / freedom));
    const newton = t + excess / density;
    const next =
      newton > low && newton < high ? newton : high < Number.POSITIVE_INFINITY ? (low + high) / 2 : 2 * t;
    if (Math.abs(next - t) <= 1e-14 * t) return next;
    t = next;
  }
  return t;
}

/** By Cornish and Fisher: within 1 % from 4 degrees of freedom on. Source: Abramowitz and Stegun 1964, 26.7.5. */
function expansion(level: number, freedom: number): number {
  const z = normalQuantile(level);
  const z2 = z * z;
  const first = (z2 + 1) / 4 / freedom;
  const second = ((5 * z2 + 16) * z2 + 3) / 96 / freedom ** 2;
  return z * (1 + first + second);
}
