// Sample paths: equally likely futures of one series, made from the quantiles of each lead and from how errors of different
// leads went together in the backtest (an empirical copula, known to meteorologists as the Schaake shuffle). Sums over
// several periods, such as demand during a lead time, are read off the paths: quantiles of single periods do not add up.

import { Rng } from '../../core/index.ts';
import { lowerTail, upperTail } from './tails.ts';

/** Ranks of past error windows of one kind of series. */
export interface PathBlock {
  /** Past windows, 1 or more. */
  readonly windows: number;
  /** Each window stands for its mirror image too (errors of regular demand, whose intervals are symmetric). */
  readonly mirrored: boolean;
  /**
   * Rank of a window's error among all windows at that lead, 0 = lowest, shape [windows × horizon], row per window. With
   * mirror images the ranks go to 2 × windows − 1, and the image of rank r has rank 2 × windows − 1 − r.
   */
  readonly ranks: Uint16Array;
}

/** How errors of different leads went together, by kind of series. */
export interface PathTable {
  /** Leads 1 … horizon. */
  readonly horizon: number;
  readonly blocks: readonly PathBlock[];
  /** Index into `blocks` by interval stratum; −1 = too few windows, take `defaultOrder`. */
  readonly blockOf: Int16Array;
}

/** A table as plain numbers, for JSON. */
export interface PathTableJson {
  readonly horizon: number;
  readonly blocks: readonly { readonly mirrored: boolean; readonly ranks: readonly number[] }[];
  readonly blockOf: readonly number[];
}

export function encodePathTable({ horizon, blocks, blockOf }: PathTable): PathTableJson {
  return {
    horizon,
    blocks: blocks.map(({ mirrored, ranks }) => ({ mirrored, ranks: [...ranks] })),
    blockOf: [...blockOf],
  };
}

/** Reads what `encodePathTable` wrote. @throws TypeError when it is not whole */
export function decodePathTable({ horizon, blocks, blockOf }: PathTableJson): PathTable {
  const sound =
    blocks.every(({ ranks }) => ranks.length > 0 && ranks.length % horizon === 0) &&
    blockOf.every((index) => index >= -1 && index < blocks.length);
  if (!sound) throw new TypeError('the table of path ranks does not add up');
  return {
    horizon,
    blocks: blocks.map(({ mirrored, ranks }) => ({
      windows: ranks.length / horizon,
      mirrored,
      ranks: Uint16Array.from(ranks),
    })),
    blockOf: Int16Array.from(blockOf),
  };
}

/** In which order the sorted values of each lead are joined to paths. */
export interface PathOrder {
  /** Number of paths. */
  readonly count: number;
  readonly horizon: number;
  /** At each lead a permutation of 0 … count − 1, shape [count × horizon], row per path. */
  readonly ranks: Uint32Array;
}

/** The forecast of one series, as it is served. */
export interface PathCurve {
  /** Ascending in (0, 1), at least one. */
  readonly levels: readonly number[];
  /** Units, shape [horizon]. */
  readonly mean: Float64Array;
  /** Units, shape [levels × horizon], row per level, not crossing. */
  readonly quantiles: Float64Array;
  /** Demand cannot be below this: 0, or −∞. */
  readonly floor: number;
  /** Demand comes in whole units: values are rounded to the nearest. */
  readonly whole: boolean;
}

/** Paths asked for where nothing else is said: the 99 % quantile then rests on ten of them. */
export const pathCountDefault = 1000;

/**
 * The order of paths that past windows imply: each window is one pattern of ranks, repeated with small differences until
 * there are `count` paths or a few more.
 * @returns at each lead every rank exactly once, so that the paths have exactly the quantiles of the forecast
 * Source: Clark et al. 2004, J. Hydrometeorology 5 (Schaake shuffle). Cost: O(count × horizon).
 */
export function windowOrder(block: PathBlock, options: { count: number; seed: number }): PathOrder {
  const { windows, mirrored, ranks } = block;
  const horizon = ranks.length / windows;
  const rows = mirrored ? 2 * windows : windows;
  const copies = Math.max(1, Math.ceil(options.count / rows));
  const rng = new Rng(options.seed);
  const order = { count: rows * copies, horizon, ranks: new Uint32Array(rows * copies * horizon) };
  const within = new Uint32Array(copies);
  for (let row = 0; row < rows; row++) {
    const from = (row % windows) * horizon;
    for (let k = 0; k < horizon; k++) {
      const rank = ranks[from + k]!;
      const cell = (row < windows ? rank : rows - 1 - rank) * copies;
      shuffleInto(within, rng);
      for (let copy = 0; copy < copies; copy++)
        order.ranks[(row * copies + copy) * horizon + k] = cell + within[copy]!;
    }
  }
  return order;
}

/**
 * The order where no windows are known: ranks of an autoregression of first order, which errors of forecasts resemble more
 * than independent ones.
 * @param options `correlation` of neighbouring leads, in (−1, 1)
 * Cost: O(count × horizon × log count).
 */
export function defaultOrder(options: {
  horizon: number;
  correlation: number;
  count: number;
  seed: number;
}): PathOrder {
  const { horizon, correlation, count } = options;
  const rng = new Rng(options.seed);
  const shock = Math.sqrt(1 - correlation * correlation);
  const error = Float64Array.from({ length: count }, () => rng.normal());
  const order = { count, horizon, ranks: new Uint32Array(count * horizon) };
  const places = new Uint32Array(count);
  for (let k = 0; k < horizon; k++) {
    for (let i = 0; i < count; i++) {
      if (k > 0) error[i] = correlation * error[i]! + shock * rng.normal();
      places[i] = i;
    }
    places.sort((a, b) => error[a]! - error[b]!);
    for (let rank = 0; rank < count; rank++) order.ranks[places[rank]! * horizon + k] = rank;
  }
  return order;
}

/** Bounds of the dependence that is assumed where none was learnt: some always, never all. */
const correlationLeast = 0.2;
const correlationMost = 0.8;

/**
 * Correlation of neighbouring leads for `defaultOrder`: the rank autocorrelation of recent demand at lag 1 after each phase
 * of the season lost its mean, rounded to tenths.
 * @param recent demand in units, newest last, NaN = unknown
 * @returns 0.2 … 0.8; 0.2 when fewer than eight pairs are known. Cost: O(n log n).
 */
export function recentCorrelation(recent: Float64Array, season: number): number {
  const ranks = ranksOf(withoutPhases(recent, Math.max(1, season)));
  let product = 0;
  let before = 0;
  let after = 0;
  let pairs = 0;
  for (let t = 1; t < ranks.length; t++) {
    const a = ranks[t - 1]!;
    const b = ranks[t]!;
    if (Number.isNaN(a) || Number.isNaN(b)) continue;
    product += a * b;
    before += a * a;
    after += b * b;
    pairs++;
  }
  const fitted =
    pairs >= 8 && before > 0 && after > 0 ? product / Math.sqrt(before * after) : correlationLeast;
  return Math.round(10 * Math.min(correlationMost, Math.max(correlationLeast, fitted))) / 10;
}

/**
 * Sample paths of one forecast.
 * @param order leads past its horizon take the ranks of its last one: errors that far ahead hardly cancel
 * @returns units, shape [order.count × horizon], row per path, equally likely
 * Cost: O(count × horizon).
 */
export function samplePaths(curve: PathCurve, order: PathOrder): Float64Array {
  const { count } = order;
  const horizon = curve.mean.length;
  const paths = new Float64Array(count * horizon);
  const values = new Float64Array(count);
  for (let k = 0; k < horizon; k++) {
    spreadValues(curve, k, values);
    const column = Math.min(k, order.horizon - 1);
    for (let i = 0; i < count; i++)
      paths[i * horizon + k] = values[order.ranks[i * order.horizon + column]!]!;
  }
  return paths;
}

/** Writes the values at levels (i + ½) ÷ n of one lead, ascending. */
function spreadValues(curve: PathCurve, lead: number, out: Float64Array): void {
  const { levels, quantiles, floor, whole } = curve;
  const horizon = curve.mean.length;
  const last = levels.length - 1;
  const tails = tailsOf(curve, lead);
  let upper = 0;
  for (let i = 0; i < out.length; i++) {
    const level = (i + 0.5) / out.length;
    while (upper <= last && levels[upper]! < level) upper++;
    let value: number;
    if (upper === 0) value = quantiles[lead]! - tails.lower * Math.log(levels[0]! / level);
    else if (upper > last)
      value = quantiles[last * horizon + lead]! + tails.upper * Math.log((1 - levels[last]!) / (1 - level));
    else {
      const low = quantiles[(upper - 1) * horizon + lead]!;
      const high = quantiles[upper * horizon + lead]!;
      value = low + ((high - low) * (level - levels[upper - 1]!)) / (levels[upper]! - levels[upper - 1]!);
    }
    value = Math.max(floor, value);
    out[i] = whole ? Math.round(value) : value;
  }
}

/** A tail is made at most this many times longer where the mean asks for it. */
const tailStretchMost = 3;

/**
 * Beyond the outermost levels the curve goes on as an exponential distribution does, heavier than a normal one. Sparse demand
 * may keep much of its mean beyond the highest level (a bulk order a year): where the lowest quantile is at the floor and the
 * curve falls short of the mean, the upper tail is stretched towards it; where the highest is there too, it holds the mean.
 * @returns mean excess of each tail over its level, units
 */
function tailsOf(curve: PathCurve, lead: number): { lower: number; upper: number } {
  const { levels, quantiles, floor, mean } = curve;
  const horizon = mean.length;
  const last = levels.length - 1;
  const at = (l: number): number => quantiles[l * horizon + lead]!;
  const beyond = 1 - levels[last]!;
  const before = levels[0]!;
  const upper = upperTail({ levels, at });
  const lower = lowerTail({ levels, at });
  if (at(0) > floor) return { lower, upper };
  let body = before * at(0);
  for (let l = 1; l <= last; l++) body += ((levels[l]! - levels[l - 1]!) * (at(l - 1) + at(l))) / 2;
  const missing = (mean[lead]! - body) / beyond - at(last);
  if (at(last) <= floor) return { lower, upper: Math.max(0, missing) };
  return { lower, upper: Math.max(upper, Math.min(missing, tailStretchMost * upper)) };
}

/** Fisher–Yates on 0 … n − 1. */
function shuffleInto(out: Uint32Array, rng: Rng): void {
  for (let i = 0; i < out.length; i++) {
    const j = rng.below(i + 1);
    out[i] = out[j]!;
    out[j] = i;
  }
}

/** Deviations from the mean of each phase of the season; NaN stays NaN. */
function withoutPhases(values: Float64Array, season: number): Float64Array {
  const cycle = values.length >= 2 * season ? season : 1;
  const sums = new Float64Array(cycle);
  const counts = new Float64Array(cycle);
  for (let t = 0; t < values.length; t++) {
    if (!Number.isFinite(values[t])) continue;
    sums[t % cycle]! += values[t]!;
    counts[t % cycle]!++;
  }
  return values.map((value, t) => value - sums[t % cycle]! / counts[t % cycle]!);
}

/** Ranks of the known values about their middle, ties sharing their mean; NaN stays NaN. */
function ranksOf(values: Float64Array): Float64Array {
  const known = [...values.keys()].filter((t) => Number.isFinite(values[t]));
  known.sort((a, b) => values[a]! - values[b]!);
  const ranks = new Float64Array(values.length).fill(Number.NaN);
  for (let from = 0; from < known.length; ) {
    let to = from + 1;
    while (to < known.length && values[known[to]!] === values[known[from]!]) to++;
    for (let i = from; i < to; i++) ranks[known[i]!] = (from + to - known.length) / 2;
    from = to;
  }
  return ranks;
}
