import assert from 'node:assert/strict';
import { test } from 'node:test';
import { airPassengers } from '../../../../test/fixtures/air-passengers.ts';
import { dotm, dotmWhole } from './dotm.ts';
import { anyShare, fitTheta } from './theta-fit.ts';

const options = { seasons: [12], horizon: 5 };

test('with indices from the whole history, agrees with published forecasts of the airline passengers', () => {
  // Source: statsforecast tests/test_theta.py, `test_auto_theta_models`, DOTM, m = 12, asserted there to 0 decimals. Here
  // 0.1 %: our start level is held near half the first value, theirs is free.
  const out = new Float64Array(5);
  dotmWhole.forecast(dotmWhole.fit(airPassengers, options), out);
  for (const [h, expected] of [442.972, 432.359, 495.57, 482.679, 487.989].entries()) {
    assert.ok(Math.abs(out[h]! / expected - 1) < 1e-3, `step ${h + 1}: ${out[h]}`);
  }
});

test('the fit is at least as good as any point of a fine grid', () => {
  const y = airPassengers.map((value) => value / 280);
  const best = fitTheta(y, anyShare);
  const loss = (alpha: number, trend: number, start: number): number => {
    let level = alpha * y[0]! + (1 - alpha) * start;
    let mean = y[0]!;
    let a = mean;
    let b = 0;
    let sum = (start - y[0]! / 2) ** 2;
    for (let i = 1; i < y.length; i++) {
      const power = (1 - alpha) ** i;
      const forecast = level + trend * (a * power + (b * (1 - power * (1 - alpha))) / alpha);
      if (i >= 3) sum += (y[i]! - forecast) ** 2;
      level = alpha * y[i]! + (1 - alpha) * level;
      b = ((i - 1) * b + (6 * (y[i]! - mean)) / (i + 1)) / (i + 2);
      mean = (i * mean + y[i]!) / (i + 1);
      a = mean - (b * (i + 2)) / 2;
    }
    return sum;
  };
  const reached = loss(best.alpha, best.trend, best.start);
  for (let alpha = 0.1; alpha < 0.99; alpha += 0.04) {
    for (let trend = 0; trend <= 1; trend += 0.1) {
      for (let start = 0; start <= 1; start += 0.1) {
        assert.ok(reached <= loss(alpha, trend, start) * 1.001);
      }
    }
  }
});

test('five closed days in years of daily sales leave the season a factor and the level where it was', () => {
  const weekday = [1.4, 1.2, 0.8, 0.7, 0.8, 1, 1.1];
  const open = Float64Array.from({ length: 700 }, (_, t) => (100 + t / 10) * weekday[t % 7]!);
  const closed = open.map((value, t) => (t % 150 === 149 ? 0 : value));
  const daily = { seasons: [7], horizon: 14 };
  const a = new Float64Array(14);
  const b = new Float64Array(14);
  dotm.forecast(dotm.fit(open, daily), a);
  const state = dotm.fit(closed, daily);
  dotm.update(state, 0);
  dotm.update(state, 0);
  dotm.forecast(state, b);
  for (let h = 0; h < 12; h++) assert.ok(Math.abs(b[h]! / a[h + 2]! - 1) < 0.02, `step ${h + 1}`);
});
