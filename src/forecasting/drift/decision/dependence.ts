// Do rows depend on the rows before them? Every test of independent rows finds drift in a series with a memory, where there is none.

import { type Categories, isCounts } from '../samples/level-table.ts';
import type { Pooled } from '../samples/pooled.ts';

/** Rows of both samples in their order, the reference first, as small whole numbers: bins of values, or levels. */
export interface CodedRows {
  /** −1 is not among them: rows that say nothing are left out. */
  readonly codes: Int32Array;
  /** Of the reference: the rest is current. */
  readonly n: number;
  /** Codes are below this. */
  readonly size: number;
  /** Whether they are ordered, as bins are, or names alone. */
  readonly isOrdered: boolean;
}

export interface Dependence {
  /** Autocorrelation at lag 1, about the mean of each side by itself, so that a change between them is none. */
  readonly atOne: number;
  /** Rows that do as much as these would if they were independent, as a share of them, at most 1. */
  readonly effectiveShare: number;
  /** Whether some lag goes beyond chance. */
  readonly isFound: boolean;
}

const binsMax = 64;
const lagMax = 8;
/** In standard errors of no dependence, over nine lags or more: what is less makes rows count for less, and no more. */
const beyondChance = 4;
/** Beyond this, whatever its error. */
const muchAtOne = 0.2;

/** Bins of about as many values each, over both samples. @param reference @param current in order */
export function codedNumbers(
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
  { n, m, values, reference: upToN, current: upToM }: Pooled,
): CodedRows {
  const edges: number[] = [];
  let next = (n + m) / binsMax;
  for (let k = 0; k < values.length - 1; k++) {
    if (upToN[k]! + upToM[k]! < next) continue;
    edges.push(values[k]!);
    next = upToN[k]! + upToM[k]! + (n + m) / binsMax;
  }
  const bounds = Float64Array.from(edges);
  const codes = new Int32Array(n + m);
  let at = 0;
  for (const sample of [reference, current]) {
    for (let i = 0; i < sample.length; i++) {
      const value = sample[i]!;
      if (Number.isFinite(value)) codes[at++] = binOf(bounds, value);
    }
  }
  return { codes, n, size: edges.length + 1, isOrdered: true };
}

/** How many edges are below a value. */
function binOf(edges: Float64Array, value: number): number {
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (edges[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** @returns null where counts were given: they have no order */
export function codedCategories(
  reference: Categories,
  current: Categories,
  levels: readonly string[],
): CodedRows | null {
  if (isCounts(reference) || isCounts(current)) return null;
  const codeOf = new Map(levels.map((level, code) => [level, code]));
  const rows = (sample: readonly (string | null)[]): number[] =>
    sample.flatMap((value) => (typeof value === 'string' ? [codeOf.get(value) as number] : []));
  const before = rows(reference);
  return {
    codes: Int32Array.from([...before, ...rows(current)]),
    n: before.length,
    size: levels.length,
    isOrdered: false,
  };
}

/** @param seasons lags that are looked at besides the first eight. Cost: O(rows × lags). */
export function dependenceOf(rows: CodedRows, seasons: readonly number[] = []): Dependence {
  const { codes, n } = rows;
  const sides = [codes.subarray(0, n), codes.subarray(n)];
  const lags = [...new Set([1, 2, 3, 4, 5, 6, 7, lagMax, ...seasons])].filter(
    (lag) => lag < codes.length / 3,
  );
  const found = lags.map((lag) => (rows.isOrdered ? ofBins(sides, lag) : ofLevels(sides, lag, rows.size)));
  const [atOne = 0] = found;
  const error = 1 / Math.sqrt(codes.length);
  let sum = 0;
  for (const value of found.slice(0, lagMax)) {
    if (value < 2 * error) break;
    sum += value;
  }
  const bounded = Math.min(0.999, Math.max(0, atOne - error));
  return {
    atOne,
    effectiveShare: Math.min((1 - bounded) / (1 + bounded), 1 / (1 + 2 * sum)),
    isFound: found.some((value) => Math.abs(value) > beyondChance * error) || Math.abs(atOne) > muchAtOne,
  };
}

function ofBins(sides: readonly Int32Array[], lag: number): number {
  let [products, squares] = [0, 0];
  for (const side of sides) {
    let mean = 0;
    for (let i = 0; i < side.length; i++) mean += side[i]!;
    mean /= Math.max(1, side.length);
    for (let i = 0; i < side.length; i++) {
      const centred = side[i]! - mean;
      squares += centred * centred;
      if (i >= lag) products += centred * (side[i - lag]! - mean);
    }
  }
  return squares > 0 ? products / squares : 0;
}

/** How much more often a row is as the one before than chance makes it. */
function ofLevels(sides: readonly Int32Array[], lag: number, size: number): number {
  let [same, chance, pairs] = [0, 0, 0];
  for (const side of sides) {
    if (side.length <= lag) continue;
    const counts = new Float64Array(size);
    for (let i = 0; i < side.length; i++) {
      counts[side[i]!]! += 1;
      if (i >= lag && side[i] === side[i - lag]) same++;
    }
    pairs += side.length - lag;
    chance += (side.length - lag) * counts.reduce((sum, count) => sum + (count / side.length) ** 2, 0);
  }
  return pairs > chance ? (same - chance) / (pairs - chance) : 0;
}
