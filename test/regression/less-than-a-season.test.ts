// Histories shorter than one season had no backtest at all: half a year of weeks got intervals that held everything, 80 % as well.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Rng } from '../../src/core/index.ts';
import { autoPlan } from '../../src/forecasting/evaluate/index.ts';
import { forecastState } from '../../src/forecasting/models/index.ts';
import { fitPanel, toForecaster } from '../../src/services/fitting/index.ts';

const horizon = 8;
const levels = [0.1, 0.5, 0.9];

for (const [frequency, season, length] of [
  ['week', 52, 22],
  ['week', 52, 40],
  ['month', 12, 10],
  ['month', 12, 14],
] as const) {
  test(`the 80 % interval after ${length} periods of ${frequency} holds about 80 %`, async () => {
    const rng = new Rng(length);
    const all = Array.from({ length: 60 }, (_, s) => {
      const size = 50 * (1 + (s % 7));
      return Float64Array.from({ length: length + horizon }, () =>
        Math.round(size * (1 + 0.2 * rng.normal())),
      );
    });
    const series = all.map((values, s) => ({ id: `item ${s}`, start: 0, values: values.slice(0, length) }));
    const panel = { grid: { frequency, weekStart: 1 }, series };
    const fit = await fitPanel({
      panel,
      horizon,
      plan: autoPlan([season]),
      season,
      levels,
      nonNegative: true,
      threads: 0,
    });
    const forecaster = toForecaster(fit, {
      panel,
      horizon,
      seasons: [season],
      nonNegative: true,
      recentCount: 14,
    });
    let inside = 0;
    for (const [s, values] of all.entries()) {
      const state = forecaster.states.at(s) as Float64Array;
      const [low, , high] = forecastState(forecaster, s, { horizon, levels, state }).quantiles;
      for (let h = 0; h < horizon; h++) {
        const actual = values[length + h] as number;
        if (actual >= (low?.[h] as number) && actual <= (high?.[h] as number)) inside++;
      }
    }
    const share = inside / (all.length * horizon);
    assert.ok(share > 0.7 && share < 0.93, `${(100 * share).toFixed(1)} % inside`);
  });
}
