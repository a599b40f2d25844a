import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isAppError } from '../../../core/index.ts';
import type { TrainingSet } from './booster.ts';
import { predictMatrix } from './predict.ts';
import { forecasts, mixedSet, numberMatrix } from './testing.ts';
import { trainBooster } from './train.ts';

const losses = ['squared', 'poisson', 'tweedie', 'quantile'] as const;

test('a constant target is forecast as it is', () => {
  const { matrix } = mixedSet(200);
  for (const loss of losses) {
    const out = forecasts(
      trainBooster({ matrix, target: new Float32Array(200).fill(4) }, { loss, trees: 3 }),
      matrix,
    );
    assert.ok(
      out.every((value) => Math.abs(value - 4) < 1e-6),
      loss,
    );
  }
});

test('all targets 0 is forecast close to 0', () => {
  const { matrix } = mixedSet(100);
  for (const loss of losses) {
    const out = forecasts(
      trainBooster({ matrix, target: new Float32Array(100) }, { loss, trees: 3 }),
      matrix,
    );
    assert.ok(
      out.every((value) => Math.abs(value) < 1e-6),
      loss,
    );
  }
});

test('one row, constant columns, missing columns and no columns give the mean', () => {
  const hostile: TrainingSet[] = [
    { matrix: numberMatrix([[1], [Number.NaN]]), target: Float32Array.of(5) },
    {
      matrix: numberMatrix([new Array(50).fill(3), new Array(50).fill(Number.NaN)]),
      target: new Float32Array(50).fill(5),
    },
    { matrix: { rows: 2, columns: [], values: new Float32Array(0) }, target: Float32Array.of(4, 6) },
  ];
  for (const set of hostile) {
    const out = forecasts(trainBooster(set, { trees: 3 }), set.matrix);
    assert.ok(out.every((value) => Math.abs(value - 5) < 1e-9));
  }
});

test('infinities and values at the end of the range are large values', () => {
  const x = Array.from({ length: 60 }, (_, i) => (i < 20 ? -Infinity : i < 40 ? 3e38 : Infinity));
  const target = Float32Array.from(x, (_, i) => Math.floor(i / 20) * 1e30);
  const matrix = numberMatrix([x]);
  const out = forecasts(
    trainBooster({ matrix, target }, { trees: 60, rowsPerLeafMin: 5, learningRate: 0.3 }),
    matrix,
  );
  out.forEach((value, i) => {
    assert.ok(Math.abs(value - target[i]!) < 1e24, `row ${i}: ${value}`);
  });
});

test('rows beyond the share that a tree sees are forecast too', () => {
  const set = mixedSet(1000);
  const out = forecasts(trainBooster(set, { trees: 60, rowShare: 0.2 }), set.matrix);
  const mse = set.target.reduce((sum, y, i) => sum + (y - out[i]!) ** 2, 0) / 1000;
  assert.ok(mse < 0.5, `mean squared error ${mse}`);
});

test('refuses what cannot be trained on, and says where', () => {
  const { matrix, target } = mixedSet(20);
  const broken = (i: number, value: number): Float32Array => target.with(i, value);
  const cases: [TrainingSet, object, RegExp][] = [
    [{ matrix, target: broken(3, Number.NaN) }, {}, /target is NaN in row 3/],
    [{ matrix, target: broken(4, Infinity) }, {}, /target is Infinity in row 4/],
    [{ matrix, target: broken(5, -1) }, { loss: 'poisson' }, /target is -1 in row 5/],
    [{ matrix, target: broken(5, -1) }, { loss: 'tweedie' }, /target is -1 in row 5/],
    [{ matrix, target: target.subarray(1) }, {}, /19 values for 20 rows/],
    [{ matrix, target, weights: new Float32Array(20) }, {}, /all weights are 0/],
    [{ matrix, target, weights: new Float32Array(20).fill(-1) }, {}, /weights must be/],
    [{ matrix: { ...matrix, rows: 0 }, target }, {}, /needs 0 values/],
    [{ matrix: { rows: 2 ** 24, columns: [], values: new Float32Array(0) }, target }, {}, /too many/],
  ];
  for (const [set, options, message] of cases) {
    assert.throws(
      () => trainBooster(set, options),
      (error) => isAppError(error, 'models/bad-training-set') && message.test(error.message),
    );
  }
  for (const options of [
    { trees: -1 },
    { leaves: 0 },
    { rowShare: 0 },
    { binsMax: 256 },
    { tweediePower: 2 },
    { seed: 0.5 },
  ]) {
    assert.throws(
      () => trainBooster({ matrix, target }, options),
      (error) => isAppError(error, 'models/bad-booster-option'),
    );
  }
});

test('refuses to forecast from other columns than those it learnt from', () => {
  const set = mixedSet(50);
  const booster = trainBooster(set, { trees: 1 });
  const other = mixedSet(50, { columns: 7 });
  assert.throws(
    () => predictMatrix(booster, other.matrix, new Float64Array(50)),
    (error) => isAppError(error, 'models/bad-training-set'),
  );
});
