// Forecasts of an ensemble: raw scores summed in the order of the trees, then the inverse link. The same numbers in
// every engine.

import { exactExp } from '../../maths/index.ts';
import { type Booster, type FeatureMatrix, hasLogLink, treeCount } from './booster.ts';
import { checkSameColumns } from './checks.ts';
import { phase } from './control.ts';
import { newForestTeam, stageRows } from './forest.ts';
import type { KernelCrew } from './kernel-crew.ts';
import type { TeamOptions } from './kernel-team.ts';
import { addStanding, standingRows } from './standing-forest.ts';
import { leafOf } from './walk.ts';

/** Rows staged in the team's memory at a time. */
const stagedRows = 16_384;
/** Fewer rows × trees than this are forecast where they lie; fewer than the second by the calling thread alone. */
const teamRowTreesMin = 20_000;
const crewRowTreesMin = 1_000_000;

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

/**
 * Forecasts of all rows into `out` [rows × outputs], row by row; the same numbers as `predictRow`, with any crew.
 * Cost: about 10 ns per row and tree of 63 leaves and thread. @throws AppError models/bad-training-set on other columns
 */
export function predictMatrix(
  booster: Booster,
  matrix: FeatureMatrix,
  out: Float64Array,
  crew?: KernelCrew,
): void {
  rawScores(booster, matrix, out, { crew });
  finish(booster, out, 0, matrix.rows);
}

/** Raw scores of all rows, without the link, into `out` [rows × outputs]. */
export function rawScores(
  booster: Booster,
  matrix: FeatureMatrix,
  out: Float64Array,
  run: TeamOptions = {},
): void {
  checkSameColumns(booster, matrix);
  const { outputs, baseScore } = booster;
  const { rows } = matrix;
  for (let i = 0; i < rows * outputs; i++) out[i] = baseScore[i % outputs]!;
  const alone = run.crew === undefined || rows * treeCount(booster) < crewRowTreesMin;
  if (rows <= standingRows && alone && run.kernel === undefined && addStanding(booster, matrix, out)) return;
  if (rows * treeCount(booster) < teamRowTreesMin) {
    addRows(booster, matrix, out);
    return;
  }
  const use = { purpose: 'scores', rows: Math.min(rows, stagedRows), outputs, weighted: false } as const;
  const team = newForestTeam(booster, use, alone ? { ...run, crew: undefined } : run);
  try {
    const scores = new Float64Array(team.buffer, team.layout.scoresAt, use.rows * outputs);
    for (let from = 0; from < rows; from += use.rows) {
      const count = Math.min(use.rows, rows - from);
      stageRows(team, matrix, from, count);
      const part = out.subarray(from * outputs, (from + count) * outputs);
      scores.set(part);
      team.run(phase.scores, [count]);
      part.set(scores.subarray(0, count * outputs));
    }
  } finally {
    team.end();
  }
}

/** The same without a team: for few rows. */
function addRows(booster: Booster, { rows, values: x }: FeatureMatrix, out: Float64Array): void {
  const { outputs, roots, values } = booster;
  for (let row = 0; row < rows; row++) {
    for (let tree = 0; tree < roots.length - 1; tree++) {
      const leaf = leafOf(booster, roots[tree]!, x, row, rows) * outputs;
      for (let q = 0; q < outputs; q++) out[row * outputs + q]! += values[leaf + q]!;
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
    if (log) for (let q = 0; q < outputs; q++) out[at + q] = exactExp(out[at + q]!);
  }
}
