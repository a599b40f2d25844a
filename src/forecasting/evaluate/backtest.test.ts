import assert from 'node:assert/strict';
import { test } from 'node:test';

import { modelOf } from '../models/index.ts';
import { backtestSeries } from './backtest.ts';
import { type BacktestTable, candidateErrors, newBacktestTable } from './backtest-table.ts';

const names = ['snaive', 'dotm', 'ets', 'imapa'];

function backtest(history: Float64Array): BacktestTable {
  const table = newBacktestTable({
    models: names,
    seriesCount: 1,
    originsMax: 3,
    horizon: 6,
    nonNegative: true,
  });
  backtestSeries(
    history,
    { models: names.map(modelOf), season: 12 },
    { table, series: 0, costs: new Float64Array(4) },
  );
  return table;
}

const wave = (n: number): Float64Array =>
  Float64Array.from({ length: n }, (_, t) => 50 + t + 10 * Math.sin((2 * Math.PI * t) / 12));

test('errors are the truth less the forecast of each origin', () => {
  const history = wave(60);
  const table = backtest(history);
  assert.equal(table.origins[0], 3);
  const errors = new Float64Array(6);
  candidateErrors(table, { candidate: { name: 'snaive', members: [0] }, series: 0, origin: 1 }, errors);
  // Origin 1 is after 48 periods; the season repeats and the trend adds 12.
  for (const error of errors) assert.ok(Math.abs(error - 12) < 1e-4);
});

test('what happens after an origin moves no forecast made there by one bit', () => {
  const history = wave(60);
  const before = backtest(history);
  const changed = history.slice();
  for (let t = 48; t < 60; t++) changed[t] = 1e6 * (t - 47);
  const after = backtest(changed);
  // Origins are after 54, 48 and 42 periods: the last two know nothing of the change.
  for (let m = 0; m < names.length; m++) {
    const from = (m * 3 + 1) * 6;
    assert.deepEqual(after.forecasts.subarray(from, from + 12), before.forecasts.subarray(from, from + 12));
  }
  assert.deepEqual(after.scales.subarray(1), before.scales.subarray(1));
  assert.deepEqual(after.strata.subarray(1), before.strata.subarray(1));
});

test('a pool is the mean of its members, cut at zero after the mean', () => {
  const table = newBacktestTable({
    models: ['a', 'b'],
    seriesCount: 1,
    originsMax: 1,
    horizon: 2,
    nonNegative: true,
  });
  table.forecasts.set([-4, 4, 2, 2]);
  table.actuals.set([1, 1]);
  const errors = new Float64Array(2);
  candidateErrors(table, { candidate: { name: 'a+b', members: [0, 1] }, series: 0, origin: 0 }, errors);
  assert.deepEqual([...errors], [1, -2]);
});

test('a history too short for a fold leaves no trace', () => {
  const table = backtest(wave(10));
  assert.equal(table.origins[0], 0);
  assert.ok(table.forecasts.every((value) => value === 0));
});
