// `export --series` refused a series that is too short to be fitted ("knows nothing of"), though the server forecasts it by the baseline
// and an export of all series has it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeForecaster } from '../../src/forecasting/models/index.ts';
import { loadForecaster } from '../../src/interfaces/edge/exported-forecaster.ts';
import { encodeExportedModel } from '../../src/interfaces/edge/exported-model.ts';
import { gatherModel } from '../../src/interfaces/edge/gather-model.ts';
import {
  exportedForecaster,
  exportedModel,
  exportedProject,
  lastLearnt,
  learntIds,
  stillPlatform,
} from '../fixtures/exported-world.ts';

const short = ['north/young', 'north/other'].map((id) => ({
  id,
  last: lastLearnt,
  values: Float64Array.of(10, 11),
}));
const { version, snapshot } = exportedModel();

async function forecastsOf(series: readonly string[] | undefined) {
  const model = await gatherModel({
    project: exportedProject,
    version,
    snapshot,
    artifact: encodeForecaster({ ...exportedForecaster(), short }),
    observations: { async *observationsSince() {} },
    snapshots: { readClosings: async () => [], readUnsettled: async () => [] },
    holidays: () => null,
    now: 0,
    adaptation: {},
    series,
  });
  const forecaster = await loadForecaster(await encodeExportedModel(model), stillPlatform());
  const { forecasts } = await forecaster.forecast({ horizon: 2 });
  return forecasts.map(({ series: id, source, steps }) => ({ id, source, steps }));
}

test('a short series is exported among others and alone, and forecast as in an export of all', async () => {
  const [first = ''] = learntIds;
  const all = await forecastsOf(undefined);
  const bySource = (id: string): string | undefined => all.find((one) => one.id === id)?.source;
  assert.deepEqual([bySource(first), bySource('north/young')], ['model', 'baseline']);
  for (const chosen of [[first, 'north/young'], ['north/young']]) {
    const some = await forecastsOf(chosen);
    assert.deepEqual(
      some,
      all.filter(({ id }) => chosen.includes(id)),
    );
    assert.equal(some.length, chosen.length);
  }
});

test('a series that nothing is known of is still refused by name', async () => {
  await assert.rejects(forecastsOf(['north/young', 'north/nobody']), {
    code: 'serving/unknown-series',
    message: /nothing of series "north\/nobody"/,
  });
});
