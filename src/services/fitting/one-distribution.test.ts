// Mean and quantiles of what is served are one distribution, whichever model serves.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Panel, Rng } from '../../core/index.ts';
import { namedPlan } from '../../forecasting/evaluate/index.ts';
import { catalog, forecastSeries, globalCatalog } from '../../forecasting/models/index.ts';
import { fitPanel } from './fit-panel.ts';
import { toForecaster } from './to-forecaster.ts';

const levels = [0.025, 0.1, 0.3, 0.5, 0.7, 0.9, 0.975];
const horizon = 7;
const parts = 2000;
const dense = Array.from({ length: parts }, (_, i) => (i + 0.5) / parts);

function panelOf(): Panel {
  const rng = new Rng(5);
  const series = Array.from({ length: 9 }, (_, s) => {
    const rate = [1, 0.4, 0.1][s % 3] as number;
    const values = Float64Array.from({ length: 100 }, (_, t) =>
      rng.uniform() < rate ? 1 + rng.poisson(4 + 3 * (t % 7)) : 0,
    );
    return { id: `s${s}`, start: 1, values };
  });
  return { grid: { frequency: 'day', weekStart: 1 }, series };
}

for (const name of [
  ...catalog.map((model) => model.name),
  ...globalCatalog.map((model) => model.name),
  'imapa+tsb',
]) {
  test(`the mean of ${name} is the mean of its quantiles`, async () => {
    const panel = panelOf();
    const plan = namedPlan([name], [7]);
    const fit = await fitPanel({ panel, horizon, plan, season: 7, levels, nonNegative: true, threads: 0 });
    const forecaster = toForecaster(fit, { panel, horizon, seasons: [7], nonNegative: true, recentCount: 0 });
    for (const [s] of panel.series.entries()) {
      const { mean, quantiles } = forecastSeries(forecaster, s, { horizon, levels: dense });
      for (let k = 0; k < horizon; k++) {
        const implied = quantiles.reduce((sum, row) => sum + (row[k] as number), 0) / parts;
        assert.ok(
          Math.abs(implied - (mean[k] as number)) <= 0.01 * Math.abs(mean[k] as number) + 1e-9,
          `series ${s}, step ${k + 1}: ${mean[k]}, by the quantiles ${implied}`,
        );
      }
    }
  });
}
