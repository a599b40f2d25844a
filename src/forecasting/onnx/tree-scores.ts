// From the sums of an ensemble's leaves to its answers: targets, or labels and probabilities. How two classes with the
// weights of one are read is not in the standard; it is done here as onnxruntime does it, which converters rely on.

import { addTreeScores, blockRows, type TreeEnsemble } from './tree-ensemble.ts';

export interface TreeAnswers {
  /** Shape [rows × outputs]. */
  readonly scores: Float32Array;
  /** Of classifiers: index of the class, shape [rows]. */
  readonly labels: Int32Array | null;
}

/**
 * Answers for all rows.
 * @param x row-major [rows × stride], stride ≥ `ensemble.columns`; NaN = missing
 * Cost: rows × trees × depth.
 */
export function treeAnswers(
  ensemble: TreeEnsemble,
  x: Float32Array,
  { rows, stride }: { readonly rows: number; readonly stride: number },
): TreeAnswers {
  const { outputs, classes } = ensemble;
  const scores = new Float32Array(rows * outputs);
  const labels = classes === null ? null : new Int32Array(rows);
  const finish = finisherOf(ensemble);
  const hits = new Uint8Array(Math.min(rows, blockRows) * outputs);
  for (let first = 0; first < rows; first += blockRows) {
    const count = Math.min(blockRows, rows - first);
    const block = scores.subarray(first * outputs, (first + count) * outputs);
    hits.fill(0);
    addTreeScores(ensemble, x, { from: first * stride, stride, count }, block, hits);
    for (let row = 0; row < count; row++) {
      const from = row * outputs;
      const label = finish(block.subarray(from, from + outputs), hits.subarray(from, from + outputs));
      if (labels !== null) labels[first + row] = label;
    }
  }
  return { scores, labels };
}

/** Makes the answer of a row from its sums, in their place, and returns the label. */
function finisherOf(ensemble: TreeEnsemble): (sums: Float32Array, hits: Uint8Array) => number {
  const { outputs, classes, average, roots } = ensemble;
  const oneSided = classes !== null && outputs === 2 && new Set(ensemble.weightOutput).size === 1;
  const allPositive = oneSided && ensemble.weight.every((weight) => weight >= 0);
  return (sums, hits) => {
    if (average) for (let k = 0; k < outputs; k++) sums[k]! /= roots.length;
    if (oneSided) return finishOneSided(ensemble, sums, allPositive);
    addBase(ensemble, sums, hits);
    const label = largest(sums, hits);
    transform(ensemble.transform, sums);
    return label;
  };
}

/** Whether answers of this kind are computed here. Two classes by weights of both are not: how is anybody's guess. */
export function hasKnownAnswers({ classes, outputs, base, weightOutput }: TreeEnsemble): boolean {
  if (classes === null) return true;
  if (outputs === 2) return base.length < 2 && new Set(weightOutput).size === 1;
  return outputs > 2 && (base.length === 0 || base.length === outputs);
}

/** Several targets: a base value counts only where a tree has said something of that target. */
function addBase({ base, classes, outputs }: TreeEnsemble, sums: Float32Array, hits: Uint8Array): void {
  for (let k = 0; k < base.length; k++) {
    if (classes === null && outputs > 1 && hits[k] === 0) continue;
    sums[k]! += base[k]!;
    hits[k] = 1;
  }
}

/** All weights are those of one class: its score is a probability when none is negative, else a margin. */
function finishOneSided(
  { base, transform: by }: TreeEnsemble,
  sums: Float32Array,
  allPositive: boolean,
): number {
  const score = Math.fround(sums[0]! + sums[1]! + (base[0] ?? 0));
  const logit = by === 'LOGISTIC';
  if (allPositive && !logit) {
    sums[0] = 1 - score;
    sums[1] = score;
    return score > 0.5 ? 1 : 0;
  }
  sums[0] = logit ? logistic(-score) : -score;
  sums[1] = logit ? logistic(score) : score;
  return score > (allPositive ? 0.5 : 0) ? 1 : 0;
}

/** The first of the largest among those that got a score. */
function largest(sums: Float32Array, hits: Uint8Array): number {
  let best = -1;
  for (let k = 0; k < sums.length; k++) if (hits[k] === 1 && (best < 0 || sums[k]! > sums[best]!)) best = k;
  return Math.max(0, best);
}

function transform(by: TreeEnsemble['transform'], sums: Float32Array): void {
  if (by === 'LOGISTIC') for (let k = 0; k < sums.length; k++) sums[k] = logistic(sums[k]!);
  if (by !== 'SOFTMAX') return;
  const most = sums.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  let total = 0;
  for (let k = 0; k < sums.length; k++) total += sums[k] = Math.exp(sums[k]! - most);
  for (let k = 0; k < sums.length; k++) sums[k]! /= total;
}

export function logistic(x: number): number {
  return 1 / (1 + Math.exp(-x));
}
