import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FeatureMatrix } from './booster.ts';
import { predictRow, rawScores } from './predict.ts';
import { withQuantiles } from './quantiles.ts';
import { forecasts, mixedSet } from './testing.ts';
import { trainBooster } from './train.ts';

const set = mixedSet(1003);
const mean = trainBooster(set, { trees: 25 });
const levels = withQuantiles(mean, set, { levels: [0.1, 0.5, 0.9] });

/** The same rows with infinities, unknown codes and values exactly on thresholds. */
function withOddities({ values, ...matrix }: FeatureMatrix): FeatureMatrix {
  const odd = values.slice();
  for (let i = 0; i < odd.length; i += 7)
    odd[i] = [Infinity, -Infinity, Number.NaN, 300, -1, 0.5][(i / 7) % 6]!;
  for (let node = 0; node < 300; node++) {
    const column = mean.feature[node]!;
    if (column >= 0) odd[column * matrix.rows + node] = mean.threshold[node]!;
  }
  return { ...matrix, values: odd };
}

test('many rows at once get what each gets alone, bit for bit', () => {
  const matrix = withOddities(set.matrix);
  for (const booster of [mean, levels]) {
    const together = forecasts(booster, matrix);
    const row = new Float32Array(6);
    const out = new Float64Array(booster.outputs);
    for (let i = 0; i < matrix.rows; i++) {
      for (let c = 0; c < 6; c++) row[c] = matrix.values[c * matrix.rows + i]!;
      predictRow(booster, row, out);
      assert.deepEqual(out, together.slice(i * booster.outputs, (i + 1) * booster.outputs));
    }
  }
});

test('either kernel gives the same scores', () => {
  const matrix = withOddities(set.matrix);
  const [fast, slow] = (['wasm', 'typescript'] as const).map((kernel) => {
    const out = new Float64Array(matrix.rows * 3);
    rawScores(levels, matrix, out, { kernel });
    return out;
  });
  assert.deepEqual(fast, slow);
});

test('a booster that is asked again and again for a few rows gives the same numbers each time', () => {
  const matrix = withOddities(mixedSet(56, { seed: 4 }).matrix);
  for (const booster of [mean, levels]) {
    const row = new Float32Array(6);
    const alone = new Float64Array(matrix.rows * booster.outputs);
    for (let i = 0; i < matrix.rows; i++) {
      for (let c = 0; c < 6; c++) row[c] = matrix.values[c * matrix.rows + i]!;
      predictRow(booster, row, alone.subarray(i * booster.outputs, (i + 1) * booster.outputs));
    }
    for (let time = 0; time < 5; time++) assert.deepEqual(forecasts(booster, matrix), alone);
  }
});
