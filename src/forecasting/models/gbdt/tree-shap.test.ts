import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Rng } from '../../../core/index.ts';
import { explained } from '../drivers.ts';
import type { Booster, FeatureMatrix } from './booster.ts';
import { rawScores } from './predict.ts';
import { trainBooster } from './train.ts';
import { addAttributions } from './tree-shap.ts';
import { inSet } from './walk.ts';

const columns = [
  { name: 'a', kind: 'number' },
  { name: 'b', kind: 'number' },
  { name: 'c', kind: 'category' },
  { name: 'd', kind: 'number' },
] as const;

/** Rows with unknown cells, codes never seen among them, and a target that depends on all columns together. */
function rowsOf(rows: number, seed: number): { matrix: FeatureMatrix; target: Float32Array } {
  const rng = new Rng(seed);
  const values = new Float32Array(rows * columns.length);
  const target = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    const [a, b, c, d] = [rng.uniform(), rng.normal(), rng.below(6), rng.uniform()];
    const cells = [rng.uniform() < 0.1 ? Number.NaN : a, b, rng.uniform() < 0.1 ? Number.NaN : c, d];
    cells.forEach((cell, column) => {
      values[column * rows + row] = cell;
    });
    target[row] = 5 + 3 * a * (c % 2) + (b > 0 ? 2 * d : -d) + 0.2 * rng.normal();
  }
  return { matrix: { rows, columns, values }, target };
}

function trained(loss: 'squared' | 'poisson'): Booster {
  const { matrix, target } = rowsOf(600, 5);
  const set = { matrix, target: target.map((y) => Math.max(0, y)) };
  return trainBooster(set, { loss, trees: 20, leaves: 12, learningRate: 0.2, rowsPerLeafMin: 5 });
}

/** Shapley values by their definition: every order in which features may become known. */
function byDefinition(booster: Booster, matrix: FeatureMatrix, row: number): number[] {
  const count = matrix.columns.length;
  const worth = (known: number): number => {
    let sum = booster.baseScore[0]!;
    for (let tree = 0; tree < booster.roots.length - 1; tree++)
      sum += expected(booster, booster.roots[tree]!, known);
    return sum;
  };
  const rowsBelow = (node: number): number =>
    booster.feature[node]! < 0
      ? booster.leafRows[booster.left[node]!]!
      : rowsBelow(booster.left[node]!) + rowsBelow(booster.left[node]! + 1);
  const expected = (of: Booster, node: number, known: number): number => {
    const column = of.feature[node]!;
    if (column < 0) return of.values[of.left[node]!]!;
    const left = of.left[node]!;
    if ((known & (1 << column)) === 0) {
      const [l, r] = [rowsBelow(left), rowsBelow(left + 1)];
      return (l * expected(of, left, known) + r * expected(of, left + 1, known)) / (l + r);
    }
    const x = matrix.values[column * matrix.rows + row]!;
    const flag = of.flags[node]!;
    const goesLeft =
      flag >= 2
        ? inSet(of.categorySets, of.threshold[node]!, x) !== (flag === 3)
        : Number.isNaN(x)
          ? flag === 1
          : x <= of.threshold[node]!;
    return expected(of, goesLeft ? left : left + 1, known);
  };
  const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1));
  const size = (known: number): number => known.toString(2).replaceAll('0', '').length;
  return Array.from({ length: count }, (_, feature) => {
    let sum = 0;
    for (let known = 0; known < 1 << count; known++) {
      if ((known & (1 << feature)) !== 0) continue;
      const s = size(known);
      const weight = (factorial(s) * factorial(count - s - 1)) / factorial(count);
      sum += weight * (worth(known | (1 << feature)) - worth(known));
    }
    return sum;
  }).concat(worth(0));
}

for (const loss of ['squared', 'poisson'] as const)
  test(`attributions of ${loss} trees are the Shapley values of their definition, and add up to the score`, () => {
    const booster = trained(loss);
    const { matrix } = rowsOf(40, 8);
    const width = columns.length + 1;
    const out = new Float64Array(matrix.rows * width);
    explained(addAttributions(booster, matrix, out));
    const scores = new Float64Array(matrix.rows);
    rawScores(booster, matrix, scores);
    for (let row = 0; row < matrix.rows; row++) {
      const own = out.subarray(row * width, (row + 1) * width);
      byDefinition(booster, matrix, row).forEach((value, i) => {
        assert.ok(Math.abs(own[i]! - value) < 1e-10, `row ${row}, ${i}: ${own[i]} and not ${value}`);
      });
      const sum = own.reduce((total, part) => total + part, 0);
      assert.ok(Math.abs(sum - scores[row]!) < 1e-10 * Math.max(1, Math.abs(scores[row]!)));
    }
  });

test('rows are explained alike whatever rows stand beside them', () => {
  const booster = trained('squared');
  const { matrix } = rowsOf(70, 3);
  const width = columns.length + 1;
  const together = new Float64Array(matrix.rows * width);
  explained(addAttributions(booster, matrix, together));
  for (const row of [0, 31, 32, 69]) {
    const values = Float32Array.from(columns, (_, c) => matrix.values[c * matrix.rows + row]!);
    const alone = new Float64Array(width);
    explained(addAttributions(booster, { rows: 1, columns, values }, alone));
    for (let i = 0; i < width; i++) assert.ok(Math.abs(alone[i]! - together[row * width + i]!) < 1e-12);
  }
});
