// Tests of two rows of counts: χ² and the likelihood ratio G.

import type { Rng } from '../../../core/index.ts';
import { chiSquareTail } from '../../maths/index.ts';
import { totalOf } from './shares.ts';

export interface CountTest {
  readonly statistic: number;
  readonly freedom: number;
  readonly p: number;
}

export interface ChiSquare extends CountTest {
  /** Smallest count that no difference would lead one to expect. */
  readonly expectedMin: number;
  /** √(χ² ÷ rows), for two rows of counts; null with a single level. */
  readonly cramersV: number | null;
}

/** The test a report goes by: as `ChiSquare`, of counts of which the rare were put together. */
export interface MergedChiSquare extends ChiSquare {
  /** Levels that were put together as one, for lack of rows. */
  readonly merged: number;
  /** `limit`: χ² of many rows; `exchanges`: from random exchanges of rows, where too few are expected for the limit. */
  readonly method: 'limit' | 'exchanges';
}

/** Pearson's χ² of two samples, without a correction. @param reference @param current counts; levels without any row are passed over */
export function chiSquare(reference: ArrayLike<number>, current: ArrayLike<number>): ChiSquare {
  const { statistic, freedom, expectedMin } = pearson(reference, current);
  const rows = totalOf(reference) + totalOf(current);
  return {
    statistic,
    freedom,
    p: chiSquareTail(statistic, freedom),
    expectedMin,
    cramersV: freedom > 0 ? Math.sqrt(statistic / rows) : null,
  };
}

/** The likelihood-ratio statistic G = 2·Σ O·ln(O ÷ E). Source: Woolf 1957. */
export function gTest(reference: ArrayLike<number>, current: ArrayLike<number>): CountTest {
  const [n, m] = [totalOf(reference), totalOf(current)];
  const total = n + m;
  let sum = 0;
  let levels = 0;
  for (let i = 0; i < reference.length; i++) {
    const [a, b] = [reference[i]!, current[i]!];
    if (a + b === 0) continue;
    levels++;
    if (a > 0) sum += a * Math.log((a / n) * (total / (a + b)));
    if (b > 0) sum += b * Math.log((b / m) * (total / (a + b)));
  }
  const statistic = levels < 2 ? 0 : Math.max(0, 2 * sum);
  const freedom = Math.max(0, levels - 1);
  return { statistic, freedom, p: chiSquareTail(statistic, freedom) };
}

/** Below this expected count a level is put together with other rare ones … */
const expectedUsual = 5;
/** … and below this what has been put together is not looked up in the limit. */
const expectedLeast = 1;
/** Rows up to which random exchanges are made; with more, what is rare joins the next rarest level. */
const exchangedRowsMax = 10_000;

/**
 * χ² with the rare levels put together. Where even those are too few, p is from random exchanges of rows between the samples.
 * @param exchanges how many there may be at most. Cost: O(levels), with exchanges O(exchanges × rows)
 */
export function mergedChiSquare(
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
  { count, rng }: { readonly count: number; readonly rng: Rng },
): MergedChiSquare {
  const [n, m] = [totalOf(reference), totalOf(current)];
  const pairs = Array.from(reference, (a, i): [number, number] => [a, current[i]!]).filter(
    ([a, b]) => a + b > 0,
  );
  const expected = ([a, b]: [number, number]): number => ((a + b) * Math.min(n, m)) / (n + m);
  const kept = pairs.filter((pair) => expected(pair) >= expectedUsual);
  const rare = pairs.filter((pair) => expected(pair) < expectedUsual);
  const other = rare.reduce<[number, number]>(([x, y], [a, b]) => [x + a, y + b], [0, 0]);
  const isSmall = n + m <= exchangedRowsMax;
  if (isSmall && pairs.length > 1 && kept.length + (rare.length > 0 ? 1 : 0) < 2) {
    // Together they would be one level, of which nothing can be said: each for itself, by exchanges.
    return { ...exchanged(pairs, { count, rng }), merged: 0 };
  }
  if (rare.length === 0) return { ...ofPairs(kept), merged: 0, method: 'limit' };
  if (expected(other) >= expectedLeast || kept.length === 0)
    return { ...ofPairs([...kept, other]), merged: rare.length, method: 'limit' };
  if (isSmall) return { ...exchanged([...kept, other], { count, rng }), merged: rare.length };
  kept.sort((one, two) => expected(one) - expected(two));
  const [least = [0, 0], ...rest] = kept;
  const joined: [number, number] = [least[0] + other[0], least[1] + other[1]];
  return { ...ofPairs([joined, ...rest]), merged: rare.length + 1, method: 'limit' };
}

function ofPairs(pairs: readonly [number, number][]): ChiSquare {
  return chiSquare(
    pairs.map(([a]) => a),
    pairs.map(([, b]) => b),
  );
}

function exchanged(
  pairs: readonly [number, number][],
  { count, rng }: { count: number; rng: Rng },
): ChiSquare & { method: 'exchanges' } {
  const found = ofPairs(pairs);
  const totals = pairs.map(([a, b]) => a + b);
  const codes = new Int32Array(totalOf(totals));
  for (let level = 0, at = 0; level < totals.length; level++) {
    codes.fill(level, at, at + totals[level]!);
    at += totals[level]!;
  }
  const n = pairs.reduce((sum, [a]) => sum + a, 0);
  const m = codes.length - n;
  const drawnRows = Math.min(n, m);
  const drawn = new Float64Array(totals.length);
  let above = 0;
  for (let b = 0; b < count; b++) {
    drawn.fill(0);
    for (let i = 0; i < drawnRows; i++) {
      const j = i + rng.below(codes.length - i);
      const kept = codes[j]!;
      codes[j] = codes[i]!;
      codes[i] = kept;
      drawn[kept]! += 1;
    }
    const others = drawn.map((value, level) => totals[level]! - value);
    // What rounding makes of an equal exchange counts as equal.
    if (pearson(drawn, others).statistic >= found.statistic * (1 - 1e-12)) above++;
  }
  return { ...found, p: (1 + above) / (1 + count), method: 'exchanges' };
}

function pearson(
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
): { statistic: number; freedom: number; expectedMin: number } {
  const [n, m] = [totalOf(reference), totalOf(current)];
  const total = n + m;
  let statistic = 0;
  let levels = 0;
  let expectedMin = Number.POSITIVE_INFINITY;
  for (let i = 0; i < reference.length; i++) {
    const both = reference[i]! + current[i]!;
    if (both === 0) continue;
    levels++;
    const expected = both * (n / total);
    const expectedOther = both * (m / total);
    expectedMin = Math.min(expectedMin, expected, expectedOther);
    statistic +=
      (reference[i]! - expected) ** 2 / expected + (current[i]! - expectedOther) ** 2 / expectedOther;
  }
  // One level on both sides is expected as it is, whatever rounding says.
  return { statistic: levels < 2 ? 0 : statistic, freedom: Math.max(0, levels - 1), expectedMin };
}
