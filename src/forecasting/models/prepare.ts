// What a fit does to a history before it looks for trend and season. The history itself is never changed.

import { quantileSorted } from '../maths/index.ts';

/** A zero counts as a closed day only while zeros are at most this share of the history. */
const closedShareMax = 0.02;
/** … and only if nearly all other days sell at least this share of the median day. */
const floorShare = 0.2;

/**
 * Are the zeros of this history exceptional, as five Christmas days in five years of a busy shop are? Such a zero says
 * "closed", not "nobody wanted anything": taken as demand it switches off multiplicative seasonality and drags the level.
 * @param history demand per period, NaN = unknown
 * @returns false for any history with a negative value, without zeros, or where small values are usual
 * Cost: O(n log n) when there are a few zeros, else O(n).
 */
export function zerosAreClosures(history: Float64Array): boolean {
  let zeros = 0;
  let positive = 0;
  for (const value of history) {
    if (value < 0) return false;
    if (value === 0) zeros++;
    else if (value > 0) positive++;
  }
  if (zeros === 0 || zeros > closedShareMax * positive) return false;
  const sorted = history.filter((value) => value > 0).sort();
  return quantileSorted(sorted, 0.02) >= floorShare * quantileSorted(sorted, 0.5);
}

export interface Prepared {
  /** From the first known to the last period, without holes, in units of `scale`; empty when nothing is known. */
  readonly values: Float64Array;
  /** Periods before the first known one. */
  readonly skipped: number;
  /** Mean |y| of what is known; positive. */
  readonly scale: number;
  readonly closures: boolean;
  /** Smallest filled value, in units of `scale`. */
  readonly least: number;
}

/**
 * Cuts off unknown periods at the start, fills the others, and divides by the mean size.
 * A hole takes the mean of the nearest known values one cycle before and after, or lies on the line between its neighbours.
 * @param season periods per cycle; 1 = none
 * Cost: O(n).
 */
export function prepare(history: Float64Array, season: number): Prepared {
  const closures = zerosAreClosures(history);
  const known = (t: number): boolean => {
    const value = history[t]!;
    return Number.isFinite(value) && !(closures && value === 0);
  };
  let first = 0;
  while (first < history.length && !known(first)) first++;
  const values = history.slice(first);
  let size = 0;
  let count = 0;
  for (let t = 0; t < values.length; t++) {
    if (!known(first + t)) values[t] = Number.NaN;
    else {
      size += Math.abs(values[t]!);
      count++;
    }
  }
  const scale = size > 0 ? size / count : 1;
  if (count < values.length) fillHoles(values, season);
  let least = Number.POSITIVE_INFINITY;
  for (let t = 0; t < values.length; t++) {
    values[t]! /= scale;
    if (values[t]! < least) least = values[t]!;
  }
  return { values, skipped: first, scale, closures, least };
}

/** In place; the first value is known. */
function fillHoles(values: Float64Array, season: number): void {
  const n = values.length;
  const source = values.slice();
  let left = 0;
  let right = 0;
  for (let t = 1; t < n; t++) {
    if (Number.isFinite(source[t]!)) {
      left = t;
      continue;
    }
    if (right < t) {
      right = t;
      while (right < n && !Number.isFinite(source[right]!)) right++;
    }
    const before = season > 1 && t >= season ? values[t - season]! : Number.NaN;
    const after = season > 1 && t + season < n ? source[t + season]! : Number.NaN;
    if (Number.isFinite(before)) values[t] = Number.isFinite(after) ? (before + after) / 2 : before;
    else if (Number.isFinite(after)) values[t] = after;
    else if (right >= n) values[t] = source[left]!;
    else values[t] = source[left]! + ((source[right]! - source[left]!) * (t - left)) / (right - left);
  }
}
