// What values of a long window were like, in bounded memory: a sketch of their quantiles that can be merged, with the error of its ranks.

import { AppError } from '../../../core/index.ts';

/** Plain data: written as JSON and read again, it goes on. */
export interface QuantileSketch {
  /** Values that a level keeps at most, but for lower ones, which keep fewer: the larger, the smaller the error. */
  readonly size: number;
  /** Values taken in. */
  count: number;
  /** Values that were not finite. */
  dropped: number;
  low: number | null;
  high: number | null;
  /** Level k holds values that stand for 2^k each. */
  levels: number[][];
  /** Chance so far: which of two neighbours stays is drawn from here. */
  draws: number;
  /** Sum over halvings of the weight they may move a rank by, squared: what the error of ranks follows from. */
  moved: number;
}

const sizeUsual = 400;
/** Lower levels are smaller by this. */
const shrink = 2 / 3;
const levelSizeMin = 16;

/**
 * @param options `size` 20 to 10,000 (400: no rank wrong by more than 2 %, and 1,300 numbers at most); `seed` of its own for each sketch that
 * will be merged with others, such as the number of its day: errors of sketches with one seed would add up instead of cancelling
 * @throws AppError `drift/bad-option` for another size
 */
export function quantileSketch(
  options: { readonly size?: number; readonly seed?: number } = {},
): QuantileSketch {
  const size = options.size ?? sizeUsual;
  if (!(Number.isSafeInteger(size) && size >= 20 && size <= 10_000))
    throw new AppError('drift/bad-option', 'quantile sketch: `size` must be a whole number, 20 to 10,000');
  return {
    size,
    count: 0,
    dropped: 0,
    low: null,
    high: null,
    levels: [[]],
    draws: Math.imul((options.seed ?? 1) + 1, 0x9e3779b1) >>> 0,
    moved: 0,
  };
}

/** Takes a value in. Cost: O(1), now and then O(size·ln size). Source: Karnin, Lang and Liberty 2016, FOCS (KLL). */
export function addToSketch(sketch: QuantileSketch, value: number): void {
  if (!Number.isFinite(value)) {
    sketch.dropped += 1;
    return;
  }
  sketch.count += 1;
  if (sketch.low === null || value < sketch.low) sketch.low = value + 0;
  if (sketch.high === null || value > sketch.high) sketch.high = value + 0;
  const lowest = sketch.levels[0]!;
  lowest.push(value + 0);
  if (lowest.length >= levelSizeMin && lowest.length >= capacityOf(sketch, 0)) compact(sketch);
}

/**
 * Takes another sketch in; the other stays as it is.
 * @throws AppError `drift/bad-option` where sizes differ
 */
export function mergeSketch(into: QuantileSketch, other: QuantileSketch): void {
  if (into.size !== other.size)
    throw new AppError('drift/bad-option', 'quantile sketch: only sketches of one size are merged');
  into.count += other.count;
  into.dropped += other.dropped;
  into.moved += other.moved;
  into.draws = (into.draws ^ Math.imul(other.draws, 0x9e3779b1)) >>> 0;
  if (other.low !== null && (into.low === null || other.low < into.low)) into.low = other.low;
  if (other.high !== null && (into.high === null || other.high > into.high)) into.high = other.high;
  for (const [k, level] of other.levels.entries()) {
    while (into.levels.length <= k) into.levels.push([]);
    into.levels[k]?.push(...level);
  }
  compact(into);
}

/** Halves every level that is too full, from the lowest on. */
function compact(sketch: QuantileSketch): void {
  for (let k = 0; k < sketch.levels.length; k++) {
    const level = sketch.levels[k]!;
    if (level.length < capacityOf(sketch, k)) continue;
    if (k + 1 === sketch.levels.length) sketch.levels.push([]);
    level.sort((a, b) => a - b);
    sketch.draws = drawnAfter(sketch.draws);
    const first = sketch.draws >>> 31;
    // Of an odd number one stays behind, so that weights add up.
    const rest = level.length % 2 === 1 ? [level.pop()!] : [];
    for (let i = first; i < level.length; i += 2) sketch.levels[k + 1]!.push(level[i]!);
    sketch.moved += 4 ** k;
    sketch.levels[k] = rest;
  }
}

/** The next state of chance. Source: Marsaglia 2003, xorshift; nothing, at which it would stay, is moved on. */
function drawnAfter(state: number): number {
  let x = state || 0x9e3779b1;
  x ^= x << 13;
  x ^= x >>> 17;
  x ^= x << 5;
  return x >>> 0;
}

function capacityOf({ size, levels }: QuantileSketch, k: number): number {
  return Math.max(levelSizeMin, Math.ceil(size * shrink ** (levels.length - 1 - k)));
}

/** Values with their weights, ascending; equal ones once. Weights add up to `count`. */
export function sketchSteps({ levels }: QuantileSketch): {
  readonly values: Float64Array;
  readonly weights: Float64Array;
} {
  const pairs = levels.flatMap((level, k) => level.map((value) => [value, 2 ** k] as const));
  pairs.sort((a, b) => a[0] - b[0]);
  const values: number[] = [];
  const weights: number[] = [];
  for (const [value, weight] of pairs) {
    if (values.at(-1) === value) weights[weights.length - 1]! += weight;
    else {
      values.push(value);
      weights.push(weight);
    }
  }
  return { values: Float64Array.from(values), weights: Float64Array.from(weights) };
}

/** Value below which this share of values lies; null where there are none. @param level from 0 to 1 */
export function sketchQuantile(sketch: QuantileSketch, level: number): number | null {
  if (sketch.low === null || sketch.high === null || !(level >= 0 && level <= 1)) return null;
  if (level === 0) return sketch.low;
  if (level === 1) return sketch.high;
  const { values, weights } = sketchSteps(sketch);
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    sum += weights[i]!;
    if (sum >= level * sketch.count) return values[i]!;
  }
  return sketch.high;
}

/**
 * By how much, as a share of all values, no rank is wrong, with 99 % probability: each halving of level k moves a rank by 2^k or not at all, up
 * or down alike, and there are few ranks that move by themselves. 0 while nothing was halved.
 * Source: Hoeffding 1963, over as many ranks as the sketch holds values.
 */
export function rankError(sketch: QuantileSketch): number {
  if (sketch.count === 0 || sketch.moved === 0) return 0;
  const ranks = sketch.levels.reduce((sum, level) => sum + level.length, 0);
  return Math.min(1, Math.sqrt(2 * Math.log((2 * ranks) / 0.01) * sketch.moved) / sketch.count);
}
