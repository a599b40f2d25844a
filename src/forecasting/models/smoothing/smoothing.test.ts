import assert from 'node:assert/strict';
import { test } from 'node:test';
import { airPassengers } from '../../../../test/fixtures/air-passengers.ts';
import { fitAdditive } from './additive-fit.ts';
import { ets } from './ets.ts';
import { multiSeason } from './multi-season.ts';

const noSeason = new Float64Array(0);
const options = { seasons: [12], horizon: 12 };

// Source: statsmodels 0.15.0, SimpleExpSmoothing and ExponentialSmoothing(trend='add'), initialization_method='estimated'.
test('simple smoothing reaches the squared error of statsmodels', () => {
  const y = Float64Array.from({ length: 60 }, (_, t) => 20 + 3 * Math.sin(t * t) + 2 * Math.sin(t / 9));
  const fit = fitAdditive(y, noSeason, { slope: false, damped: false });
  assert.ok(fit.loss <= 320.9202 * 1.0001, String(fit.loss));
  assert.ok(Math.abs(fit.alpha - 0.1891) < 0.01 && Math.abs(fit.level - 20.59) < 0.1);
});

test('level and trend reach the squared error of statsmodels', () => {
  const y = Float64Array.from({ length: 60 }, (_, t) => (20 + 0.5 * t + 3 * Math.sin(t * t)) / 35);
  const fit = fitAdditive(y, noSeason, { slope: true, damped: false });
  assert.ok(fit.loss <= (249.6649 / 35 ** 2) * 1.001, String(fit.loss * 35 ** 2));
});

test('the loss reported is the squared error of the parameters reported', () => {
  const y = airPassengers.map((value) => value / 280);
  const { alpha, beta, phi, level, slope, loss } = fitAdditive(y, noSeason, { slope: true, damped: true });
  let l = level;
  let b = slope;
  let sum = 0;
  for (const value of y) {
    const p = l + phi * b;
    const e = value - p;
    sum += e * e;
    l = p + alpha * e;
    b = phi * b + beta * e;
  }
  assert.ok(Math.abs(sum - loss) <= 1e-9 * sum, `${sum} and ${loss}`);
});

test('ETS carries the season and the trend of the airline passengers on: a quarter better than the last year repeated', () => {
  const out = new Float64Array(12);
  ets.forecast(ets.fit(airPassengers.subarray(0, 132), options), out);
  let error = 0;
  let repeated = 0;
  for (let h = 0; h < 12; h++) {
    const actual = airPassengers[132 + h]!;
    error += Math.abs(out[h]! / actual - 1);
    repeated += Math.abs(airPassengers[120 + h]! / actual - 1);
  }
  assert.ok(error < 0.75 * repeated, `${error} against ${repeated}`);
});

test('smoothing of two seasons follows both', () => {
  const y = Float64Array.from(
    { length: 24 * 7 * 5 },
    (_, t) => 100 + 30 * Math.sin((2 * Math.PI * t) / 24) + (Math.floor(t / 24) % 7 === 6 ? -40 : 0),
  );
  const out = new Float64Array(24 * 7);
  const train = y.subarray(0, 24 * 7 * 4);
  multiSeason.forecast(multiSeason.fit(train, { seasons: [24, 168], horizon: 168 }), out);
  for (let h = 0; h < out.length; h++) assert.ok(Math.abs(out[h]! - y[train.length + h]!) < 4, `hour ${h}`);
});
