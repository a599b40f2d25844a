import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
  encodeForecaster,
  type Forecaster,
  forecastSeries,
  modelOf,
} from '../../forecasting/models/index.ts';
import { decodeServable, servableOf } from './from-forecaster.ts';
import { HotStates } from './hot-states.ts';

/** 40 periods of two series, ending at period 39; `more` periods are learnt by updates, not by the fit. */
function fitted(length: number): Forecaster {
  const names = ['dotm+ets', 'tsb'];
  const models = names.map(modelOf);
  const histories = [
    Float64Array.from({ length }, (_, t) => 100 + t + 20 * Math.sin((t * Math.PI) / 6)),
    Float64Array.from({ length }, (_, t) => (t % 5 === 0 ? 3 : 0)),
  ];
  return {
    grid: { frequency: 'month', weekStart: 1 },
    horizon: 2,
    seasons: [12],
    nonNegative: true,
    intervals: {
      levels: [0.1, 0.5, 0.9],
      strata: ['all'],
      horizon: 2,
      offsets: Float64Array.from([-1, 0.1, 1.2, -2, 0.2, 2.5]),
    },
    models,
    ids: ['a', 'b'],
    modelOf: Uint16Array.of(0, 1),
    states: histories.map((history, i) => {
      const state = models[i]!.fit(history.subarray(0, 40), { seasons: [12], horizon: 2 });
      for (const value of history.subarray(40)) models[i]!.update(state, value);
      return state;
    }),
    lastPeriods: Float64Array.of(length - 1, length - 1),
    scales: Float64Array.of(10, 2),
    strata: Uint16Array.of(0, 0),
    largest: Float64Array.from(histories, (history) => Math.max(...history)),
    recent: histories.map((history) => history.slice(-12)),
  };
}

function valueAt(series: number, t: number): number {
  return series === 0 ? 100 + t + 20 * Math.sin((t * Math.PI) / 6) : t % 5 === 0 ? 3 : 0;
}

test('states advanced row by row, out of order and with corrections forecast like states that saw all in order', async () => {
  const artifact = fitted(40);
  const model = await decodeServable(encodeForecaster(artifact), () => Promise.resolve());
  const hot = new HotStates(model, 'missing');
  const expected = fitted(60);
  const ask = { horizon: 3, levels: [0.1, 0.3, 0.9] };
  for (const series of [0, 1]) {
    const order = Array.from({ length: 20 }, (_, i) => 40 + ((i * 7) % 20));
    // Period 45 first arrives wrong.
    hot.observe(series, { seriesId: '', period: 45, value: 999, status: 0 });
    for (const period of order)
      hot.observe(series, { seriesId: '', period, value: valueAt(series, period), status: 0 });
    const state = hot.stateAt(series, 59);
    assert.ok(state);
    const got = model.forecast(series, state, ask);
    const want = forecastSeries(expected, series, ask);
    assert.deepEqual([...got.mean], [...want.mean]);
    assert.deepEqual(
      [...got.quantiles],
      want.quantiles.flatMap((row) => [...row]),
    );
  }
});

test('the artifact is not changed by serving it', async () => {
  const artifact = fitted(40);
  const model = await decodeServable(encodeForecaster(artifact), () => Promise.resolve());
  const before = model.state(0).slice();
  const hot = new HotStates(model, 'zero');
  hot.observe(0, { seriesId: 'a', period: 44, value: 5, status: 0 });
  hot.stateAt(0, 50);
  assert.deepEqual(model.state(0), before);
});

test('keeps the newest values across the end of the snapshot', async () => {
  const artifact = fitted(40);
  const model = await decodeServable(encodeForecaster(artifact), () => Promise.resolve());
  const hot = new HotStates(model, 'zero');
  hot.observe(1, { seriesId: 'b', period: 41, value: 9, status: 0 });
  // Periods 35 … 39 from the artifact, 40 a gap, 41 the row, 42 not yet here.
  assert.deepEqual([...hot.window(1, 42, 8)], [3, 0, 0, 0, 0, 0, 9, 0]);
});

test('of the series of one forecaster those look at plans whose own model does', () => {
  const artifact = fitted(40);
  const [first, second] = artifact.models;
  const plan = { varying: [{ name: 'price', role: 'known' }], historyPeriods: 1, horizon: 2 };
  const model = servableOf({
    ...artifact,
    models: [{ ...first, features: () => new Float64Array(1) }, second],
    trained: { parts: { plan } },
  } as unknown as Forecaster);
  assert.deepEqual(model.knownColumns, ['price']);
  assert.deepEqual([model.looksAhead?.(0), model.looksAhead?.(1)], [true, false]);
});
