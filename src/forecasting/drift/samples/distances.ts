// Distances of two samples of numbers in their own unit: Wasserstein's, and the energy distance.

import type { Pooled } from './pooled.ts';

export interface Wasserstein {
  /** Mean distance by which the reference's values must move to become the current ones, in their unit; null if too large for a number. */
  readonly raw: number | null;
  /** Standard deviation of the reference (divisor n). */
  readonly sdReference: number | null;
  /** `raw ÷ sdReference`, whatever the unit; null where the reference is constant, as then any other value is the finding. */
  readonly perSd: number | null;
}

/** Source: Ramdas, Trillos and Cuturi 2017, the area between the distribution functions. Cost: O(n + m). */
export function wasserstein(pooled: Pooled): Wasserstein {
  const scale = scaleOf(pooled);
  const raw = area(pooled, scale, (distance) => Math.abs(distance));
  const sd = sdReference(pooled, scale);
  return {
    raw: unscaled(raw, scale),
    sdReference: unscaled(sd, scale),
    perSd: sd > 0 && Number.isFinite(raw / sd) ? raw / sd : null,
  };
}

/** √(2·E|X−Y| − E|X−X′| − E|Y−Y′|); null if too large for a number. Source: Székely and Rizzo 2013. Cost: O(n + m). */
export function energyDistance(pooled: Pooled): number | null {
  const scale = scaleOf(pooled);
  const squared = 2 * area(pooled, scale, (distance) => distance * distance);
  // The root of what was scaled once: the unit is that of the root of a value.
  const found = Math.sqrt(squared) / Math.sqrt(scale);
  return Number.isFinite(found) ? found : null;
}

/** A power of two that brings the values where neither their squares nor their distances overflow or vanish; 1 for nearly all. */
function scaleOf({ values }: Pooled): number {
  const largest = Math.max(Math.abs(values[0] ?? 0), Math.abs(values.at(-1) ?? 0));
  if (largest === 0 || (largest > 1e-100 && largest < 1e100)) return 1;
  return 2 ** Math.min(1000, Math.max(-1000, -Math.round(Math.log2(largest))));
}

function unscaled(value: number, scale: number): number | null {
  const found = value / scale;
  return Number.isFinite(found) ? found : null;
}

function area(pooled: Pooled, scale: number, of: (distance: number) => number): number {
  const { n, m, values, reference, current } = pooled;
  let sum = 0;
  for (let k = 0; k + 1 < values.length; k++) {
    const width = values[k + 1]! * scale - values[k]! * scale;
    sum += of(reference[k]! / n - current[k]! / m) * width;
  }
  return sum;
}

function sdReference({ n, values, reference }: Pooled, scale: number): number {
  let sum = 0;
  let before = 0;
  for (let k = 0; k < values.length; k++) {
    sum += ((reference[k]! - before) / n) * (values[k]! * scale);
    before = reference[k]!;
  }
  let squares = 0;
  let correction = 0;
  before = 0;
  let distinct = 0;
  for (let k = 0; k < values.length; k++) {
    const count = reference[k]! - before;
    if (count === 0) continue;
    const centred = values[k]! * scale - sum;
    squares += count * centred * centred;
    correction += count * centred;
    before = reference[k]!;
    distinct++;
  }
  // One value alone has no spread, whatever rounding makes of its mean.
  if (distinct < 2) return 0;
  return Math.sqrt(Math.max(0, squares / n - (correction / n) ** 2));
}
