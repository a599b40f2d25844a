// One regular item among sparse ones took its quantiles from their zeros: P50 = 0 for a mean of 105.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { type Panel, Rng } from '../../src/core/index.ts';
import { evaluatePanel } from '../../src/services/evaluation/index.ts';

test('a regular item in a sparse panel has quantiles around its demand', async () => {
  const rng = new Rng(3);
  const months = 40;
  const panel: Panel = {
    grid: { frequency: 'month', weekStart: 1 },
    series: Array.from({ length: 21 }, (_, s) => ({
      id: s === 0 ? 'fast' : `slow ${s}`,
      start: 0,
      values: Float64Array.from({ length: months }, () =>
        s === 0 ? 100 + 8 * rng.normal() : rng.uniform() < 0.15 ? 1 + rng.below(4) : 0,
      ),
    })),
  };
  const levels = [0.1, 0.5, 0.9];
  let found: number[] = [];
  await evaluatePanel({
    panel,
    testSteps: null,
    horizon: 6,
    seasons: [12],
    maseSeason: 12,
    folds: 1,
    models: 'auto',
    levels,
    threads: 0,
    onForecast: ({ seriesId, quantiles, actual }) => {
      if (seriesId === 'fast') found = levels.map((_, l) => quantiles[l * actual.length] as number);
    },
  });
  const [low = 0, middle = 0, high = 0] = found;
  assert.ok(low > 60 && low < 100, `P10 ${low}`);
  assert.ok(Math.abs(middle - 100) < 12, `P50 ${middle}`);
  assert.ok(high > 100 && high < 140, `P90 ${high}`);
});
