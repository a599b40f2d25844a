import assert from 'node:assert/strict';
import { test } from 'node:test';

import { forecastValueAdded, spreadOf } from './forecast-value.ts';

const of = (...values: number[]): Float64Array => Float64Array.from(values);

test('value added is the share of the naive loss that is saved', () => {
  const ask = { forecast: of(11, 9), naive: of(14, 14), kind: 'absolute' as const };
  assert.equal(forecastValueAdded(of(10, 10), ask), 0.75);
});

test('unknown actuals are skipped, and a naive forecast without error says nothing', () => {
  const ask = { forecast: of(11, 0), naive: of(12, 0), kind: 'absolute' as const };
  assert.equal(forecastValueAdded(of(10, Number.NaN), ask), 0.5);
  assert.ok(Number.isNaN(forecastValueAdded(of(12, 0), ask)));
});

test('the spread leaves out what could not be had', () => {
  assert.deepEqual(spreadOf([Number.NaN, 1, -1, 0.5]), {
    count: 3,
    p10: -1,
    median: 0.5,
    p90: 1,
    positive: 2 / 3,
  });
  assert.equal(spreadOf([Number.NaN]), null);
});
