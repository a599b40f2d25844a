// New leaf values on an old structure: quantile levels that share the trees of a mean, and yesterday's trees on today's rows.

import { type Booster, hasLogLink, type TrainingSet, treeCount } from './booster.ts';
import { checkSameColumns, checkTrainingSet } from './checks.ts';
import { exactExp } from './exact-exp.ts';
import type { KernelCrew } from './kernel-team.ts';
import { startingScore } from './losses.ts';
import { keepMonotone, type MonotoneTree } from './monotone.ts';
import { selectQuantile } from './select-quantile.ts';
import { leavesOfRows } from './walk.ts';

export interface QuantileOptions {
  /** Ascending, in (0, 1), without repeats. */
  readonly levels: readonly number[];
  /** Step from the old scores to the leaf quantiles; default: that of the trees. */
  readonly learningRate?: number;
  readonly crew?: KernelCrew;
}

/**
 * The same trees with one output per level: leaf values become quantiles of the residuals of `set`, tree after tree, each
 * level boosted by itself. Forecasts of a row come sorted, so levels never cross. Outputs are in units of the target, without
 * a link. Cost per tree: one walk of all rows, then a selection per level.
 * @throws AppError models/bad-training-set
 */
export function withQuantiles(
  booster: Booster,
  set: TrainingSet,
  { levels, learningRate = booster.learningRate }: QuantileOptions,
): Booster {
  checkTrainingSet(set, { loss: 'quantile' });
  checkSameColumns(booster, set.matrix);
  const outputs = levels.length;
  if (
    outputs === 0 ||
    levels.some((level, i) => !(level > 0 && level < 1) || level <= (levels[i - 1] ?? 0))
  ) {
    throw new RangeError('levels must ascend within (0, 1)');
  }
  const { rows } = set.matrix;
  const baseScore = Float64Array.from(levels, (quantile) =>
    startingScore(set, { loss: 'quantile', quantile, tweediePower: 1.5 }),
  );
  const residuals = levels.map((_, q) =>
    Float32Array.from(set.target, (y, i) => y - (set.offset?.[i] ?? 0) - baseScore[q]!),
  );
  const values = new Float64Array(booster.leafRows.length * outputs);
  const leaves = new Int32Array(rows);
  const keys = new Float32Array(rows);
  const keyWeights = set.weights === undefined ? null : new Float32Array(rows);
  for (let tree = 0; tree < treeCount(booster); tree++) {
    leavesOfRows(booster, tree, set.matrix, leaves);
    const first = booster.leafStarts[tree]!;
    const count = booster.leafStarts[tree + 1]! - first;
    const order = rowsByLeaf(leaves, first, count);
    const shape = monotoneShape(booster, tree);
    const treeValues = values.subarray(first * outputs, (first + count) * outputs);
    for (let q = 0; q < outputs; q++) {
      const residual = residuals[q]!;
      for (let leaf = 0; leaf < count; leaf++) {
        const [from, to] = [order.starts[leaf]!, order.starts[leaf + 1]!];
        for (let i = from; i < to; i++) {
          const row = order.rows[i]!;
          keys[i] = residual[row]!;
          if (keyWeights !== null) keyWeights[i] = set.weights![row]!;
        }
        treeValues[leaf * outputs + q] =
          learningRate * selectQuantile(keys, keyWeights, { from, to, level: levels[q]! });
      }
      if (shape !== null) keepMonotone(shape, treeValues, { outputs, output: q });
      for (let row = 0; row < rows; row++)
        residual[row]! -= treeValues[(leaves[row]! - first) * outputs + q]!;
    }
  }
  return { ...booster, loss: 'quantile', outputs, levels: [...levels], baseScore, values };
}

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
function monotoneShape(booster: Booster, tree: number): MonotoneTree | null {
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
