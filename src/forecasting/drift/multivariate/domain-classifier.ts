// Can rows of now be told from rows of before? Finds changes of columns together that no single column shows.

import { AppError, Rng } from '../../../core/index.ts';
import { invert } from '../../maths/index.ts';
import { mannWhitney } from '../samples/mann-whitney.ts';
import { pooledOf, sampleOf } from '../samples/pooled.ts';
import { shuffle } from './mmd.ts';
import { standardised, type Vectors, type VectorTable, vectorTable } from './vectors.ts';

export interface DomainOptions {
  /** Exchanges of rows for p, 199 to 9,999 (199). */
  readonly permutations?: number;
  readonly seed?: number;
  /** Rows come in the order of time and may depend on each other: p by moving the border around the ring of rows. */
  readonly isOrdered?: boolean;
}

export type DomainClassifier =
  | {
      readonly status: 'ok';
      readonly n: number;
      readonly m: number;
      /** Share of pairs in which the current row looks more like now, on rows the classifier has not seen: 0.5 says nothing. */
      readonly auc: number;
      readonly p: number;
      /** How much each of the given columns tells, adding up to 1; null where columns were laid onto random directions. */
      readonly importance: readonly number[] | null;
    }
  | { readonly status: 'insufficient_data' };

const rowsMax = 2_000;
/** Columns of the classifier, at most. */
const featuresMax = 200;
/** Squares of this many columns are taken too, and products of pairs of fewer: changes of scale, and of how columns go together. */
const squaresMax = 64;
const productsMax = 12;
export const domainRowsMin = 10;

/**
 * Fisher's discriminant on columns, squares and products, fitted on either half and judged on the other.
 * The scatter of all rows does not depend on which side they are of, so that each exchange costs one pass.
 * @returns `insufficient_data` where a side has fewer than 10 rows. Drawn rows, halves and exchanges come from the seed
 * @throws AppError `drift/bad-option` for an option out of range, or vectors of several widths
 * Source: Friedman 2003 on classifiers as tests; Fisher 1936. Cost: O(rows × features × (features + permutations)) of at most 2,000 rows a side.
 */
export function domainClassifier(
  reference: Vectors,
  current: Vectors,
  options: DomainOptions = {},
): DomainClassifier {
  const permutations = options.permutations ?? 199;
  if (!(Number.isSafeInteger(permutations) && permutations >= 199 && permutations <= 9_999))
    throw new AppError(
      'drift/bad-option',
      'domain classifier: `permutations` must lie between 199 and 9,999',
    );
  const rng = new Rng(options.seed ?? 1);
  const isOrdered = options.isOrdered ?? false;
  const table = vectorTable(reference, current, { rowsMax, rng, isOrdered });
  const { n, m } = table;
  if (n < domainRowsMin || m < domainRowsMin) return { status: 'insufficient_data' };
  const features = featuresOf(standardised(table, { most: featuresMax, rng }));
  const members = Uint8Array.from({ length: n + m }, (_, i) => Number(i >= n));
  const halves = halvesOf(members, { rng, isOrdered });
  const sides = [0, 1].map((half) => new Half(features, halves, half));
  const [one, two] = sides as [Half, Half];
  const aucOf = (own: Uint8Array): number => (one.auc(own) + two.auc(own)) / 2;
  const auc = aucOf(members);
  let far = 1;
  const other = members.slice();
  for (let round = 0; round < permutations; round++) {
    if (isOrdered) turn(members, other, 1 + Math.floor(((round + 1) * (n + m - 1)) / (permutations + 1)));
    else shuffle(other, rng);
    if (aucOf(other) >= auc - 1e-12) far++;
  }
  const importance =
    table.width <= featuresMax ? importanceOf([one, two], { features, members, width: table.width }) : null;
  return { status: 'ok', n, m, auc, p: far / (permutations + 1), importance };
}

/**
 * How well scores of a classifier of one's own tell rows of now from rows of before.
 * @param before @param now scores of rows that it has not learnt from
 * @returns the area under the curve, and p that it is above a half by chance; null where a side has no finite score
 */
export function separation(
  before: ArrayLike<number>,
  now: ArrayLike<number>,
): { auc: number; p: number } | null {
  const [one, two] = [sampleOf(before).sorted, sampleOf(now).sorted];
  if (one.length === 0 || two.length === 0) return null;
  const { u, pLarger } = mannWhitney(pooledOf(one, two));
  return { auc: 1 - u / (one.length * two.length), p: pLarger };
}

/** Area under the curve with ties as halves. @param members 1 for the rows that should score higher */
function aucOfScores(scores: ArrayLike<number>, members: ArrayLike<number>): number | null {
  const order = Array.from({ length: scores.length }, (_, i) => i).sort((a, b) => scores[a]! - scores[b]!);
  let [pairs, zeros, ones] = [0, 0, 0];
  for (let from = 0, to = 0; from < order.length; from = to) {
    let [zerosHere, onesHere] = [0, 0];
    for (; to < order.length && scores[order[to]!] === scores[order[from]!]; to++) {
      if (members[order[to]!] === 1) onesHere++;
      else zerosHere++;
    }
    pairs += onesHere * (zeros + zerosHere / 2);
    zeros += zerosHere;
    ones += onesHere;
  }
  return zeros > 0 && ones > 0 ? pairs / (zeros * ones) : null;
}

interface Features {
  readonly rows: number;
  readonly width: number;
  readonly values: Float64Array;
  /** Which given columns each is made of. */
  readonly from: readonly (readonly number[])[];
}

/** Columns within 5 deviations, their squares and products. */
function featuresOf({ n, m, width, values }: VectorTable): Features {
  const from: number[][] = Array.from({ length: width }, (_, k) => [k]);
  if (width <= squaresMax) for (let k = 0; k < width; k++) from.push([k, k]);
  if (width <= productsMax) for (let k = 0; k < width; k++) for (let j = 0; j < k; j++) from.push([j, k]);
  const rows = n + m;
  const out = new Float64Array(rows * from.length);
  for (let i = 0; i < rows; i++)
    for (const [f, columns] of from.entries()) {
      let product = 1;
      for (const k of columns) product *= Math.max(-5, Math.min(5, values[i * width + k]!));
      out[i * from.length + f] = product;
    }
  return { rows, width: from.length, values: out, from };
}

/** Which half each row is of: evenly over both sides; stretches of rows where they depend on each other. */
function halvesOf(members: Uint8Array, { rng, isOrdered }: { rng: Rng; isOrdered: boolean }): Uint8Array {
  const rows = members.length;
  if (isOrdered) return Uint8Array.from({ length: rows }, (_, i) => Math.floor((i * 20) / rows) % 2);
  const current = members.indexOf(1);
  const halves = Uint8Array.from({ length: rows }, (_, i) => i % 2);
  shuffle(halves.subarray(0, current), rng);
  shuffle(halves.subarray(current), rng);
  return halves;
}

/** The labels moved on by so many rows, around the ring. */
function turn(members: Uint8Array, into: Uint8Array, by: number): void {
  for (let i = 0; i < members.length; i++) into[(i + by) % members.length] = members[i]!;
}

/** A classifier of one half, judged on the other. */
class Half {
  readonly #features: Features;
  readonly #learnt: Int32Array;
  readonly #held: Int32Array;
  readonly #inverse: Float64Array;
  readonly #scores: Float64Array;
  readonly #own: Uint8Array;
  readonly weights: Float64Array;

  constructor(features: Features, halves: Uint8Array, half: number) {
    const { width, values } = features;
    this.#features = features;
    const rows = Array.from(halves.keys());
    this.#learnt = Int32Array.from(rows.filter((i) => halves[i] === half));
    this.#held = Int32Array.from(rows.filter((i) => halves[i] !== half));
    this.#scores = new Float64Array(this.#held.length);
    this.#own = new Uint8Array(this.#held.length);
    this.weights = new Float64Array(width);
    const mean = new Float64Array(width);
    for (const i of this.#learnt)
      for (let k = 0; k < width; k++) mean[k]! += values[i * width + k]! / this.#learnt.length;
    const scatter = new Float64Array(width * width);
    for (const i of this.#learnt)
      for (let k = 0; k < width; k++) {
        const apart = (values[i * width + k]! - mean[k]!) / this.#learnt.length;
        for (let j = 0; j <= k; j++) scatter[k * width + j]! += apart * (values[i * width + j]! - mean[j]!);
      }
    // A ridge: more of it the fewer rows there are for the features.
    const ridge = 0.01 + width / this.#learnt.length;
    for (let k = 0; k < width; k++) {
      for (let j = 0; j < k; j++) scatter[j * width + k] = scatter[k * width + j]!;
      scatter[k * width + k]! += ridge * (scatter[k * width + k]! + 1e-3);
    }
    invert(scatter, width);
    this.#inverse = scatter;
  }

  /** On held rows. A half without rows of a side tells nothing. */
  auc(members: Uint8Array): number {
    const { width, values } = this.#features;
    const apart = new Float64Array(width);
    let ones = 0;
    for (const i of this.#learnt) ones += members[i]!;
    const zeros = this.#learnt.length - ones;
    if (ones === 0 || zeros === 0) return 0.5;
    for (const i of this.#learnt) {
      const weight = members[i] === 1 ? 1 / ones : -1 / zeros;
      for (let k = 0; k < width; k++) apart[k]! += weight * values[i * width + k]!;
    }
    for (let k = 0; k < width; k++) {
      let sum = 0;
      for (let j = 0; j < width; j++) sum += this.#inverse[k * width + j]! * apart[j]!;
      this.weights[k] = sum;
    }
    for (const [at, i] of this.#held.entries()) {
      let score = 0;
      for (let k = 0; k < width; k++) score += this.weights[k]! * values[i * width + k]!;
      this.#scores[at] = score;
      this.#own[at] = members[i]!;
    }
    return aucOfScores(this.#scores, this.#own) ?? 0.5;
  }
}

/** Weight × what both sides are apart, shared out among the columns of each feature. */
function importanceOf(
  halves: readonly Half[],
  of: { features: Features; members: Uint8Array; width: number },
): number[] {
  const { features, members, width } = of;
  const shares = new Float64Array(width);
  const ones = members.reduce((sum, one) => sum + one, 0);
  for (const half of halves) {
    half.auc(members);
    for (const [f, columns] of features.from.entries()) {
      let apart = 0;
      for (let i = 0; i < features.rows; i++)
        apart +=
          features.values[i * features.width + f]! *
          (members[i] === 1 ? 1 / ones : -1 / (features.rows - ones));
      // What pulls the other way makes up for what another feature says too much.
      const part = Math.max(0, half.weights[f]! * apart) / columns.length;
      for (const k of columns) shares[k]! += part;
    }
  }
  const total = shares.reduce((sum, share) => sum + share, 0);
  return Array.from(shares, (share) => (total > 0 ? share / total : 0));
}
