// What lies beyond the outermost levels of a quantile curve: an exponential tail, heavier than a normal one.

import { atLevel } from './intervals.ts';

/** A tail is fitted between the outermost level and one with this many times its probability beyond. */
const tailSpan = 4;

/** A quantile curve: ascending levels in (0, 1), at least one, and the value at each, not falling. */
export interface Curve {
  readonly levels: readonly number[];
  at(index: number): number;
}

/** Mean excess over the value of the highest level, in the curve's unit; 0 with one level. Cost: O(levels). */
export function upperTail({ levels, at }: Curve): number {
  const last = levels.length - 1;
  const beyond = 1 - (levels[last] as number);
  let inner = last;
  while (inner > 0 && 1 - (levels[inner] as number) < tailSpan * beyond) inner--;
  return inner === last ? 0 : (at(last) - at(inner)) / Math.log((1 - (levels[inner] as number)) / beyond);
}

/** Mean shortfall under the value of the lowest level, in the curve's unit; 0 with one level. Cost: O(levels). */
export function lowerTail({ levels, at }: Curve): number {
  const last = levels.length - 1;
  const before = levels[0] as number;
  let inner = 0;
  while (inner < last && (levels[inner] as number) < tailSpan * before) inner++;
  return inner === 0 ? 0 : (at(inner) - at(0)) / Math.log((levels[inner] as number) / before);
}

/**
 * The value of a curve at any level in (0, 1): linear between its levels, an exponential tail beyond them.
 * @param values one per level, not falling; more are ignored
 * @param upper  mean excess of the upper tail; default: as the curve ends
 * @returns not falling as the level rises
 */
export function onCurve(
  levels: readonly number[],
  values: Float64Array,
  level: number,
  upper?: number,
): number {
  const first = levels[0] as number;
  const last = levels[levels.length - 1] as number;
  const curve = { levels, at: (index: number): number => values[index] as number };
  if (level < first) return curve.at(0) - lowerTail(curve) * Math.log(first / level);
  if (level > last)
    return curve.at(levels.length - 1) + (upper ?? upperTail(curve)) * Math.log((1 - last) / (1 - level));
  return atLevel(levels, values, level);
}

/**
 * Mean of the distribution that a curve is: linear between its levels, an exponential tail beyond them, nothing below a floor.
 * @param values one per level, not falling, none below the floor; more are ignored
 * Cost: O(levels).
 */
export function meanOnCurve(levels: readonly number[], values: Float64Array, floor: number): number {
  const last = levels.length - 1;
  const at = (index: number): number => values[index] as number;
  const [first, beyond] = [levels[0] as number, 1 - (levels[last] as number)];
  const [lower, upper] = [lowerTail({ levels, at }), upperTail({ levels, at })];
  // What lies below the floor of the lower tail is lifted to it.
  const lifted = lower > 0 ? lower * Math.exp((floor - at(0)) / lower) : 0;
  let sum = first * (at(0) - lower + lifted) + beyond * (at(last) + upper);
  for (let l = 1; l <= last; l++)
    sum += (((levels[l] as number) - (levels[l - 1] as number)) * (at(l - 1) + at(l))) / 2;
  return sum;
}

/** Values are multiplied or divided by this at most: a mean further off says nothing of the spread. */
const scaleMost = 10;

/**
 * Makes a curve the distribution of a mean, in place, so that both say the same. With a floor the values above it are scaled; without
 * one all move together. A mean that is out of reach gives way.
 * @param values one per level, not falling, none below the floor
 * @returns mean of the distribution, and mean excess of its upper tail: see `onCurve`. Where nothing lies above the floor, all of
 * the mean is in that tail (a bulk order a year). Cost: O(levels).
 */
export function giveMean(
  levels: readonly number[],
  values: Float64Array,
  of: { readonly mean: number; readonly floor: number },
): { mean: number; upper: number } {
  const { mean, floor } = of;
  const last = levels.length - 1;
  const has = meanOnCurve(levels, values, floor);
  const upper = upperTail({ levels, at: (index) => values[index] as number });
  if (!Number.isFinite(floor)) {
    for (let l = 0; l <= last; l++) values[l] = (values[l] as number) + mean - has;
    return { mean, upper };
  }
  const wanted = Math.max(0, mean - floor);
  if (!((values[last] as number) > floor))
    return { mean: floor + wanted, upper: wanted / (1 - (levels[last] as number)) };
  const exact = wanted / (has - floor);
  const scale = Math.min(scaleMost, Math.max(1 / scaleMost, exact));
  for (let l = 0; l <= last; l++) values[l] = floor + scale * ((values[l] as number) - floor);
  return { mean: floor + (scale === exact ? wanted : scale * (has - floor)), upper: scale * upper };
}

/** Levels this far apart say too little of what lies between them, and beyond them. */
const gapMost = 0.25;
const outermost = 0.1;

/** Whether quantiles of these levels are enough of a distribution to have a mean. */
export function haveMean(levels: readonly number[]): boolean {
  const [first = 1] = levels;
  const last = levels[levels.length - 1] ?? 0;
  const near = (part: number, most: number): boolean => part <= most + 1e-9;
  return (
    near(first, outermost) &&
    near(1 - last, outermost) &&
    levels.every((level, l) => l === 0 || near(level - (levels[l - 1] as number), gapMost))
  );
}
