import assert from 'node:assert/strict';
import { test } from 'node:test';

import { type Panel, Rng } from '../../core/index.ts';
import { autoPlan } from '../../forecasting/evaluate/index.ts';
import {
  decodeForecaster,
  encodeForecaster,
  forecastSeries,
  forecastState,
  selectSeries,
} from '../../forecasting/models/index.ts';
import { fitPanel } from './fit-panel.ts';
import { toForecaster } from './to-forecaster.ts';

test('a stored forecaster knows the closed days of each series, by the day that a forecast is for', async () => {
  const rng = new Rng(8);
  const days = 210;
  const weekly = (start: number, closed: readonly number[]) => ({
    id: `from ${start}`,
    start,
    values: Float64Array.from({ length: days }, (_, t) =>
      closed.includes((start + t) % 7) ? 0 : rng.poisson(50),
    ),
  });
  const panel: Panel = {
    grid: { frequency: 'day', weekStart: 1 },
    series: [weekly(19_000, []), weekly(19_003, [0, 4]), weekly(19_001, [2])],
  };
  const options = { horizon: 7, season: 7, levels: [0.1, 0.5, 0.9], nonNegative: true, threads: 0 };
  const fit = await fitPanel({ panel, plan: autoPlan([7]), ...options });
  const whole = decodeForecaster(
    encodeForecaster(
      toForecaster(fit, { panel, horizon: 7, seasons: [7], nonNegative: true, recentCount: 14 }),
    ),
  );
  const part = selectSeries(whole, [2, 1]);
  const closedAfter = (last: number, { mean }: { mean: Float64Array }): number[] =>
    [...mean].flatMap((value, k) => (value === 0 ? [(last + 1 + k) % 7] : [])).sort();
  const ask = { horizon: 7, levels: [0.1, 0.9] };
  for (const [s, expected] of [[], [0, 4], [2]].entries()) {
    const last = whole.lastPeriods[s] as number;
    assert.deepEqual(closedAfter(last, forecastSeries(whole, s, ask)), expected);
    const state = whole.states.at(s) as Float64Array;
    assert.deepEqual(
      closedAfter(last + 3, forecastState(whole, s, { ...ask, state, advancedBy: 3 })),
      expected,
    );
  }
  assert.deepEqual(closedAfter(part.lastPeriods[0] as number, forecastSeries(part, 0, ask)), [2]);
});
