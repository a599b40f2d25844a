// Weekly demand with a peak before Christmas was forecast with the peak spread over two weeks: a season of 52 places in a row does not
// keep to the calendar, so a peak lies in one place in some years and in the next one in others.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Panel } from '../../src/core/index.ts';
import { evaluatePanel } from '../../src/services/evaluation/index.ts';
import { weeklyItem } from '../fixtures/weekly-retail.ts';

const horizon = 8;

test('the weeks before Christmas are forecast better than by the same weeks a year ago, alone and beside others', async () => {
  for (const size of [1, 3]) {
    const sums = { errors: 0, naive: 0, demand: 0 };
    for (const weekStart of [0, 1, 4, 6]) {
      const items = endingAtNewYear(weekStart, size);
      const panel: Panel = {
        grid: items[0]?.grid ?? assert.fail(),
        series: items.map(({ values, start }, i) => ({ id: `s${i}`, start, values })),
      };
      await evaluatePanel({
        panel,
        testSteps: null,
        horizon,
        seasons: [52],
        maseSeason: 52,
        folds: 1,
        models: ['dotm+ets'],
        levels: [0.5],
        threads: 0,
        onForecast: ({ seriesId, mean }) => {
          const { values, peak } = items[Number(seriesId.slice(1))] ?? assert.fail();
          for (let k = 0; k < horizon; k++) {
            const t = values.length - horizon + k;
            if (peak[t] !== 1) continue;
            const value = values[t] as number;
            sums.errors += Math.abs((mean[k] as number) - value) / (values[0] as number);
            sums.naive += Math.abs((values[t - 52] as number) - value) / (values[0] as number);
            sums.demand += value / (values[0] as number);
          }
        },
      });
    }
    const { errors, naive, demand } = sums;
    const told = `${size} series: WAPE ${errors / demand}, seasonal naive ${naive / demand}`;
    assert.ok(errors / demand < 0.1, told);
    assert.ok(errors < 0.8 * naive, told);
  }
});

/** Items of six years and more, which all end with the first weeks of the same year. */
function endingAtNewYear(weekStart: number, size: number): ReturnType<typeof weeklyItem>[] {
  const items = Array.from({ length: size }, (_, i) =>
    weeklyItem({ shape: 'christmas', weekStart, years: 7.5, noise: 0.05, seed: weekStart + 9 * i }),
  );
  const end = Math.min(...items.map(({ start, peak }) => start + peak.lastIndexOf(1) + 3));
  return items.map((item) => ({ ...item, values: item.values.slice(0, end - item.start) }));
}
