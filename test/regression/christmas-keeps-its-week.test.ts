// Weekly demand with a peak before Christmas was forecast with the peak spread over two weeks: a season of 52 places in a row does not
// keep to the calendar, so a peak lies in one place in some years and in the next one in others.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Panel } from '../../src/core/index.ts';
import { evaluatePanel } from '../../src/services/evaluation/index.ts';
import { weeklyItem } from '../fixtures/weekly-retail.ts';

const horizon = 8;

test('the weeks before Christmas are forecast better than by the same weeks a year ago, alone and beside others', async () => {
  for (const weekStart of [0, 1, 4, 6]) {
    for (const size of [1, 3]) {
      const items = Array.from({ length: size }, (_, i) => endingAtNewYear(weekStart, 10 * weekStart + i));
      const panel: Panel = {
        grid: items[0]?.grid ?? assert.fail(),
        series: items.map(({ values, start }, i) => ({ id: `s${i}`, start, values })),
      };
      let errors = 0;
      let naive = 0;
      let demand = 0;
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
            errors += Math.abs((mean[k] as number) - (values[t] as number));
            naive += Math.abs((values[t - 52] as number) - (values[t] as number));
            demand += values[t] as number;
          }
        },
      });
      assert.ok(demand > 0);
      const told = `weeks from ${weekStart}, ${size} series: WAPE ${errors / demand}, seasonal naive ${naive / demand}`;
      assert.ok(errors / demand < 0.12, told);
      assert.ok(errors < naive, told);
    }
  }
});

/** Of six years and a half, up to the first week of a year. */
function endingAtNewYear(weekStart: number, seed: number): ReturnType<typeof weeklyItem> {
  const item = weeklyItem({ shape: 'christmas', weekStart, years: 7.5, noise: 0.05, seed });
  const end = item.peak.lastIndexOf(1) + 3;
  return { ...item, values: item.values.slice(0, end), peak: item.peak.slice(0, end) };
}
