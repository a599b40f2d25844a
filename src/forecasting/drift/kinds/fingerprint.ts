// What a concept is known by when it comes again: the quantiles of its values.

import { quantileSorted } from '../../maths/index.ts';
import { bounded } from '../streams/stream.ts';

/** Levels of the quantiles of a fingerprint. */
export const fingerprintLevels: readonly number[] = [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95];

/** Plain data: keep those of past concepts to be told when one of them comes again. */
export interface Fingerprint {
  readonly count: number;
  /** At `fingerprintLevels`. */
  readonly quantiles: readonly number[];
}

/** Null where there are fewer than 10 finite values. Cost: O(n log n). */
export function fingerprintOf(values: ArrayLike<number>): Fingerprint | null {
  const sorted = Float64Array.from(values).filter(Number.isFinite).map(bounded).sort();
  if (sorted.length < 10) return null;
  return { count: sorted.length, quantiles: fingerprintLevels.map((level) => quantileSorted(sorted, level)) };
}

/**
 * Mean distance of the quantiles, in standard deviations as the middle of both tells them; 0 for the same constants.
 * Infinite where two constants differ.
 */
export function fingerprintDistance(one: Fingerprint, other: Fingerprint): number {
  let apart = 0;
  for (let i = 0; i < one.quantiles.length; i++) apart += Math.abs(one.quantiles[i]! - other.quantiles[i]!);
  if (apart === 0) return 0;
  return apart / one.quantiles.length / ((spreadOf(one) + spreadOf(other)) / 2);
}

/** A normal law has 3.29 deviations between its quantiles at 5 % and 95 %. */
function spreadOf({ quantiles }: Fingerprint): number {
  return ((quantiles.at(-1) ?? 0) - (quantiles[0] ?? 0)) / 3.29;
}

/** Whether two may be of one concept: no further apart than the tolerance and what so few values leave open. */
export function isSameConcept(one: Fingerprint, other: Fingerprint, toleranceSd: number): boolean {
  const chance = 2 * Math.sqrt(1 / one.count + 1 / other.count);
  return fingerprintDistance(one, other) <= toleranceSd + chance;
}
