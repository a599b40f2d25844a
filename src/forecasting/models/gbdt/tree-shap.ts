// Attributions of boosted trees: exact Shapley values of the raw score, where a feature that is unknown goes both ways by the shares of
// the training rows that did (path-dependent TreeSHAP).
// Source: Lundberg, Erion and Lee 2018, arXiv:1802.03888; computed leaf by leaf, as in Yang 2021, arXiv:2109.09847.

import { type Booster, type FeatureMatrix, nodeFlag } from './booster.ts';
import { inSet } from './walk.ts';

/** Rows that are looked at together: one bit each. */
const rowsAtOnce = 32;

/**
 * Adds the attributions of one output, tree by tree; hands back after each, so that others may go on.
 * @param out shape [rows × (columns + 1)], row by row; takes the part of each column, and last the expected raw score. Parts and
 * expectation together are the raw score of the row.
 * Cost: rows × trees × leaves × (features on the way to a leaf)²; rows that go the same way count once.
 */
export function* addAttributions(
  booster: Booster,
  matrix: FeatureMatrix,
  out: Float64Array,
  output = 0,
): Generator<void, void, void> {
  const width = matrix.columns.length + 1;
  for (let row = 0; row < matrix.rows; row++) out[(row + 1) * width - 1]! += booster.baseScore[output]!;
  const cover = coverOf(booster);
  const path = newPath(matrix.columns.length);
  for (let tree = 0; tree < booster.roots.length - 1; tree++) {
    for (let first = 0; first < matrix.rows; first += rowsAtOnce) {
      const count = Math.min(rowsAtOnce, matrix.rows - first);
      const of = { booster, matrix, cover, output, first, count, out, width, path };
      descend(of, booster.roots[tree]!, 0);
    }
    yield;
  }
}

interface Walk {
  readonly booster: Booster;
  readonly matrix: FeatureMatrix;
  readonly cover: Float64Array;
  readonly output: number;
  /** First of the rows looked at, and how many. */
  readonly first: number;
  readonly count: number;
  readonly out: Float64Array;
  readonly width: number;
  readonly path: Path;
}

/** The distinct features on the way from the root to a node. */
interface Path {
  readonly column: number[];
  /** Share of the training rows that go on where the feature is unknown. */
  readonly zero: number[];
  /** Bits of the rows whose value of the feature goes on. */
  readonly one: number[];
  /** What the leaf at hand gives to each; memory used again, as `known`. */
  readonly shares: Float64Array;
  readonly known: Float64Array;
}

function newPath(columns: number): Path {
  const size = columns + 1;
  return { column: [], zero: [], one: [], shares: new Float64Array(size), known: new Float64Array(size) };
}

/** @param length features on the path so far */
function descend(walk: Walk, node: number, length: number): void {
  const { booster, cover, path, count } = walk;
  const column = booster.feature[node]!;
  if (column < 0) {
    addLeaf(walk, booster.left[node]!, length);
    return;
  }
  const left = booster.left[node]!;
  const goesLeft = rowsLeft(walk, node);
  const all = count === rowsAtOnce ? -1 : (1 << count) - 1;
  let at = 0;
  while (at < length && path.column[at] !== column) at++;
  const isNew = at === length;
  const zero = isNew ? 1 : path.zero[at]!;
  const one = isNew ? all : path.one[at]!;
  const whole = cover[left]! + cover[left + 1]!;
  for (const [child, bits] of [
    [left, goesLeft],
    [left + 1, ~goesLeft & all],
  ] as const) {
    path.column[at] = column;
    path.zero[at] = (zero * cover[child]!) / whole;
    path.one[at] = one & bits;
    descend(walk, child, isNew ? length + 1 : length);
  }
  path.zero[at] = zero;
  path.one[at] = one;
}

/** Bits of the rows that go left at a split. */
function rowsLeft({ booster, matrix, first, count }: Walk, node: number): number {
  const column = booster.feature[node]!;
  const threshold = booster.threshold[node]!;
  const flag = booster.flags[node]!;
  let bits = 0;
  for (let r = 0; r < count; r++) {
    const x = matrix.values[column * matrix.rows + first + r]!;
    const goesLeft =
      flag === 0
        ? x <= threshold
        : flag === nodeFlag.missingLeft
          ? !(x > threshold)
          : inSet(booster.categorySets, threshold, x) !== (flag === nodeFlag.category + nodeFlag.missingLeft);
    if (goesLeft) bits |= 1 << r;
  }
  return bits;
}

/** Adds what one leaf gives to each feature on the way to it; rows that agree on all of them together. */
function addLeaf(walk: Walk, leaf: number, length: number): void {
  const { booster, output, first, count, out, width, path } = walk;
  const value = booster.values[leaf * booster.outputs + output]!;
  let expected = value;
  for (let i = 0; i < length; i++) expected *= path.zero[i]!;
  let left = count === rowsAtOnce ? -1 : (1 << count) - 1;
  while (left !== 0) {
    const bit = left & -left;
    let same = left;
    for (let i = 0; i < length; i++) same &= (path.one[i]! & bit) === 0 ? ~path.one[i]! : path.one[i]!;
    left &= ~same;
    if (value !== 0) shareOf(path, length, { bit, value });
    for (let r = 0; r < count; r++) {
      if ((same & (1 << r)) === 0) continue;
      const at = (first + r) * width;
      out[at + width - 1]! += expected;
      if (value === 0) continue;
      for (let i = 0; i < length; i++) out[at + path.column[i]!]! += path.shares[i]!;
    }
  }
}

/**
 * Writes into `shares` what a leaf of this value gives to each feature on the way to it, for a row: the Shapley values of the game in
 * which a coalition is worth value × Π over its features of (1 where the row goes on, else 0) × Π over the others of their shares.
 */
function shareOf(
  path: Path,
  length: number,
  { bit, value }: { readonly bit: number; readonly value: number },
): void {
  const { shares, known } = path;
  // Of the features that stop the row only the share counts; of k that let it go on, known[s] is Σ over coalitions of s of them.
  let stopped = value;
  let k = 0;
  known[0] = 1;
  for (let i = 0; i < length; i++) {
    if ((path.one[i]! & bit) === 0) {
      stopped *= path.zero[i]!;
      continue;
    }
    k++;
    known[k] = known[k - 1]!;
    for (let s = k - 1; s > 0; s--) known[s] = known[s]! * path.zero[i]! + known[s - 1]!;
    known[0]! *= path.zero[i]!;
  }
  let against = 0;
  if (k < length) for (let s = 0; s <= k; s++) against += known[s]! * weight(length, s);
  for (let i = 0; i < length; i++) {
    if ((path.one[i]! & bit) === 0) {
      shares[i] = -stopped * against;
      continue;
    }
    shares[i] = (1 - path.zero[i]!) * stopped * withoutOne(known, { zero: path.zero[i]!, k, length });
  }
}

/** Σ over s of the weight × the coalitions of s of the k features that let the row go on, one of share `zero` left out. */
function withoutOne(
  known: Float64Array,
  { zero, k, length }: { readonly zero: number; readonly k: number; readonly length: number },
): number {
  // known = (zero + t) × rest, solved from the highest coefficient down, which never makes an error larger.
  let rest = known[k]!;
  let sum = 0;
  for (let s = k - 1; s >= 0; s--) {
    sum += rest * weight(length, s);
    rest = known[s]! - zero * rest;
  }
  return sum;
}

const weights: Float64Array[] = [];

/** s! (n − s − 1)! / n!: the chance that exactly s given features come before one in a random order of n. */
function weight(n: number, s: number): number {
  let row = weights[n];
  if (row === undefined) {
    row = new Float64Array(n);
    row[0] = 1 / n;
    for (let i = 1; i < n; i++) row[i] = (row[i - 1]! * i) / (n - i);
    weights[n] = row;
  }
  return row[s]!;
}

/** Training rows below each node; where no leaf of a tree has any, each counts as one. Cost: O(nodes). */
function coverOf({ feature, left, leafRows, roots }: Booster): Float64Array {
  const cover = new Float64Array(feature.length);
  for (let tree = 0; tree < roots.length - 1; tree++) {
    const [from, to] = [roots[tree]!, roots[tree + 1]!];
    // Children come after their parents.
    for (let node = to - 1; node >= from; node--)
      cover[node] =
        feature[node]! < 0
          ? Math.max(leafRows[left[node]!]!, emptyLeaf)
          : cover[left[node]!]! + cover[left[node]! + 1]!;
  }
  return cover;
}

/** A leaf without training rows has a share that changes nothing, and is not divided by. */
const emptyLeaf = 1e-9;
