// Demand of working days under `gaps: zero` was classed by its weekend zeros: P10 = 0 on working days, P90 above 0 on Saturdays.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { type Panel, Rng } from '../../src/core/index.ts';
import { evaluatePanel } from '../../src/services/evaluation/index.ts';

test('series of working days have quantiles around their demand on these, and nothing on the others', async () => {
  const rng = new Rng(5);
  const days = 400;
  const panel: Panel = {
    grid: { frequency: 'day', weekStart: 1 },
    series: [120, 40].map((level, s) => ({
      id: `item ${s}`,
      start: 19_000,
      values: Float64Array.from({ length: days }, (_, t) => (t % 7 < 5 ? rng.poisson(level) : 0)),
    })),
  };
  const levels = [0.1, 0.5, 0.9];
  await evaluatePanel({
    panel,
    testSteps: null,
    horizon: 14,
    seasons: [7],
    maseSeason: 7,
    folds: 1,
    models: 'auto',
    levels,
    threads: 0,
    onForecast: ({ seriesId, firstPeriod, mean, quantiles }) => {
      const level = seriesId === 'item 0' ? 120 : 40;
      for (let k = 0; k < 14; k++) {
        const [low, middle, high] = levels.map((_, l) => quantiles[l * 14 + k] as number) as [
          number,
          number,
          number,
        ];
        const open = (firstPeriod - 19_000 + k) % 7 < 5;
        const about = `${seriesId}, step ${k + 1}: ${mean[k]} ${low} ${middle} ${high}`;
        if (!open) assert.deepEqual([mean[k], low, middle, high], [0, 0, 0, 0], about);
        else assert.ok(low > 0.6 * level && low < middle && middle < high && high < 1.5 * level, about);
      }
    },
  });
});
