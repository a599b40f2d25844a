// Forecasts of an ensemble: raw scores summed in the order of the trees, then the inverse link. The sums are the same
// numbers in every engine; exp of a log link may differ in the last bit.

import { type Booster, type FeatureMatrix, hasLogLink } from './booster.ts';
import { checkSameColumns } from './checks.ts';
import type { KernelCrew } from './kernel-team.ts';
import { leafOf } from './walk.ts';

/** Rows that pass through one tree after the other, so that both stay in the first cache. */
const rowsPerBlock = 256;

/** Forecast of one row (a value per column; NaN missing) into `out` [outputs]; levels never cross. Allocates nothing. */
export function predictRow(booster: Booster, row: Float32Array, out: Float64Array): void {
  const { outputs, baseScore, roots, values } = booster;
  for (let q = 0; q < outputs; q++) out[q] = baseScore[q]!;
  for (let tree = 0; tree < roots.length - 1; tree++) {
    const at = leafOf(booster, roots[tree]!, row, 0, 1) * outputs;
    for (let q = 0; q < outputs; q++) out[q]! += values[at + q]!;
  }
  finish(booster, out, 0, 1);
}

/** Forecasts of all rows into `out` [rows × outputs], row by row. @throws AppError models/bad-training-set on other columns */
export function predictMatrix(
  booster: Booster,
  matrix: FeatureMatrix,
  out: Float64Array,
  _crew?: KernelCrew,
): void {
  rawScores(booster, matrix, out);
  finish(booster, out, 0, matrix.rows);
}

/** Raw scores of all rows, without the link, into `out` [rows × outputs]. */
export function rawScores(booster: Booster, matrix: FeatureMatrix, out: Float64Array): void {
  checkSameColumns(booster, matrix);
  const { outputs, baseScore, roots, values } = booster;
  const { rows } = matrix;
  const width = matrix.columns.length;
  const block = new Float32Array(rowsPerBlock * width);
  for (let first = 0; first < rows; first += rowsPerBlock) {
    const count = Math.min(rowsPerBlock, rows - first);
    for (let c = 0; c < width; c++) {
      for (let i = 0; i < count; i++) block[i * width + c] = matrix.values[c * rows + first + i]!;
    }
    for (let i = first * outputs; i < (first + count) * outputs; i++) out[i] = baseScore[i % outputs]!;
    for (let tree = 0; tree < roots.length - 1; tree++) {
      const root = roots[tree]!;
      for (let i = 0; i < count; i++) {
        const leaf = leafOf(booster, root, block, i * width, 1) * outputs;
        const at = (first + i) * outputs;
        for (let q = 0; q < outputs; q++) out[at + q]! += values[leaf + q]!;
      }
    }
  }
}

/** Inverse link, and outputs of a row in ascending order, in place. */
function finish({ loss, outputs }: Booster, out: Float64Array, first: number, rows: number): void {
  const log = hasLogLink(loss);
  for (let at = first * outputs; at < (first + rows) * outputs; at += outputs) {
    for (let q = 1; q < outputs; q++) {
      const value = out[at + q]!;
      let p = q - 1;
      for (; p >= 0 && out[at + p]! > value; p--) out[at + p + 1] = out[at + p]!;
      out[at + p + 1] = value;
    }
    if (log) for (let q = 0; q < outputs; q++) out[at + q] = Math.exp(out[at + q]!);
  }
}
