// Maximum mean discrepancy: how unlike two samples of vectors are, as any difference of their laws shows in the end.

import { AppError, Rng } from '../../../core/index.ts';
import { type Vectors, vectorTable } from './vectors.ts';

export interface MmdOptions {
  /** Of the kernel e^(−γ |a − b|²); absent: 1 ÷ the median squared distance. */
  readonly gamma?: number;
  /** Exchanges of rows for p, 199 to 9,999 (199). With few rows all of them are tried. */
  readonly permutations?: number;
  readonly seed?: number;
}

export type Mmd =
  | {
      readonly status: 'ok';
      readonly n: number;
      readonly m: number;
      /** Unbiased: about 0 without a difference, and as often below. */
      readonly mmd2: number;
      readonly p: number;
      readonly isExact: boolean;
      readonly gamma: number;
    }
  | { readonly status: 'insufficient_data' };

/** Rows of a side, at most: the kernel of all pairs is held in memory. */
const rowsMax = 500;
/** Fewer ways to share rows out than this are all tried. */
const splitsMax = 5_000;

/**
 * @returns `insufficient_data` where a side has fewer than 2 rows. Drawn rows and exchanges come from the seed
 * @throws AppError `drift/bad-option` for an option out of range, or vectors of several widths
 * Source: Gretton et al. 2012, JMLR 13. Cost: O(rows² × (width + permutations)) of at most 500 rows a side, 8 MB.
 */
export function mmd(reference: Vectors, current: Vectors, options: MmdOptions = {}): Mmd {
  const permutations = options.permutations ?? 199;
  if (!(Number.isSafeInteger(permutations) && permutations >= 199 && permutations <= 9_999))
    throw new AppError('drift/bad-option', 'mmd: `permutations` must lie between 199 and 9,999');
  if (options.gamma !== undefined && !(options.gamma > 0 && options.gamma < Number.POSITIVE_INFINITY))
    throw new AppError('drift/bad-option', 'mmd: `gamma` must be above 0');
  const rng = new Rng(options.seed ?? 1);
  const { n, m, width, values } = vectorTable(reference, current, { rowsMax, rng });
  if (n < 2 || m < 2) return { status: 'insufficient_data' };
  const total = n + m;
  const kernel = squaredDistances(values, { total, width });
  const gamma = options.gamma ?? usualGamma(kernel, total);
  for (let i = 0; i < kernel.length; i++) kernel[i] = Math.exp(-gamma * kernel[i]!);
  const members = Uint8Array.from({ length: total }, (_, i) => Number(i < n));
  const measure = measureOf(kernel, { n, m });
  const observed = measure(members);
  const isExact = splitsOf(total, n) <= splitsMax;
  const p = isExact
    ? exactP(measure, { members, n, observed })
    : drawnP(measure, { members, observed, permutations, rng });
  return { status: 'ok', n, m, mmd2: observed, p, isExact, gamma };
}

function squaredDistances(values: Float64Array, of: { total: number; width: number }): Float64Array {
  const { total, width } = of;
  const out = new Float64Array(total * total);
  for (let i = 0; i < total; i++)
    for (let j = i + 1; j < total; j++) {
      let sum = 0;
      for (let k = 0; k < width; k++) sum += (values[i * width + k]! - values[j * width + k]!) ** 2;
      out[i * total + j] = out[j * total + i] = sum;
    }
  return out;
}

/** 1 where all rows are the same. */
function usualGamma(distances: Float64Array, total: number): number {
  const pairs = new Float64Array((total * (total - 1)) / 2);
  let count = 0;
  for (let i = 0; i < total; i++)
    for (let j = i + 1; j < total; j++) pairs[count++] = distances[i * total + j]!;
  pairs.sort();
  const middle = (pairs[(count - 1) >> 1]! + pairs[count >> 1]!) / 2;
  const usual = 1 / (middle || pairs[count - 1]!);
  return Number.isFinite(usual) && usual > 0 ? usual : 1;
}

type Measure = (members: Uint8Array) => number;

/** Mean kernel within each side less twice that between them. */
function measureOf(kernel: Float64Array, { n, m }: { n: number; m: number }): Measure {
  const total = n + m;
  return (members) => {
    let [within, other, between] = [0, 0, 0];
    for (let i = 0; i < total; i++) {
      const at = i * total;
      let [ofOnes, ofZeros] = [0, 0];
      for (let j = i + 1; j < total; j++) {
        const value = kernel[at + j]!;
        if (members[j] === 1) ofOnes += value;
        else ofZeros += value;
      }
      if (members[i] === 1) {
        within += ofOnes;
        between += ofZeros;
      } else {
        other += ofZeros;
        between += ofOnes;
      }
    }
    return (2 * within) / (n * (n - 1)) + (2 * other) / (m * (m - 1)) - (2 * between) / (n * m);
  };
}

function splitsOf(total: number, n: number): number {
  let splits = 1;
  for (let k = 1; k <= Math.min(n, total - n); k++) {
    splits *= (total - k + 1) / k;
    if (splits > 1e9) return splits;
  }
  return splits;
}

/** What rounding makes of the same figure counts as the same. */
function isAsFar(value: number, observed: number): boolean {
  return value >= observed - 1e-12 * Math.max(1, Math.abs(observed));
}

function exactP(measure: Measure, of: { members: Uint8Array; n: number; observed: number }): number {
  const { members, n, observed } = of;
  const chosen = Array.from({ length: n }, (_, i) => i);
  const total = members.length;
  let [far, splits] = [0, 0];
  for (;;) {
    const own = new Uint8Array(total);
    for (const i of chosen) own[i] = 1;
    splits++;
    if (isAsFar(measure(own), observed)) far++;
    let k = n - 1;
    while (k >= 0 && chosen[k] === total - n + k) k--;
    if (k < 0) return far / splits;
    chosen[k]!++;
    for (let j = k + 1; j < n; j++) chosen[j] = chosen[j - 1]! + 1;
  }
}

function drawnP(
  measure: Measure,
  of: { members: Uint8Array; observed: number; permutations: number; rng: Rng },
): number {
  const members = of.members.slice();
  let far = 1;
  for (let round = 0; round < of.permutations; round++) {
    shuffle(members, of.rng);
    if (isAsFar(measure(members), of.observed)) far++;
  }
  return far / (of.permutations + 1);
}

export function shuffle(values: Uint8Array, rng: Rng): void {
  for (let i = values.length - 1; i > 0; i--) {
    const other = rng.below(i + 1);
    const kept = values[i]!;
    values[i] = values[other]!;
    values[other] = kept;
  }
}
