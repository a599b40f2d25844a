import assert from 'node:assert/strict';
import { test } from 'node:test';
import { smallModel, smallPanel } from '../../../../test/fixtures/small-panel.ts';
import { isAppError, lastPeriod } from '../../../core/index.ts';
import { decodeForecaster, decodeForecasterInSlices, encodeForecaster } from '../artifact.ts';
import { modelAmong } from '../catalog.ts';
import { type Forecaster, forecastNewSeries, forecastSeries } from '../forecaster.ts';

const panel = smallPanel({ series: 12, length: 70, ahead: 7 });
const trained = smallModel(panel, { booster: { trees: 10, leaves: 5 } });
const model = modelAmong('gbdt+ses', new Map([['gbdt', trained]]));
const levels = [0.1, 0.5, 0.9];

const forecaster: Forecaster = {
  grid: panel.grid,
  horizon: 7,
  seasons: [7],
  nonNegative: true,
  intervals: {
    levels,
    strata: ['all', 'all, quantiles of the model'],
    horizon: 7,
    offsets: Float64Array.from({ length: 2 * 7 * 3 }, (_, i) => (i % 3) - 1),
    ownFrom: 1,
  },
  models: [model],
  trained,
  ids: panel.series.map(({ id }) => id),
  modelOf: new Uint16Array(12),
  states: panel.series.map(({ values, start }, series) =>
    model.fit(values, { seasons: [7], horizon: 7, series, start }),
  ),
  lastPeriods: Float64Array.from(panel.series, lastPeriod),
  scales: new Float64Array(12).fill(2),
  strata: new Uint16Array(12).fill(1),
  largest: new Float64Array(12).fill(100),
  recent: panel.series.map(() => new Float64Array(0)),
};

const ask = { horizon: 7, levels: [0.05, 0.1, 0.4, 0.9] };

test('a forecaster with a model over all series survives saving, to the last bit', async () => {
  const bytes = encodeForecaster(forecaster);
  const read = decodeForecaster(bytes.slice());
  const inSlices = await decodeForecasterInSlices(bytes.slice(), async () => {});
  assert.deepEqual(encodeForecaster(read), bytes);
  assert.deepEqual(encodeForecaster(inSlices), bytes);
  for (let s = 0; s < 12; s++) {
    const before = forecastSeries(forecaster, s, ask);
    assert.deepEqual(forecastSeries(read, s, ask), before);
    assert.deepEqual(forecastSeries(inSlices, s, ask), before);
    assert.ok(
      before.quantiles.every((row, l) => row.every((q, k) => q >= (before.quantiles[l - 1]?.[k] ?? 0))),
    );
  }
  const launch = { attributes: { kind: 'large' }, after: 169 };
  assert.deepEqual(forecastNewSeries(read, launch, ask), forecastNewSeries(forecaster, launch, ask));
});

test('a changed byte anywhere is noticed', () => {
  const bytes = encodeForecaster(forecaster);
  for (let at = 5; at < bytes.length; at += Math.floor(bytes.length / 40)) {
    const broken = bytes.slice();
    broken[at] = (broken[at] as number) ^ 4;
    assert.throws(
      () => decodeForecaster(broken),
      (error) => isAppError(error, 'models/corrupt-state'),
    );
  }
});
