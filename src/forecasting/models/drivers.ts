// What drives a forecast: its mean taken apart into parts in units, which add up to it.

import type { Driver } from '../../core/index.ts';

export type { Driver };

/** As people are told of them, in that order. */
export const driverNames: readonly Driver[] = [
  'level',
  'trend',
  'season',
  'price',
  'promotion',
  'calendar',
  'attributes',
  'other',
];

/** Parts in demand units, shape [horizon] each; a group that is absent has no part. */
export type Drivers = Readonly<Partial<Record<Driver, Float64Array>>>;

/** The part of one column of the user's data, which is within that of its group. */
export interface ColumnPart {
  readonly name: string;
  readonly driver: Driver;
  /** Shape [horizon]. */
  readonly units: Float64Array;
}

export interface Explained {
  /** Together they are the mean of the model, up to the rounding of sums. */
  readonly drivers: Drivers;
  readonly columns: readonly ColumnPart[];
}

/** Takes apart a piece at a time: between two others may be answered. */
export type Explaining = Generator<void, Explained, void>;

/** The end of a generator that nobody else waits for. */
export function explained<T>(steps: Generator<void, T, void>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** Adds a part to a group, in place. */
export function addPart(
  drivers: Partial<Record<Driver, Float64Array>>,
  driver: Driver,
  part: Float64Array,
  share = 1,
): void {
  const sum = drivers[driver] ?? new Float64Array(part.length);
  for (let h = 0; h < part.length; h++) sum[h]! += share * part[h]!;
  drivers[driver] = sum;
}

/** Nearer than this, what lies between two points is taken for a straight line. */
const sameWithin = 1e-7;

/**
 * What one unit of an additive score is worth on the way from `from` to `to`, where the forecast is `g` of the score: the mean slope of g
 * between the two. So the parts of the score, each times this, add up to g(to) − g(from).
 * Source: Aumann and Shapley 1974: the value of a player of a game along the straight path; for g of a sum it is this.
 */
export function worthOfScore(g: (score: number) => number, from: number, to: number): number {
  const gap = to - from;
  const least = sameWithin * Math.max(1, Math.abs(from));
  if (Math.abs(gap) > least) return (g(to) - g(from)) / gap;
  return (g(from + least) - g(from - least)) / (2 * least);
}
