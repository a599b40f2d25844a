import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ObservationStatus, type Panel } from '../../core/index.ts';
import { countStockouts, holdBack } from './hold-back.ts';

const panel = (...histories: number[][]): Panel => ({
  grid: { frequency: 'step', weekStart: 1 },
  series: histories.map((values, i) => ({ id: `s${i}`, start: 10, values: Float64Array.from(values) })),
});

test('the last horizon of each series is the truth, the rest its history', () => {
  const held = holdBack(panel([1, 2, 3, 4, 5]), { horizon: 2, testSteps: null, fold: 0 });
  assert.deepEqual([...(held.panel.series[0]?.values ?? [])], [1, 2, 3]);
  assert.deepEqual([...(held.actuals[0] ?? [])], [4, 5]);
});

test('a fold further back ends a horizon earlier', () => {
  const held = holdBack(panel([1, 2, 3, 4, 5]), { horizon: 2, testSteps: null, fold: 1 });
  assert.deepEqual([...(held.panel.series[0]?.values ?? [])], [1]);
  assert.deepEqual([...(held.actuals[0] ?? [])], [2, 3]);
});

test('with a split the test steps decide, and the horizon cuts a longer test window', () => {
  const held = holdBack(panel([1, 2, 3, 4, 5, 6]), { horizon: 2, testSteps: Int32Array.of(4), fold: 0 });
  assert.deepEqual([...(held.panel.series[0]?.values ?? [])], [1, 2]);
  assert.deepEqual([...(held.actuals[0] ?? [])], [3, 4]);
});

test('series that cannot be scored are counted by reason', () => {
  const held = holdBack(panel([1, 2], [Number.NaN, 3, 4], [1, Number.NaN, Number.NaN], [1, 2, 3]), {
    horizon: 2,
    testSteps: null,
    fold: 0,
  });
  assert.deepEqual(
    held.panel.series.map(({ id }) => id),
    ['s3'],
  );
  assert.deepEqual(held.skipped, {
    'no known value before the test window': 2,
    'no known value in the test window': 1,
  });
});

test('on a grid of days the window lies at the same time for all, whenever the rows of each end', () => {
  const { series } = panel([1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 5], [1, 2, 3, 4], [1, 2]);
  const days: Panel = { grid: { frequency: 'day', weekStart: 1 }, series };
  const held = holdBack(days, { horizon: 2, testSteps: null, fold: 0 });
  assert.deepEqual(
    held.actuals.map((actual) => [...actual]),
    [[5, 6], [5]],
  );
  assert.deepEqual(
    held.panel.series.map(({ values }) => values.length),
    [4, 4],
  );
  assert.deepEqual(held.skipped, { 'their rows end before the test window': 2 });
  const before = holdBack(days, { horizon: 2, testSteps: null, fold: 1 });
  assert.deepEqual(
    before.actuals.map((actual) => [...actual]),
    [
      [3, 4],
      [3, 4],
      [3, 4],
    ],
  );
  const status = new Uint8Array(5).fill(ObservationStatus.stockout);
  const shelves = {
    ...days,
    series: [...series, { id: 'b', start: 10, values: new Float64Array(5), status }],
  };
  assert.equal(countStockouts(shelves, { horizon: 2, testSteps: null, folds: 1 }).testPeriods, 1);
});

test('a fold before the whole of a series has no test window', () => {
  const held = holdBack(panel([1, 2, 3, 4, 5]), { horizon: 4, testSteps: null, fold: 2 });
  assert.deepEqual([held.actuals.length, held.launches.length], [0, 0]);
});

test('stock-outs are counted in the histories and in the test windows of all folds', () => {
  const { observed, stockout } = ObservationStatus;
  const status = Uint8Array.of(stockout, observed, stockout, observed, stockout, stockout);
  const shelves = {
    ...panel([1, 2, 3, 4, 5, 6]),
    series: [{ id: 'a', start: 0, values: new Float64Array(6), status }],
  };
  const count = (testSteps: Int32Array | null, folds: number): number =>
    countStockouts(shelves, { horizon: 2, testSteps, folds }).testPeriods;
  assert.deepEqual(countStockouts(shelves, { horizon: 2, testSteps: null, folds: 1 }), {
    periods: 4,
    testPeriods: 2,
  });
  assert.deepEqual([count(null, 2), count(null, 9), count(Int32Array.of(3), 1)], [3, 4, 1]);
});
