import assert from 'node:assert/strict';
import { test } from 'node:test';
import type * as api from '../../api.ts';
import { fanOf, saidAhead } from './fan.ts';

const period = (timestamp: string, value: number | null): api.SeriesPeriod => ({
  timestamp,
  value,
  status: 'observed',
});

test('history and steps follow each other, the widest interval first', () => {
  const fan = fanOf({
    history: [period('d1', 4), period('d2', null)],
    forecast: {
      series: 's',
      cutoffAt: 'd2',
      source: 'model',
      version: 1,
      steps: [
        { timestamp: 'd3', mean: 5, quantiles: { '0.1': 3, '0.5': 5, '0.9': 8, '0.025': 1, '0.975': 9 } },
      ],
    },
  });
  assert.deepEqual(fan.timestamps, ['d1', 'd2', 'd3']);
  assert.deepEqual([fan.demand, fan.mean, fan.cutoff], [[4, null, null], [null, null, 5], 1]);
  assert.deepEqual(
    fan.bands.map(({ level, low, high }) => [level, low[2], high[2]]),
    [
      [0.95, 1, 9],
      [0.8, 3, 8],
    ],
  );
});

test('levels without a counterpart make no interval, and nothing to forecast no fan', () => {
  const steps = [{ timestamp: 'd2', mean: 1, quantiles: { '0.5': 1, '0.9': 2 } }];
  const forecast = { series: 's', cutoffAt: 'd1', source: 'model', version: 1, steps } as const;
  assert.deepEqual(fanOf({ history: [period('d1', 1)], forecast: { ...forecast, steps } }).bands, []);
  assert.deepEqual(fanOf({ history: [period('d1', 1)], forecast: null }).mean, [null]);
});

test('of what was said of a period so many steps ahead the newest counts', () => {
  const forecast = (mean: number): api.EarlierForecast =>
    ({
      steps: [
        { timestamp: 'd2', lead: 1, mean, quantiles: {}, actual: 7 },
        { timestamp: 'd3', lead: 2, mean, quantiles: {}, actual: null },
      ],
    }) as unknown as api.EarlierForecast;
  assert.deepEqual(saidAhead([forecast(6), forecast(5)], 1), [{ timestamp: 'd2', mean: 6, actual: 7 }]);
  assert.deepEqual(saidAhead([], 1), []);
});
