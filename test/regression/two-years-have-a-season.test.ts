// The test of seasonality of the M competitions finds a smooth season from the fifth cycle on: one product with two years of months
// was forecast flat, with 1.7 times the error of its plain mean, and its 80 % interval held 66 %.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Rng } from '../../src/core/index.ts';
import { autoPlan } from '../../src/forecasting/evaluate/index.ts';
import { forecastState } from '../../src/forecasting/models/index.ts';
import { fitPanel, toForecaster } from '../../src/services/fitting/index.ts';

const levels = [0.1, 0.5, 0.9];

for (const [frequency, season, horizon, length] of [
  ['month', 12, 6, 18],
  ['month', 12, 6, 24],
  ['month', 12, 6, 30],
  ['quarter', 4, 4, 12],
  ['day', 7, 14, 20],
  ['hour', 24, 24, 48],
] as const) {
  test(`one series of ${length} periods of ${frequency} keeps its season`, async () => {
    let error = 0;
    let ofMean = 0;
    let inside = 0;
    const tries = 30;
    for (let seed = 1; seed <= tries; seed++) {
      const rng = new Rng(seed);
      const values = Float64Array.from({ length: length + horizon }, (_, t) =>
        Math.round(200 * (1 + 0.5 * Math.sin((2 * Math.PI * t) / season)) * (1 + 0.15 * rng.normal())),
      );
      const history = values.slice(0, length);
      const panel = {
        grid: { frequency, weekStart: 1 },
        series: [{ id: 'item', start: 0, values: history }],
      };
      const given = { panel, horizon, nonNegative: true };
      const fit = await fitPanel({ ...given, plan: autoPlan([season]), season, levels, threads: 0 });
      const forecaster = toForecaster(fit, { ...given, seasons: [season], recentCount: 14 });
      const state = forecaster.states.at(0) as Float64Array;
      const { mean, quantiles } = forecastState(forecaster, 0, { horizon, levels, state });
      const usual = history.reduce((a, b) => a + b, 0) / length;
      for (let h = 0; h < horizon; h++) {
        const actual = values[length + h]!;
        error += Math.abs(actual - mean[h]!);
        ofMean += Math.abs(actual - usual);
        if (actual >= quantiles[0]![h]! && actual <= quantiles[2]![h]!) inside++;
      }
    }
    assert.ok(error < 0.85 * ofMean, `error ${(error / ofMean).toFixed(2)} of that of the mean`);
    const share = inside / (tries * horizon);
    assert.ok(share > 0.6, `${(100 * share).toFixed(0)} % inside the 80 % interval`);
  });
}
