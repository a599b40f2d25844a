// A booster laid out in the memory of a team, with rows to send through it.

import { type Booster, type FeatureMatrix, nodeFlag } from './booster.ts';
import { type ForestLayout, forestLayoutFor, forestNode } from './forest-layout.ts';
import { KernelTeam, type TeamOptions } from './kernel-team.ts';

export interface ForestUse {
  readonly purpose: 'scores' | 'quantiles';
  /** Rows held at a time. */
  readonly rows: number;
  readonly outputs: number;
  readonly weighted: boolean;
}

/** A team with the trees in its memory; `end` it in any case. Leaf values are written for the purpose `scores` only. */
export function newForestTeam(
  booster: Booster,
  use: ForestUse,
  options: TeamOptions,
): KernelTeam<ForestLayout> {
  const { roots, leafStarts } = booster;
  const trees = roots.length - 1;
  let leavesPerTree = 0;
  for (let tree = 0; tree < trees; tree++) {
    leavesPerTree = Math.max(leavesPerTree, leafStarts[tree + 1]! - leafStarts[tree]!);
  }
  const team = new KernelTeam(
    ({ threads }) =>
      forestLayoutFor({
        ...use,
        columns: booster.columns.length,
        trees,
        nodes: booster.feature.length,
        leaves: booster.leafRows.length,
        setWords: booster.categorySets.length,
        leavesPerTree,
        threads,
      }),
    options,
  );
  writeTrees(team, booster);
  if (use.purpose === 'scores') {
    new Float64Array(team.buffer, team.layout.valuesAt, booster.values.length).set(booster.values);
  }
  return team;
}

/** A leaf is a node that leads back to itself, so that rows of different depth can walk side by side. */
function writeTrees({ buffer, layout }: KernelTeam<ForestLayout>, booster: Booster): void {
  const { feature, threshold, left, flags } = booster;
  const words = feature.length * (forestNode.bytes / 4);
  const thresholds = new Float32Array(buffer, layout.nodesAt, words);
  const numbers = new Int32Array(buffer, layout.nodesAt, words);
  for (let node = 0; node < feature.length; node++) {
    const at = node * (forestNode.bytes / 4);
    if (feature[node]! < 0) {
      thresholds[at] = Infinity;
      numbers[at + 1] = 0;
      numbers[at + 2] = node * forestNode.bytes;
      numbers[at + 3] = forestNode.leaf + left[node]! * 2 ** forestNode.leafShift;
    } else {
      thresholds[at] = threshold[node]!;
      numbers[at + 1] = feature[node]! * 4;
      numbers[at + 2] = left[node]! * forestNode.bytes;
      numbers[at + 3] =
        ((flags[node]! & nodeFlag.missingLeft) === 0 ? forestNode.missingRight : 0) +
        ((flags[node]! & nodeFlag.category) === 0 ? 0 : forestNode.category);
    }
  }
  new Int32Array(buffer, layout.rootsAt, layout.trees + 1).set(booster.roots);
  new Uint32Array(buffer, layout.setsAt, layout.setWords).set(booster.categorySets);
}

/** Copies rows from … from + count of the matrix to the front of the team's rows, row by row. */
export function stageRows(
  { buffer, layout }: KernelTeam<ForestLayout>,
  matrix: FeatureMatrix,
  from: number,
  count: number,
): void {
  const { columns, rowsAt } = layout;
  const staged = new Float32Array(buffer, rowsAt, count * columns);
  const { rows, values } = matrix;
  // In blocks, so that the scattered writes of a block stay in the cache.
  for (let first = 0; first < count; first += 256) {
    const last = Math.min(count, first + 256);
    for (let c = 0; c < columns; c++) {
      const column = c * rows + from;
      for (let i = first; i < last; i++) staged[i * columns + c] = values[column + i]!;
    }
  }
}
