// From the values of a row to its leaf.

import { type Booster, type FeatureMatrix, nodeFlag } from './booster.ts';

/** Leaf (position in `values`) of a row whose value of column c is `values[at + c × stride]`, in the tree rooted at `root`. */
export function leafOf(
  booster: Booster,
  root: number,
  values: Float32Array,
  at: number,
  stride: number,
): number {
  const { feature, threshold, left, flags } = booster;
  let node = root;
  let column = feature[node]!;
  while (column >= 0) {
    const x = values[at + column * stride]!;
    const flag = flags[node]!;
    let goesLeft: boolean;
    if (flag === 0) goesLeft = x <= threshold[node]!;
    else if (flag === nodeFlag.missingLeft) goesLeft = !(x > threshold[node]!);
    else
      goesLeft =
        inSet(booster.categorySets, threshold[node]!, x) !==
        (flag === nodeFlag.category + nodeFlag.missingLeft);
    node = goesLeft ? left[node]! : left[node]! + 1;
    column = feature[node]!;
  }
  return left[node]!;
}

/** True when the set at that position lists the code; NaN and fractions are in no set. */
export function inSet(sets: Uint32Array, at: number, code: number): boolean {
  if (!(code >= 0 && code < sets[at]! * 32) || Math.floor(code) !== code) return false;
  return ((sets[at + 1 + (code >>> 5)]! >>> (code & 31)) & 1) === 1;
}

/** Leaf of every row in one tree, into `out` [rows]. */
export function leavesOfRows(booster: Booster, tree: number, matrix: FeatureMatrix, out: Int32Array): void {
  const root = booster.roots[tree]!;
  for (let row = 0; row < matrix.rows; row++)
    out[row] = leafOf(booster, root, matrix.values, row, matrix.rows);
}

/** Adds one tree of a booster with one output to the raw scores of all rows. */
export function addTree(booster: Booster, tree: number, matrix: FeatureMatrix, scores: Float64Array): void {
  const root = booster.roots[tree]!;
  for (let row = 0; row < matrix.rows; row++) {
    scores[row]! += booster.values[leafOf(booster, root, matrix.values, row, matrix.rows)]!;
  }
}
