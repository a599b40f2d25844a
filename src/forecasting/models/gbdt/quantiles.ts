// Quantile levels that share the trees of a mean: the structure says which rows belong together, each level learns its own
// leaf values.

import { type Booster, type TrainingSet, treeCount } from './booster.ts';
import { checkSameColumns, checkTrainingSet } from './checks.ts';
import { phase } from './control.ts';
import { newForestTeam, stageRows } from './forest.ts';
import type { KernelCrew } from './kernel-crew.ts';
import { startingScore } from './losses.ts';
import { keepMonotone } from './monotone.ts';
import { monotoneShape } from './refit.ts';

export interface QuantileOptions {
  /** Ascending, in (0, 1), without repeats. */
  readonly levels: readonly number[];
  /** Step from the old scores to the leaf quantiles; default: that of the trees. */
  readonly learningRate?: number;
  readonly crew?: KernelCrew;
  readonly kernel?: 'wasm' | 'typescript';
}

/**
 * The same trees with one output per level: leaf values become quantiles of the residuals of `set`, tree after tree, each
 * level boosted by itself. Forecasts of a row come sorted, so levels never cross. Outputs are in units of the target, without
 * a link. Deterministic, bit for bit, with any crew. Cost per tree: one walk of all rows, then a selection per level; memory:
 * a copy of the matrix and 4 × (levels + 2 + threads) bytes per row.
 * @throws AppError models/bad-training-set
 */
export function withQuantiles(booster: Booster, set: TrainingSet, options: QuantileOptions): Booster {
  checkTrainingSet(set, { loss: 'quantile' });
  checkSameColumns(booster, set.matrix);
  const { levels, learningRate = booster.learningRate } = options;
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
  const use = { purpose: 'quantiles', rows, outputs, weighted: set.weights !== undefined } as const;
  const team = newForestTeam(booster, use, options);
  const { layout, buffer } = team;
  const values = new Float64Array(buffer, layout.valuesAt, layout.leaves * outputs);
  try {
    stageRows(team, set.matrix, 0, rows);
    new Float64Array(buffer, layout.levelsAt, outputs).set(levels);
    if (set.weights !== undefined) new Float32Array(buffer, layout.weightsAt, rows).set(set.weights);
    const residuals = new Float32Array(buffer, layout.residualsAt, outputs * rows);
    for (let q = 0; q < outputs; q++) {
      for (let row = 0; row < rows; row++) {
        residuals[q * rows + row] = set.target[row]! - (set.offset?.[row] ?? 0) - baseScore[q]!;
      }
    }
    for (let tree = 0; tree < treeCount(booster); tree++) {
      const first = booster.leafStarts[tree]!;
      const leaves = booster.leafStarts[tree + 1]! - first;
      team.run(phase.leafOrder, [tree, first, leaves]);
      team.run(phase.levelQuantiles, [tree, first, leaves], [learningRate]);
      const shape = monotoneShape(booster, tree);
      if (shape !== null) {
        const treeValues = values.subarray(first * outputs, (first + leaves) * outputs);
        for (let output = 0; output < outputs; output++) keepMonotone(shape, treeValues, { outputs, output });
      }
      team.run(phase.levelUpdate, [tree, first]);
    }
    const copy = Float64Array.from(values);
    return { ...booster, loss: 'quantile', outputs, levels: [...levels], baseScore, values: copy };
  } finally {
    team.end();
  }
}
