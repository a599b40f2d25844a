import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exportedForecaster } from '../../../test/fixtures/exported-world.ts';
import { smallModel, smallPanel } from '../../../test/fixtures/small-panel.ts';
import { decodeForecaster, encodeForecaster } from './artifact.ts';
import { type Forecaster, forecastSeries } from './forecaster.ts';
import { selectSeries } from './select-series.ts';

const ask = { horizon: 7, levels: [0.1, 0.9] };

test('a series alone forecasts the bits it did among others, with the models it uses', () => {
  const whole = { ...exportedForecaster(), silences: Float64Array.of(1, 2, 3, 4) };
  const part = decodeForecaster(encodeForecaster(selectSeries(whole, [1])));
  assert.deepEqual(part.ids, [whole.ids[1]]);
  assert.deepEqual(
    part.models.map(({ name }) => name),
    ['ets'],
  );
  assert.deepEqual(part.silences, Float64Array.of(3, 4));
  assert.deepEqual(forecastSeries(part, 0, ask), forecastSeries(whole, 1, ask));
});

test('of a model over all series only the rows of what is beside demand go, and a part of a part is the same', () => {
  const panel = smallPanel({ series: 6, length: 120, ahead: 7 });
  const model = smallModel(panel);
  const { series } = panel;
  const whole: Forecaster = {
    ...exportedForecaster(),
    intervals: {
      levels: [0.1, 0.5, 0.9],
      strata: ['all'],
      horizon: 7,
      offsets: new Float64Array(21),
      ownFrom: 0,
    },
    models: [model],
    trained: model,
    ids: series.map(({ id }) => id),
    modelOf: new Uint16Array(6),
    states: series.map(({ values, start }, i) =>
      model.fit(values, { seasons: [7], horizon: 7, series: i, start }),
    ),
    lastPeriods: Float64Array.from(series, ({ start, values }) => start + values.length - 1),
    scales: new Float64Array(6).fill(1),
    strata: new Uint16Array(6),
    largest: new Float64Array(6).fill(1000),
    recent: series.map(() => new Float64Array(0)),
  };
  const bytes = encodeForecaster(selectSeries(whole, [4, 1]));
  const part = decodeForecaster(bytes);
  assert.ok(bytes.length < encodeForecaster(whole).length);
  assert.deepEqual(part.panelSeries, Float64Array.of(4, 1));
  for (const [i, index] of [4, 1].entries())
    assert.deepEqual(forecastSeries(part, i, ask), forecastSeries(whole, index, ask));
  const smaller = decodeForecaster(encodeForecaster(selectSeries(part, [1])));
  assert.deepEqual(forecastSeries(smaller, 0, ask), forecastSeries(whole, 1, ask));
});
