// New leaf values on an old structure: yesterday's trees on today's rows.

import { exactExp } from '../../maths/index.ts';
import { type Booster, hasLogLink, type TrainingSet, treeCount } from './booster.ts';
import { checkSameColumns, checkTrainingSet } from './checks.ts';
import { keepMonotone, type MonotoneTree } from './monotone.ts';
import { selectQuantile } from './select-quantile.ts';
import { leavesOfRows } from './walk.ts';

/**
 * The same trees with leaf values `decay` × old + (1 − decay) × what `set` would have given; leaves without rows keep theirs.
 * For boosters of one output. @throws AppError models/bad-training-set
 */
export function refitLeaves(
  booster: Booster,
  set: TrainingSet,
  {
    decay = 0.9,
    learningRate = booster.learningRate,
    lambda = 0,
  }: { readonly decay?: number; readonly learningRate?: number; readonly lambda?: number } = {},
): Booster {
  checkTrainingSet(set, booster);
  checkSameColumns(booster, set.matrix);
  if (booster.outputs !== 1) throw new RangeError('refit the trees before the quantile levels');
  const { rows } = set.matrix;
  const scores = new Float64Array(rows).fill(booster.baseScore[0]!);
  if (set.offset !== undefined) for (let i = 0; i < rows; i++) scores[i]! += set.offset[i]!;
  const values = booster.values.slice();
  const leaves = new Int32Array(rows);
  for (let tree = 0; tree < treeCount(booster); tree++) {
    leavesOfRows(booster, tree, set.matrix, leaves);
    const first = booster.leafStarts[tree]!;
    const order = rowsByLeaf(leaves, first, booster.leafStarts[tree + 1]! - first);
    const fresh =
      booster.loss === 'quantile'
        ? quantileSteps(booster, set, scores, order)
        : newtonSteps(booster, set, scores, order, lambda);
    const treeValues = values.subarray(first, first + fresh.length);
    for (let leaf = 0; leaf < fresh.length; leaf++) {
      if (order.starts[leaf] === order.starts[leaf + 1]) continue;
      treeValues[leaf] = decay * treeValues[leaf]! + (1 - decay) * learningRate * fresh[leaf]!;
    }
    const shape = monotoneShape(booster, tree);
    if (shape !== null) keepMonotone(shape, treeValues, { outputs: 1, output: 0 });
    for (let row = 0; row < rows; row++) scores[row]! += values[leaves[row]!]!;
  }
  return { ...booster, values };
}

interface RowsByLeaf {
  /** Rows of leaf k: rows[starts[k] … starts[k + 1]). */
  readonly rows: Int32Array;
  readonly starts: Int32Array;
}

/** A counting sort of rows by leaf; stable. */
function rowsByLeaf(leaves: Int32Array, first: number, count: number): RowsByLeaf {
  const starts = new Int32Array(count + 1);
  for (let row = 0; row < leaves.length; row++) starts[leaves[row]! - first + 1]! += 1;
  for (let leaf = 0; leaf < count; leaf++) starts[leaf + 1]! += starts[leaf]!;
  const next = starts.slice();
  const rows = new Int32Array(leaves.length);
  for (let row = 0; row < leaves.length; row++) {
    const leaf = leaves[row]! - first;
    rows[next[leaf]!] = row;
    next[leaf]! += 1;
  }
  return { rows, starts };
}

function quantileSteps(
  booster: Booster,
  { target, weights }: TrainingSet,
  scores: Float64Array,
  { rows, starts }: RowsByLeaf,
): Float64Array {
  const keys = Float32Array.from(rows, (row) => target[row]! - scores[row]!);
  const keyWeights = weights === undefined ? null : Float32Array.from(rows, (row) => weights[row]!);
  return Float64Array.from({ length: starts.length - 1 }, (_, leaf) =>
    selectQuantile(keys, keyWeights, { from: starts[leaf]!, to: starts[leaf + 1]!, level: booster.quantile }),
  );
}

function newtonSteps(
  { loss, tweediePower: p }: Booster,
  { target, weights }: TrainingSet,
  scores: Float64Array,
  { rows, starts }: RowsByLeaf,
  lambda: number,
): Float64Array {
  const stepMax = hasLogLink(loss) ? 1.5 : Infinity;
  return Float64Array.from({ length: starts.length - 1 }, (_, leaf) => {
    let g = 0;
    let h = lambda;
    for (let i = starts[leaf]!; i < starts[leaf + 1]!; i++) {
      const row = rows[i]!;
      const weight = weights?.[row] ?? 1;
      const score = scores[row]!;
      if (loss === 'squared') {
        g += weight * (score - target[row]!);
        h += weight;
      } else if (loss === 'poisson') {
        const mean = exactExp(score);
        g += weight * (mean - target[row]!);
        h += weight * mean * 2.0137527074704766;
      } else {
        const a = target[row]! * exactExp((1 - p) * score);
        const b = exactExp((2 - p) * score);
        g += weight * (b - a);
        h += weight * ((2 - p) * b - (1 - p) * a);
      }
    }
    return h > 0 ? Math.min(stepMax, Math.max(-stepMax, -g / h)) : 0;
  });
}

/** The monotone splits of a tree; null when no column is monotone. */
export function monotoneShape(booster: Booster, tree: number): MonotoneTree | null {
  if (booster.columns.every(({ monotone }) => (monotone ?? 0) === 0)) return null;
  const [from, to] = [booster.roots[tree]!, booster.roots[tree + 1]!];
  const first = booster.leafStarts[tree]!;
  const feature = booster.feature.subarray(from, to);
  return {
    left: Int32Array.from(feature, (column, i) =>
      column < 0 ? -1 - (booster.left[from + i]! - first) : booster.left[from + i]! - from,
    ),
    direction: Int8Array.from(feature, (column) =>
      column < 0 ? 0 : (booster.columns[column]?.monotone ?? 0),
    ),
    leafRows: booster.leafRows.subarray(first, booster.leafStarts[tree + 1]),
  };
}
