// A booster kept in the memory of a kernel for as long as it lives, so that a few rows at a time, as serving asks for them,
// go through it at the kernel's speed without its trees being copied first.

import type { Booster, FeatureMatrix } from './booster.ts';
import { phase } from './control.ts';
import { newForestTeam, stageRows } from './forest.ts';
import type { ForestLayout } from './forest-layout.ts';
import type { KernelTeam } from './kernel-team.ts';

/** Rows that a standing forest takes at a time. */
export const standingRows = 2048;
/** Requests without a forest before one is made: boosters of a backtest are asked once and forgotten. */
const requestsBefore = 2;

interface Standing {
  requests: number;
  team?: KernelTeam<ForestLayout>;
}

const standing = new WeakMap<Booster, Standing>();

/**
 * Adds the trees' outputs to the raw scores of a few rows, on the calling thread.
 * @param matrix at most `standingRows` rows
 * @param out    raw scores so far, shape [rows × outputs]
 * @returns false while no forest stands: the first requests of a booster are on their own
 */
export function addStanding(booster: Booster, matrix: FeatureMatrix, out: Float64Array): boolean {
  let forest = standing.get(booster);
  if (forest === undefined) {
    forest = { requests: 0 };
    standing.set(booster, forest);
  }
  if (forest.requests < requestsBefore) {
    forest.requests++;
    return false;
  }
  const { outputs } = booster;
  forest.team ??= newForestTeam(
    booster,
    { purpose: 'scores', rows: standingRows, outputs, weighted: false },
    {},
  );
  const { team } = forest;
  const scores = new Float64Array(team.buffer, team.layout.scoresAt, matrix.rows * outputs);
  stageRows(team, matrix, 0, matrix.rows);
  scores.set(out.subarray(0, scores.length));
  team.run(phase.scores, [matrix.rows]);
  out.set(scores);
  return true;
}
