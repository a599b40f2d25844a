// After a fall of the level to a quarter, Saturdays were forecast as high above the other days as they had been before it.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { type Panel, Rng } from '../../src/core/index.ts';
import { evaluatePanel } from '../../src/services/evaluation/index.ts';

const week = [1, 1, 1, 1, 1.2, 1.5, 0.8] as const;

test('a week after its level fell a series is forecast by the week of the new level, alone and beside others', async () => {
  for (const size of [1, 4]) {
    const rng = new Rng(11);
    const days = 700;
    const horizon = 14;
    const series = Array.from({ length: size }, (_, s) => ({
      id: `s${s}`,
      start: 0,
      values: Float64Array.from({ length: days }, (_, t) => {
        const level = s === 0 && t >= days - horizon - 6 ? 50 : 200;
        return Math.max(1, Math.round(level * (week[t % 7] ?? 1) + 7 * rng.normal()));
      }),
    }));
    const panel: Panel = { grid: { frequency: 'day', weekStart: 1 }, series };
    const means = new Map<string, Float64Array>();
    await evaluatePanel({
      panel,
      testSteps: null,
      horizon,
      seasons: [7],
      maseSeason: 7,
      folds: 1,
      models: ['ets', 'dotm'],
      levels: [0.5],
      threads: 0,
      onForecast: ({ seriesId, mean }) => means.set(seriesId, mean.slice(0, horizon)),
    });
    const mean = means.get('s0') ?? assert.fail();
    for (let k = 0; k < horizon; k++) {
      const right = 50 * (week[(days - horizon + k) % 7] ?? 1);
      assert.ok(
        Math.abs((mean[k] ?? 0) / right - 1) < 0.25,
        `${size} series, day ${k}: ${mean[k]}, ${right} is right`,
      );
    }
  }
});
