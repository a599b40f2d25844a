import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { projectLike } from '../../../test/fixtures/project.ts';
import { promptTimers, soleVersion } from '../../../test/fixtures/serving-world.ts';
import { smallForecaster } from '../../../test/fixtures/small-forecaster.ts';
import { smallPanel } from '../../../test/fixtures/small-panel.ts';
import { covariateAt, IdSource, ManualClock, type Panel, Rng } from '../../core/index.ts';
import { encodeForecaster } from '../../forecasting/models/index.ts';
import type {
  ControlStore,
  FeatureSample,
  SnapshotRecord,
  VersionRecord,
} from '../../storage/ports/index.ts';
import { openSqliteStore } from '../../storage/sqlite/index.ts';
import { holidayColumn } from '../data/index.ts';
import { checkFeatures } from '../train/index.ts';
import { samplesMax } from './feature-sampling.ts';
import { Serving } from './serving.ts';

const folder = mkdtempSync(join(tmpdir(), 'almanac-skew-'));
after(() => rmSync(folder, { recursive: true }));

const learntPeriods = 84;
/** The same histories, ten periods later. */
const [before, now] = [learntPeriods, learntPeriods + 10].map((length) =>
  smallPanel({ series: 24, length, ahead: 104 - length }),
) as [Panel, Panel];
const artifact = encodeForecaster(smallForecaster(before));
const project = projectLike({
  columns: { ...projectLike().columns, known: ['promotion'], static: ['kind'] },
});
const champion = {
  id: 'ver_1',
  number: 1,
  project: 'shop',
  snapshotId: 'snap',
  provenAt: 0,
  refusal: null,
} as VersionRecord;

/** Serves the artifact with ten more periods, at the newest cutoff. @param of.told rows bring their promotions, else demand alone */
async function serve(
  store: ControlStore,
  bytes: Uint8Array,
  { seed = 1, told = false }: { seed?: number; told?: boolean } = {},
): Promise<Serving> {
  const rng = new Rng(seed);
  const clock = new ManualClock(seed);
  const rows = now.series.flatMap(({ id, start, values }, series) =>
    [...values.subarray(learntPeriods)].map((value, i) => {
      const period = start + learntPeriods + i;
      const row = { seriesId: id, period, value, status: 0 as const, batchSeq: 2, knownAt: 0 };
      return told ? { ...row, covariates: { promotion: promotionAt(series, period) } } : row;
    }),
  );
  const serving = new Serving({
    holidays: holidayColumn,
    store: Object.assign(Object.create(store), {
      appendPredictions: store.appendPredictions,
      appendEvent: store.appendEvent,
      getSnapshot: async () => ({ batchSeqMax: 1, periodMax: 183 }) as SnapshotRecord,
    }),
    registry: soleVersion(champion, bytes),
    data: {
      async *observationsSince(_name, batchSeq) {
        if (batchSeq < 2) yield { rows, closings: [] };
      },
    },
    clock,
    timers: promptTimers,
    ids: new IdSource(
      () => clock.now(),
      (random) => {
        for (let i = 0; i < random.length; i++) random[i] = rng.below(256);
      },
    ),
    log: { info: () => {}, error: () => {} },
    // The same request again and again is to make forecasts anew.
    cacheMegabytes: 0,
  });
  await serving.start([project]);
  return serving;
}

function promotionAt(series: number, period: number): number {
  const { covariates } = now;
  const [promotion] = covariates?.varying ?? [];
  return covariates && promotion ? covariateAt(covariates, promotion, { series, period }) : Number.NaN;
}

async function sampled(
  bytes: Uint8Array,
  { future, told = false }: { future?: Record<string, number[]>; told?: boolean } = {},
): Promise<FeatureSample[]> {
  const store = openSqliteStore({ path: ':memory:', clock: new ManualClock(0) });
  const serving = await serve(store, bytes, { told });
  for (let i = 0; i < 6; i++) await serving.answer('shop', future === undefined ? {} : { future });
  const samples = await store.featureSamples('shop', 'ver_1', 999);
  await store.close();
  assert.ok(samples.length > 8 && new Set(samples.map(({ seriesId }) => seriesId)).size > 5);
  return samples;
}

test('features as served are those that training computes, of the model alone and within a mean', async () => {
  for (const future of [undefined, { promotion: [1, 0, 0, 1, 0, 0, 0] }]) {
    const samples = await sampled(artifact, future === undefined ? {} : { future });
    const counts = checkFeatures({ artifact, panel: now, samples });
    assert.deepEqual(counts, { checked: samples.length, revised: 0, different: 0 });
    assert.ok(samples.every(({ cutoff }) => cutoff === 193));
    // A snapshot from before the forecasts cannot tell.
    assert.equal(checkFeatures({ artifact, panel: before, samples }).checked, 0);
  }
});

test('an altered feature counts as different, data corrected since do not', async () => {
  const samples = await sampled(artifact);
  const altered = samples.map((sample, i) => {
    const features = sample.features.slice();
    if (i < 3) features[i] = (features[i] as number) + 1;
    return { ...sample, features };
  });
  const checked = samples.length;
  assert.deepEqual(checkFeatures({ artifact, panel: now, samples: altered }), {
    checked,
    revised: 0,
    different: 3,
  });
  const series = now.series.map((one) => ({ ...one, values: one.values.map((value) => 2 * value + 1) }));
  assert.deepEqual(checkFeatures({ artifact, panel: { ...now, series }, samples }), {
    checked,
    revised: checked,
    different: 0,
  });
  const { covariates } = now;
  assert.ok(covariates);
  const [kind] = covariates.fixed;
  const moved = { ...covariates, fixed: [{ ...kind!, values: kind!.values.map((code) => 1 - code) }] };
  const { revised, different } = checkFeatures({ artifact, panel: { ...now, covariates: moved }, samples });
  assert.deepEqual([revised, different], [checked, 0]);
});

test('columns of the periods since the snapshot are followed; rows that lack them make the features different', async () => {
  const unplanned = encodeForecaster(smallForecaster(withoutPlans(before)));
  const future = { promotion: [1, 0, 0, 1, 0, 0, 0] };
  for (const told of [true, false]) {
    const samples = await sampled(unplanned, { future, told });
    const checked = samples.length;
    const counts = checkFeatures({ artifact: unplanned, panel: now, samples });
    assert.deepEqual(counts, { checked, revised: 0, different: told ? 0 : checked });
  }
});

test('a value corrected since the forecast is no skew, though no snapshot had it when the model was trained', async () => {
  const unplanned = encodeForecaster(smallForecaster(withoutPlans(before)));
  const samples = await sampled(unplanned, { future: { promotion: [1, 0, 0, 1, 0, 0, 0] }, told: true });
  const { covariates } = now;
  const [promotion] = covariates?.varying ?? [];
  assert.ok(covariates && promotion);
  const values = promotion.values.slice();
  const { begins } = covariates;
  for (let s = 0; s < now.series.length; s++) {
    const newest = (begins[s] as number) + learntPeriods + 9;
    values[newest] = 1 - (values[newest] as number);
  }
  const corrected = { ...now, covariates: { ...covariates, varying: [{ ...promotion, values }] } };
  const counts = checkFeatures({ artifact: unplanned, panel: corrected, samples });
  assert.deepEqual(counts, { checked: samples.length, revised: samples.length, different: 0 });
});

/** Known columns end where demand does. */
function withoutPlans(panel: Panel): Panel {
  const { covariates, series } = panel;
  assert.ok(covariates);
  const { begins } = covariates;
  const varying = covariates.varying.map((column) => ({
    ...column,
    values: Float32Array.from(
      series.flatMap(({ values }, s) => [...column.values.subarray(begins[s], begins[s]! + values.length)]),
    ),
  }));
  const cut = Int32Array.from(begins, (_, s) => s * learntPeriods);
  return { ...panel, covariates: { ...covariates, varying, begins: cut } };
}

test('a version logs a bounded number, spread over a request, that a restart keeps', async () => {
  const path = join(folder, 'almanac.sqlite');
  const clock = new ManualClock(0);
  const first = openSqliteStore({ path, clock });
  const serving = await serve(first, artifact);
  for (let i = 0; i < 120; i++) await serving.answer('shop', {});
  // Too short to be compared: not every feature has its plans.
  await serving.answer('shop', { horizon: 2 });
  assert.equal((await first.featureSamples('shop', 'ver_1', 9999)).length, samplesMax);
  await first.close();
  const second = openSqliteStore({ path, clock });
  const samples = await second.featureSamples('shop', 'ver_1', 9999);
  assert.equal(samples.length, samplesMax);
  assert.equal(checkFeatures({ artifact, panel: now, samples }).different, 0);
  await second.close();
});
