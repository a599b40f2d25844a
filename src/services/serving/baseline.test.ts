import assert from 'node:assert/strict';
import { test } from 'node:test';

import { baselineForecast } from './baseline.ts';

const levels = [0.025, 0.5, 0.975];
const spreadOf = (...known: number[]): [number, number, number] => {
  const options = { season: 7, nonNegative: true };
  const { quantiles } =
    baselineForecast(Float64Array.from(known), { horizon: 1, levels }, options) ?? assert.fail();
  return [...quantiles] as [number, number, number];
};

test('an interval of one value, or of two alike, is no point; of many it is that of the values', () => {
  for (const known of [[2], [2, 2], [0]]) {
    const [low, middle, high] = spreadOf(...known);
    assert.ok(low >= 0 && low <= middle && high > middle + 1, `${known}: ${low} … ${high}`);
  }
  assert.deepEqual(spreadOf(...new Array(14).fill(2)), [2, 2, 2]);
});
