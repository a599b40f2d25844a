import assert from 'node:assert/strict';
import { test } from 'node:test';
import { airPassengers } from '../../../test/fixtures/air-passengers.ts';
import { centredAverage, seasonalIndices, seasonalityRatio } from './decompose.ts';
import { autocorrelation, mean, meanAbsolute, median, quantile, variance } from './stats.ts';

const nan = Number.NaN;

test('statistics skip unknown values, and of nothing are NaN', () => {
  const values = [nan, 1, -2, 4, nan];
  assert.equal(mean(values), 1);
  assert.equal(meanAbsolute(values), 7 / 3);
  assert.equal(variance(values), 6);
  assert.equal(median(values), 1);
  for (const statistic of [mean, meanAbsolute, variance, median]) assert.ok(Number.isNaN(statistic([nan])));
});

test('quantiles interpolate as type 7', () => {
  assert.equal(quantile([4, 1, 3, 2], 0.5), 2.5);
  assert.equal(quantile([4, 1, 3, 2], 0.25), 1.75);
  assert.equal(quantile([4, 1, 3, 2], 1), 4);
});

test('autocorrelations of the airline passengers agree with statsmodels', () => {
  // statsmodels 0.15.0, acf(y, nlags=12), to 6 decimals.
  const rho = autocorrelation(airPassengers, 12);
  assert.ok(Math.abs(rho[1]! - 0.948047) < 1e-6);
  assert.ok(Math.abs(rho[12]! - 0.760395) < 1e-6);
  assert.deepEqual([...autocorrelation(new Float64Array(9).fill(3), 2)], [1, 0, 0]);
});

test('a centred average of even order weighs every phase the same', () => {
  const seasonal = Float64Array.from({ length: 20 }, (_, t) => 10 + [3, -1, -1, -1][t % 4]!);
  const average = centredAverage(seasonal, 4);
  assert.ok(Number.isNaN(average[1]!) && Number.isNaN(average[18]!));
  for (let t = 2; t < 18; t++) assert.ok(Math.abs(average[t]! - 10) < 1e-12);
});

test('seasonal indices are recovered exactly and normalised', () => {
  const factors = [0.5, 1.5, 1.2, 0.8];
  const product = Float64Array.from({ length: 24 }, (_, t) => 7 * factors[t % 4]!);
  for (const [k, index] of seasonalIndices(product, 4, 'multiplicative').entries()) {
    assert.ok(Math.abs(index - factors[k]!) < 1e-12);
  }
  const sum = Float64Array.from({ length: 24 }, (_, t) => 7 + t + factors[t % 4]!);
  for (const [k, index] of seasonalIndices(sum, 4, 'additive').entries()) {
    assert.ok(Math.abs(index - (factors[k]! - 1)) < 1e-12);
  }
});

test('the season test sees the season of the airline passengers and none in a short or constant history', () => {
  assert.ok(seasonalityRatio(airPassengers, 12) > 1);
  assert.equal(seasonalityRatio(airPassengers.subarray(0, 24), 12), 0);
  assert.equal(seasonalityRatio(new Float64Array(60).fill(2), 12), 0);
});
