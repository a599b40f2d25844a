import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exportedForecaster } from '../../test/fixtures/exported-world.ts';
import { decodeForecaster, encodeForecaster } from './artifact.ts';
import { forecastSeries } from './forecaster.ts';
import { selectSeries } from './select-series.ts';

test('a series alone forecasts the bits it did among others, with the models it uses', () => {
  const whole = exportedForecaster();
  const part = decodeForecaster(encodeForecaster(selectSeries(whole, [1])));
  assert.deepEqual(part.ids, [whole.ids[1]]);
  assert.deepEqual(
    part.models.map(({ name }) => name),
    ['ets'],
  );
  const ask = { horizon: 7, levels: [0.1, 0.9] };
  assert.deepEqual(forecastSeries(part, 0, ask), forecastSeries(whole, 1, ask));
});
