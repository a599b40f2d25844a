import assert from 'node:assert/strict';
import { test } from 'node:test';

import { isAppError, type Panel, Rng } from '../../core/index.ts';
import { type EvaluatePanelOptions, evaluatePanel } from './evaluate-panel.ts';

/** Seasonal series, a few of them sparse. */
function pretendPanel(count: number, length: number): Panel {
  const rng = new Rng(5);
  return {
    grid: { frequency: 'month', weekStart: 1 },
    series: Array.from({ length: count }, (_, s) => ({
      id: `item ${s}`,
      start: 0,
      values: Float64Array.from({ length }, (_, t) => {
        if (s % 5 === 0) return rng.uniform() < 0.3 ? rng.poisson(4) : 0;
        return 100 + s + 20 * Math.sin((2 * Math.PI * t) / 12) + 3 * rng.normal();
      }),
    })),
  };
}

const options = (change: Partial<EvaluatePanelOptions> = {}): EvaluatePanelOptions => ({
  panel: pretendPanel(20, 60),
  testSteps: null,
  horizon: 6,
  seasons: [12],
  maseSeason: 12,
  folds: 1,
  models: 'auto',
  levels: [0.1, 0.5, 0.9],
  threads: 0,
  ...change,
});

test('the result does not depend on the number of threads', async () => {
  const [alone, together] = await Promise.all([
    evaluatePanel(options()),
    evaluatePanel(options({ threads: 3 })),
  ]);
  assert.deepEqual(together.selected.metrics, alone.selected.metrics);
  assert.deepEqual(together.selected.chosen, alone.selected.chosen);
  assert.deepEqual(
    together.models.map(({ name, metrics }) => [name, metrics]),
    alone.models.map(({ name, metrics }) => [name, metrics]),
  );
});

test('the automatic choice does far better than seasonal naive on seasonal series', async () => {
  const all = pretendPanel(40, 60);
  const panel = { ...all, series: all.series.filter((_, s) => s % 5 !== 0) };
  const { selected, models } = await evaluatePanel(options({ panel }));
  const naive = models.find(({ name }) => name === 'snaive')?.metrics.rmsse ?? 0;
  assert.ok((selected.metrics.rmsse ?? 9) < 0.9 * naive);
  assert.ok(Math.abs((selected.metrics.coverage['0.8'] ?? 0) - 0.8) < 0.15);
});

test('intervals hold where the history is no longer than the horizon', async () => {
  const rng = new Rng(9);
  const series = Array.from({ length: 60 }, (_, s) => ({
    id: `item ${s}`,
    start: 0,
    values: Float64Array.from({ length: 48 }, () => 50 + 8 * rng.normal()),
  }));
  const panel: Panel = { grid: { frequency: 'day', weekStart: 1 }, series };
  const { selected } = await evaluatePanel(
    options({ panel, horizon: 24, seasons: [7], maseSeason: 7, models: ['mean-demand', 'ses'] }),
  );
  assert.ok(Math.abs((selected.metrics.coverage['0.8'] ?? 0) - 0.8) < 0.1);
});

test('the truth of the test window changes nothing but the scores', async () => {
  const panel = pretendPanel(10, 60);
  const changed: Panel = {
    ...panel,
    series: panel.series.map((one) => ({ ...one, values: one.values.map((y, t) => (t < 54 ? y : 1e6)) })),
  };
  const forecastsOf = async (given: Panel): Promise<unknown[]> => {
    const found: unknown[] = [];
    await evaluatePanel(
      options({
        panel: given,
        onForecast: ({ seriesId, model, mean, quantiles }) => found.push([seriesId, model, mean, quantiles]),
      }),
    );
    return found;
  };
  assert.deepEqual(await forecastsOf(changed), await forecastsOf(panel));
});

test('named models are scored one by one, pools too, and one of them is selected', async () => {
  const { models, selected } = await evaluatePanel(options({ models: ['snaive', 'ets+snaive'] }));
  assert.deepEqual(
    models.map(({ name }) => name),
    ['snaive', 'ets+snaive'],
  );
  for (const name of Object.keys(selected.chosen.model)) assert.ok(['snaive', 'ets+snaive'].includes(name));
});

test('folds add up', async () => {
  const { series } = await evaluatePanel(options({ folds: 2, models: ['snaive'] }));
  assert.equal(series, 40);
});

test('windows that are passed over are not looked at', async () => {
  const both = await evaluatePanel(options({ folds: 2, models: ['snaive'] }));
  const older = await evaluatePanel(options({ newestPassed: 1, models: ['snaive'] }));
  const [, second] = both.selected.windows;
  assert.equal(older.series, 20);
  assert.equal(older.selected.metrics.mase, second?.mase);
  assert.notEqual(older.selected.metrics.mase, both.selected.windows[0]?.mase);
});

test('a panel with nothing to score says why', async () => {
  await assert.rejects(evaluatePanel(options({ panel: pretendPanel(3, 5) })), (error) => {
    assert.ok(isAppError(error, 'train/not-enough-data'));
    assert.match(error.message, /3 × no known value before the test window/);
    return true;
  });
});

test('constant, empty and single series are scored without NaN', async () => {
  const panel: Panel = {
    grid: { frequency: 'day', weekStart: 1 },
    series: [
      { id: 'constant', start: 0, values: new Float64Array(40).fill(7) },
      { id: 'zero', start: 0, values: new Float64Array(40) },
      { id: 'short', start: 32, values: Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8) },
    ],
  };
  const { selected } = await evaluatePanel(options({ panel, seasons: [7], maseSeason: 7 }));
  assert.ok(!JSON.stringify(selected).includes('NaN'));
  assert.equal(selected.metrics.counts.smape, 3);
});

test('demand that is always the same is forecast without a width: no error was ever made', async () => {
  const series = [{ id: 'constant', start: 0, values: new Float64Array(40).fill(7) }];
  const panel: Panel = { grid: { frequency: 'month', weekStart: 1 }, series };
  const seen: Float64Array[] = [];
  await evaluatePanel(options({ panel, onForecast: ({ quantiles }) => void seen.push(quantiles) }));
  assert.equal(seen.length, 1);
  assert.ok(seen[0]?.every((quantile) => Math.abs(quantile - 7) < 1e-9));
});
