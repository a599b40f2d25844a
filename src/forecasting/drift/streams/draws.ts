// Draws that tuning needs: gamma and beta.

import type { Rng } from '../../../core/index.ts';

/** A gamma variate of scale 1. @param shape above 0. Source: Marsaglia and Tsang 2000, ACM TOMS 26(3). */
export function gammaDraw(shape: number, rng: Rng): number {
  if (shape < 1) return gammaDraw(shape + 1, rng) * (1 - rng.uniform()) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const z = rng.normal();
    const v = (1 + c * z) ** 3;
    if (v > 0 && Math.log(1 - rng.uniform()) < (z * z) / 2 + d - d * v + d * Math.log(v)) return d * v;
  }
}

/** A beta variate. */
export function betaDraw(a: number, b: number, rng: Rng): number {
  const x = gammaDraw(a, rng);
  return x / (x + gammaDraw(b, rng));
}
