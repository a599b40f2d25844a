import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeForecaster, encodeForecaster } from './artifact.ts';
import { modelOf } from './catalog.ts';
import type { Forecaster } from './forecaster.ts';
import { goldenFault } from './golden.ts';

function forecaster(series: number): Forecaster {
  const model = modelOf('ets');
  const histories = Array.from({ length: series }, (_, s) =>
    Float64Array.from({ length: 30 }, (_, t) => 10 + s + (t % 7)),
  );
  return {
    grid: { frequency: 'day', weekStart: 1 },
    horizon: 5,
    seasons: [7],
    nonNegative: true,
    intervals: { levels: [0.1, 0.9], strata: ['all'], horizon: 1, offsets: Float64Array.of(-1, 1) },
    models: [model],
    ids: histories.map((_, s) => `s${s}`),
    modelOf: new Uint16Array(series),
    states: histories.map((history) => model.fit(history, { seasons: [7], horizon: 5 })),
    lastPeriods: new Float64Array(series).fill(30),
    scales: new Float64Array(series).fill(1),
    strata: new Uint16Array(series),
    largest: new Float64Array(series).fill(100),
    recent: histories,
  };
}

test('an artifact forecasts where it is read as where it was written', () => {
  for (const series of [1, 15, 16, 17, 100]) {
    const read = decodeForecaster(encodeForecaster(forecaster(series)));
    assert.equal(read.golden?.length, Math.ceil(series / Math.max(1, Math.ceil(series / 16))) * 3 * 5);
    assert.equal(goldenFault(read), undefined);
  }
});

test('a program that forecasts other numbers is found out, and says of which series', () => {
  const read = decodeForecaster(encodeForecaster(forecaster(20)));
  const louder = {
    ...modelOf('ets'),
    forecast: (state: Float64Array, out: Float64Array): void => {
      modelOf('ets').forecast(state, out);
      for (let k = 0; k < out.length; k++) out[k]! *= 1.001;
    },
  };
  assert.match(goldenFault({ ...read, models: [louder] }) ?? '', /for series "s0" where it forecast/);
  assert.match(goldenFault({ ...read, golden: read.golden!.subarray(1) }) ?? '', /golden numbers/);
});

test('a forecaster without golden forecasts cannot be found out', () => {
  assert.equal(goldenFault(forecaster(2)), undefined);
});
