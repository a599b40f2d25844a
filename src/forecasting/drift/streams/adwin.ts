// ADWIN: a window as long as its mean has not changed. What it has seen is kept in buckets of 1, 2, 4 … values.

import { bounded, checkOption, isNumber, type StreamDetector, type StreamState } from './stream.ts';

export interface AdwinOptions {
  /** How often, at most, a window that did not change is cut (0.002). */
  readonly chance?: number;
  /** A look for a cut every so many values (32). */
  readonly clock?: number;
  /** No look before there are more values than this (10). */
  readonly minSeen?: number;
  /** Values on each side of a cut, at least (5). */
  readonly minSide?: number;
  /** Buckets of one size, at most (5): more of them find smaller changes sooner. */
  readonly buckets?: number;
}

/** Buckets of one size, oldest first. */
interface Level {
  count: number;
  sums: number[];
  squares: number[];
}

export interface AdwinState extends StreamState {
  readonly options: Required<AdwinOptions>;
  /** Values in the window: the mean is `sum / width`. */
  width: number;
  sum: number;
  /** Sum of squared deviations from the window's mean. */
  squares: number;
  /** The largest size of a value so far: what sums are rounded by. */
  largest: number;
  /** Level k holds buckets of 2^k values. */
  levels: Level[];
}

/**
 * Finds changes of the mean of unknown size, up and down, with no parameter in units of the values but that they should lie within some units
 * of 1: the bound adds a term for values between 0 and 1.
 *
 *     driftsIn(adwin, {}, Array.from({ length: 400 }, (_, i) => (i < 200 ? Number(i % 10 === 0) : i % 2))); // [255]
 *
 * Source: Bifet and Gavaldà 2007, SDM, with exponential histograms (ADWIN2). As in river, a drift begins a new window.
 * Cost: O(1) a value and O(log n) a look, memory O(log n).
 */
export const adwin: StreamDetector<AdwinOptions, AdwinState> = {
  name: 'adwin',
  takes: 'numbers',
  start(options) {
    const whole = {
      chance: options.chance ?? 0.002,
      clock: options.clock ?? 32,
      minSeen: options.minSeen ?? 10,
      minSide: options.minSide ?? 5,
      buckets: options.buckets ?? 5,
    };
    checkOption(whole.chance > 0 && whole.chance < 1, 'adwin', '`chance` must lie between 0 and 1');
    checkOption(isCount(whole.clock), 'adwin', '`clock` must be a whole number, 1 or more');
    checkOption(whole.minSeen >= 2, 'adwin', '`minSeen` must be 2 or more');
    checkOption(isCount(whole.minSide), 'adwin', '`minSide` must be a whole number, 1 or more');
    checkOption(
      isCount(whole.buckets) && whole.buckets >= 2,
      'adwin',
      '`buckets` must be a whole number, 2 or more',
    );
    return { options: whole, skipped: 0, ...nothing() };
  },
  update(state, value) {
    if (!isNumber(value)) {
      state.skipped += 1;
      return 'none';
    }
    if (state.changed !== 0) Object.assign(state, nothing());
    add(state, bounded(value));
    const { clock, minSeen } = state.options;
    if (state.seen % clock !== 0 || state.width <= minSeen) return 'none';
    const change = lookForCut(state);
    if (change === 0) return 'none';
    state.changed = change > 0 ? 1 : -1;
    while (state.width > minSeen && lookForCut(state) !== 0);
    return 'drift';
  },
};

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 1;
}

function nothing(): Omit<AdwinState, 'options' | 'skipped'> {
  return {
    seen: 0,
    changed: 0,
    width: 0,
    sum: 0,
    squares: 0,
    largest: 0,
    levels: [{ count: 0, sums: [], squares: [] }],
  };
}

function add(state: AdwinState, x: number): void {
  state.seen += 1;
  state.width += 1;
  if (state.width > 1) {
    const before = state.width - 1;
    const deviation = x - state.sum / before;
    state.squares += (before * deviation * deviation) / state.width;
  }
  state.sum += x;
  const size = Math.abs(x);
  if (size > state.largest) state.largest = size;
  const first = state.levels[0];
  if (first) push(first, x, 0);
  merge(state);
}

function push(level: Level, sum: number, squares: number): void {
  level.sums[level.count] = sum;
  level.squares[level.count] = squares;
  level.count += 1;
}

/** Takes the oldest buckets of a level out. */
function drop(level: Level, count: number): void {
  for (let i = count; i < level.count; i++) {
    level.sums[i - count] = level.sums[i]!;
    level.squares[i - count] = level.squares[i]!;
  }
  level.count -= count;
}

/** Where there are more buckets of a size than may be, its two oldest become one of twice the size. */
function merge(state: AdwinState): void {
  let size = 1;
  for (let k = 0; k < state.levels.length; k++, size *= 2) {
    const level = state.levels[k]!;
    if (level.count <= state.options.buckets) return;
    let next = state.levels[k + 1];
    if (!next) {
      next = { count: 0, sums: [], squares: [] };
      state.levels.push(next);
    }
    const [one, two] = [level.sums[0]!, level.sums[1]!];
    const apart = one / size - two / size;
    push(next, one + two, level.squares[0]! + level.squares[1]! + (size * size * apart * apart) / (2 * size));
    drop(level, 2);
  }
}

/** Takes the oldest bucket out of the window. */
function dropOldest(state: AdwinState): void {
  const last = state.levels.length - 1;
  const level = state.levels[last]!;
  const size = 2 ** last;
  const sum = level.sums[0]!;
  state.width -= size;
  state.sum -= sum;
  const apart = sum / size - state.sum / state.width;
  const between = (size * state.width * apart * apart) / (size + state.width);
  state.squares = Math.max(0, state.squares - (level.squares[0]! + between));
  drop(level, 1);
  if (level.count === 0) state.levels.pop();
}

/**
 * Looks at every border of buckets, oldest first; where the means on both sides differ too much, the oldest bucket goes.
 * @returns mean after less mean before the cut, 0 where there is none
 */
function lookForCut(state: AdwinState): number {
  const { chance, minSide } = state.options;
  const log = Math.log((2 * Math.log(state.width)) / chance);
  const spread = (2 * state.squares * log) / state.width;
  // A sum that ran along with all values is rounded by each: a constant would seem to change. Sums of buckets are rounded by few.
  state.sum = sumOfBuckets(state);
  const rounding = 256 * Number.EPSILON * state.largest * state.width;
  let before = 0;
  let sum = 0;
  for (let k = state.levels.length - 1; k >= 0; k--) {
    const level = state.levels[k]!;
    const size = 2 ** k;
    for (let i = 0; i < level.count; i++) {
      before += size;
      sum += level.sums[i]!;
      const after = state.width - before;
      if (after < minSide) return 0;
      if (before < minSide) continue;
      const sides = 1 / (before - minSide + 1) + 1 / (after - minSide + 1);
      const bound = Math.sqrt(sides * spread) + (2 / 3) * log * sides + rounding * (1 / before + 1 / after);
      const change = (state.sum - sum) / after - sum / before;
      if (change > bound || change < -bound) {
        dropOldest(state);
        return change;
      }
    }
  }
  return 0;
}

function sumOfBuckets(state: AdwinState): number {
  let sum = 0;
  for (const level of state.levels) for (let i = 0; i < level.count; i++) sum += level.sums[i]!;
  return sum;
}
