// A series too short to be fitted was left to the baseline, which had never heard of it: "nothing is known of" 20 months of demand.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { decodeForecaster, encodeForecaster } from '../../src/forecasting/models/index.ts';
import { servableOf } from '../../src/services/serving/from-forecaster.ts';
import { ServedModel } from '../../src/services/serving/served-model.ts';
import { fitProject } from '../../src/services/train/fit-project.ts';
import type { VersionRecord } from '../../src/storage/ports/index.ts';
import { projectLike } from '../fixtures/project.ts';
import { smallPanel } from '../fixtures/small-panel.ts';

const { contract } = projectLike();
const project = projectLike({
  models: ['snaive'],
  gaps: 'zero',
  contract: { ...contract, historyPeriodsMin: 14 },
});
const levels = [0.025, 0.5, 0.975];

test('a series with two known days is served by the baseline, with an interval that says how little that is', async () => {
  const panel = smallPanel({ series: 2, length: 84, ahead: 0 });
  const [first] = panel.series;
  const last = (first?.start ?? 0) + 83;
  const young = { id: 'young', start: last - 1, values: Float64Array.of(10, 11) };
  const { artifact } = await fitProject({
    project,
    snapshotId: '0'.repeat(64),
    panel: { grid: panel.grid, series: [...panel.series, young] },
    threads: 0,
    onProgress: () => {},
  });
  const forecaster = decodeForecaster(artifact);
  assert.deepEqual(encodeForecaster(forecaster), artifact);
  const serving = await ServedModel.open({
    project,
    version: { id: 'ver_1', number: 1 } as VersionRecord,
    model: servableOf(forecaster),
    batchSeq: 0,
    periodMax: last,
    holidays: () => null,
    breathe: async () => {},
  });
  assert.equal(serving.cutoffOf('young'), last);
  const ask = { horizon: 2, levels };
  const made = serving.forecast('young', last, ask) ?? assert.fail('it is known');
  assert.deepEqual([made.source, made.reason, made.mean[0]], ['baseline', 'new-series', 10.5]);
  const [low = 0, , high = 0] = [0, 1, 2].map((l) => made.quantiles[2 * l] as number);
  assert.ok(low < 3 && high > 30, `${low} to ${high}`);
  serving.observe([{ seriesId: 'young', period: last + 1, value: 12, status: 0, batchSeq: 1, knownAt: 0 }]);
  assert.equal(serving.forecast('young', last + 1, ask)?.mean[0], 11);
});
