// Rows go through the trees in blocks: that must not show.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Rng } from '../../core/index.ts';
import { blockRows, type TreeEnsemble } from './tree-ensemble.ts';
import { treeAnswers } from './tree-scores.ts';

const columns = 3;
/** One split and two leaves a tree. */
const nodesPerTree = 3;

/** Trees of one split of any kind, and leaves that speak of one target each. */
function randomEnsemble(trees: number, rng: Rng): TreeEnsemble {
  const count = trees * nodesPerTree;
  const of = (values: (tree: number) => readonly number[]): number[] =>
    Array.from({ length: trees }, (_, tree) => values(tree)).flat();
  return {
    outputs: 2,
    columns,
    roots: Int32Array.from({ length: trees }, (_, tree) => tree * nodesPerTree),
    mode: Uint8Array.from(of((tree) => [1 + (tree % 6) + 8 * (tree % 2), 0, 0])),
    feature: Int32Array.from(of((tree) => [tree % columns, 0, 0])),
    threshold: Float32Array.from({ length: count }, () => Math.round(4 * rng.uniform())),
    yes: Int32Array.from(of((tree) => [tree * nodesPerTree + 1, 0, 0])),
    no: Int32Array.from(of((tree) => [tree * nodesPerTree + 2, 0, 0])),
    leafStart: Int32Array.from([0, ...of((tree) => [2 * tree, 2 * tree + 1, 2 * tree + 2])]),
    weightOutput: Int32Array.from({ length: 2 * trees }, (_, i) => i % 2),
    weight: Float32Array.from({ length: 2 * trees }, () => rng.uniform() - 0.5),
    base: [0.5, -0.5],
    average: true,
    transform: 'LOGISTIC',
    classes: null,
  };
}

test('a row gets the same answer among others as alone, missing values included', () => {
  const rng = new Rng(5);
  const ensemble = randomEnsemble(30, rng);
  const stride = columns + 1;
  const rows = 2 * blockRows + 7;
  const x = Float32Array.from({ length: rows * stride }, () =>
    rng.uniform() < 0.2 ? Number.NaN : Math.round(4 * rng.uniform()),
  );
  const together = treeAnswers(ensemble, x, { rows, stride }).scores;
  for (let row = 0; row < rows; row++) {
    const alone = treeAnswers(ensemble, x.subarray(row * stride), { rows: 1, stride }).scores;
    assert.deepEqual(together.slice(2 * row, 2 * row + 2), alone);
  }
});
