import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { project as fixture, predictionOf, snapshot } from '../../../test/conformance/store-fixtures.ts';
import {
  AppError,
  IdSource,
  isAppError,
  ManualClock,
  type Panel,
  type Project,
  Rng,
} from '../../core/index.ts';
import { windowOf } from '../../forecasting/features/index.ts';
import { decodeForecaster, featureSample } from '../../forecasting/models/index.ts';
import { type FileBlobs, openFileBlobs } from '../../storage/files/index.ts';
import type { ControlStore, JobRecord, Json, JsonObject } from '../../storage/ports/index.ts';
import { openSqliteStore } from '../../storage/sqlite/index.ts';
import type { Pipeline } from '../jobs/index.ts';
import { runToEnd } from '../jobs/testing.ts';
import { Promotion, Registry } from '../registry/index.ts';
import { Tracking } from '../tracking/index.ts';
import type { BacktestReport } from './backtest-step.ts';
import { backtestPipeline, trainingPipeline } from './pipeline.ts';
import type { TrainingOptions } from './training-options.ts';
import { decodeReport } from './training-report.ts';

const dayMs = 86_400_000;
let folder: string;
let clock: ManualClock;
let store: ControlStore;
let blobs: FileBlobs;
let registry: Registry;
let tracking: Tracking;
let panels: Map<string, Panel>;
let nextPanel: Panel;
let options: TrainingOptions;
let pipeline: Pipeline;
let jobs: number;
let stale: boolean;
/** What the processes that serve say of a version. */
let refusal: string | undefined;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'almanac-train-'));
  clock = new ManualClock(140 * dayMs);
  store = openSqliteStore({ path: ':memory:', clock });
  let made = 0;
  const ids = new IdSource(
    () => clock.now(),
    (bytes) => bytes.fill(made++),
  );
  blobs = openFileBlobs({ folder, ids });
  registry = new Registry({ store, blobs, ids, clock });
  tracking = new Tracking({ store, blobs, ids, clock, environment: {}, codeVersion: '0.1.0' });
  panels = new Map();
  jobs = 0;
  stale = false;
  options = {
    projects: store,
    predictions: store,
    data: {
      closePeriods: async () => 0,
      seal: async () => {},
      createSnapshot: async (name) => {
        const id = String(panels.size).padStart(64, '0');
        panels.set(id, nextPanel);
        const { series } = nextPanel;
        const periodMax = Math.max(0, ...series.map(({ start, values }) => start + values.length - 1));
        const rowCount = series.reduce((sum, { values }) => sum + values.length, 0);
        const record = { ...snapshot, id, project: name, rowCount, seriesCount: series.length, periodMax };
        await store.putSnapshot(record);
        return record;
      },
      checkFresh: async () => {
        if (stale) throw new AppError('data/stale-history', 'too old');
      },
      readPanel: async (_name, id) => panels.get(id) as Panel,
    },
    tracking,
    registry,
    promotion: new Promotion({ registry, processes: { prove: async () => refusal, follow: async () => {} } }),
    blobs,
    threads: 0,
  };
  refusal = undefined;
  pipeline = trainingPipeline(options);
  nextPanel = demand(140);
  await store.putProject({ ...fixture, models: ['snaive', 'ses', 'dotm'] }, 1);
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

/** Weekly demand with a trend for four series, and a rare spare part. */
function demand(days: number): Panel {
  const rng = new Rng(5);
  const weekly = [1, 0.8, 0.9, 1, 1.3, 1.8, 0.4];
  const series = Array.from({ length: 5 }, (_, s) => ({
    id: `item${s}`,
    start: 0,
    values: Float64Array.from({ length: days }, (_, t) =>
      s === 4 ? (rng.uniform() < 0.15 ? 3 : 0) : rng.poisson((20 + 10 * s + 0.1 * t) * (weekly[t % 7] ?? 1)),
    ),
  }));
  return { grid: fixture.grid, series };
}

async function configure(change: Partial<Project>): Promise<void> {
  await store.putProject({ ...fixture, ...change }, 2);
}

/** Runs the steps as a worker would; each of them `times` times over, as after crashes. */
async function train(times = 1, input?: JsonObject): Promise<Record<string, Json>> {
  jobs++;
  const results: Record<string, Json> = {};
  for (const step of pipeline.steps) {
    for (let i = 0; i < times; i++)
      results[step.name] = await runToEnd(step, context(`job_${jobs}`, results, input));
  }
  return results;
}

function context(id: string, results: Record<string, Json>, input: JsonObject = { why: 'test' }) {
  const signal = new AbortController().signal;
  const job = { id } as JobRecord;
  return { job, project: 'shop', input, results, signal, progress: () => {} };
}

const refused = (code: Parameters<typeof isAppError>[1]) => (error: unknown) => isAppError(error, code);

test('trains, records and promotes the first version', async () => {
  const results = await train();
  const { promoted, number } = results.promote as { promoted: boolean; number: number };
  assert.deepEqual([promoted, number], [true, 1]);
  assert.ok(JSON.stringify(results).length < 2000, 'results stay small: hashes, not data');

  const champion = await registry.champion('shop');
  assert.ok(champion !== undefined);
  assert.equal(champion.gate?.passed, true);
  assert.equal(champion.gate?.against, 'seasonal-naive');
  assert.deepEqual(await registry.aliases('shop'), [{ alias: 'champion', versionId: champion.id }]);
  const forecaster = decodeForecaster(await registry.loadArtifact(champion));
  assert.deepEqual(forecaster.ids, ['item0', 'item1', 'item2', 'item3', 'item4']);
  assert.equal(forecaster.lastPeriods[0], 139);

  const run = await tracking.get(champion.runId ?? 'none');
  assert.deepEqual([run.status, run.kind, run.snapshotId], ['finished', 'train', champion.snapshotId]);
  assert.ok((run.cpuSeconds ?? 0) > 0 && (run.durationMs ?? 0) > 0 && (run.memoryBytesPeak ?? 0) > 1e6);
  for (const name of [
    'snaive.wape',
    'dotm.loss',
    'selected.wape',
    'selected.rmsse',
    'seasonal-naive.wape',
    'dotm.seconds',
    'inventory.service',
    'inventory.cost',
  ]) {
    assert.ok(Number.isFinite(run.metrics[name]), `${name} is ${run.metrics[name]}`);
  }
  assert.equal(champion.metrics['inventory.cost'], run.metrics['inventory.cost'], 'versions can be compared');
  assert.ok((run.metrics['selected.loss'] ?? 9) <= (run.metrics['seasonal-naive.loss'] ?? 0));
  const report = run.artifacts.find(({ name }) => name === 'report');
  assert.equal(decodeReport(await blobs.get(report?.hash ?? '')).snapshotId, champion.snapshotId);
});

test('every step may be run again after a crash without doing anything twice', async () => {
  await train(2);
  assert.equal((await registry.list('shop')).length, 1);
  assert.equal((await tracking.list({ project: 'shop', limit: 9 })).length, 1);
  assert.equal((await registry.aliasHistory('shop', 'champion')).length, 1);
  assert.deepEqual(
    (await registry.aliases('shop')).map(({ alias }) => alias),
    ['champion'],
  );
});

test('the same data, configuration and seed give the same bytes', async () => {
  await train();
  await train();
  const [second, first] = await registry.list('shop');
  assert.notEqual(first?.id, second?.id);
  assert.equal(first?.artifactHash, second?.artifactHash);
});

test('a challenger as good as the champion passes, compared on the same folds', async () => {
  await train();
  nextPanel = demand(147);
  const results = await train();
  const [second, first] = await registry.list('shop');
  assert.equal((await registry.champion('shop'))?.id, second?.id);
  assert.deepEqual([second?.gate?.against, second?.gate?.againstVersionId], ['champion', first?.id]);
  assert.equal((results.promote as { promoted: boolean }).promoted, true);
});

test('a training without new data leaves the champion where it is', async () => {
  await train();
  const again = await train();
  const outcome = again.promote as { promoted: boolean; reason: string };
  assert.equal(outcome.promoted, false);
  assert.match(outcome.reason, /same model as version 1/);
});

test('what the processes that serve refuse stays challenger, and the job and the next gate say why', async () => {
  await train();
  nextPanel = demand(147);
  refusal = 'its forecasts add up to 110 times those of the version that serves now';
  const results = await train();
  const { promoted, reason, versionId } = results.promote as Record<string, Json>;
  assert.equal(promoted, false);
  assert.match(String(reason), /passed the gate and was refused by what serves: .*110 times/);
  assert.equal((await registry.get(String(versionId))).refusal?.reason, refusal);
  assert.equal((await registry.champion('shop'))?.number, 1);
  assert.equal((await registry.alias('shop', 'challenger'))?.id, versionId);
  refusal = undefined;
  const again = (await train()).promote as Record<string, Json>;
  assert.match(String(again.reason), /same model as version 2, byte for byte, which was refused/);
});

test('a champion that is damaged or refused does not stop the next training', async () => {
  await train();
  nextPanel = demand(147);
  await train();
  const second = (await registry.champion('shop')) ?? assert.fail();
  await registry.markRefused(second.id, 'golden forecasts differ');
  nextPanel = demand(154);
  const { gate, promote } = await train();
  const third = await registry.get((promote as { versionId: string }).versionId);
  assert.deepEqual([(gate as { passed: boolean }).passed, third.gate?.against], [true, 'champion']);
  assert.notEqual(third.gate?.againstVersionId, second.id);
  writeFileSync(await blobs.localPath(third.artifactHash), 'damaged');
  nextPanel = demand(161);
  assert.equal(((await train()).promote as { promoted: boolean }).promoted, true);
});

test('a rollback holds against trainings that nobody asked for', async () => {
  await train();
  nextPanel = demand(147);
  await train();
  const [, first] = await registry.list('shop');
  await registry.setAlias('shop', 'champion', first?.id ?? '', { by: 'cli ann@shop 7', reason: 'too high' });
  nextPanel = demand(154);
  const automatic = (await train(1, { trigger: 'periods' })).promote as { promoted: boolean; reason: string };
  assert.equal(automatic.promoted, false);
  assert.match(automatic.reason, /cli ann@shop 7 put version 1 back \(too high\)/);
  assert.equal((await registry.champion('shop'))?.id, first?.id);
  nextPanel = demand(161);
  const asked = (await train(1, { trigger: 'api', reason: 'we have new prices' })).promote;
  assert.equal((asked as { promoted: boolean }).promoted, true);
});

test('a worse challenger is refused with its numbers, and the champion stays', async () => {
  await train();
  await configure({ models: ['mean-demand'] });
  const results = await train();
  const [second, first] = await registry.list('shop');
  const { promoted, reason } = results.promote as { promoted: boolean; reason: string };
  assert.equal(promoted, false);
  assert.match(reason, /beyond the margin/);
  assert.equal((await registry.champion('shop'))?.id, first?.id);
  assert.equal((await registry.alias('shop', 'challenger'))?.id, second?.id);
  assert.equal(second?.gate?.passed, false);
  const figures = second?.gate?.challenger as { loss: number } | undefined;
  assert.ok((figures?.loss ?? 0) > 0);
});

test('a first version worse than seasonal naive never serves', async () => {
  await configure({ models: ['mean-demand'] });
  const results = await train();
  assert.equal((results.promote as { promoted: boolean }).promoted, false);
  assert.equal(await registry.champion('shop'), undefined);
});

test('a rollback made between a crash and the repeated step is not undone', async () => {
  await train();
  nextPanel = demand(147);
  const results = await train();
  const [, first] = await registry.list('shop');
  await registry.setAlias('shop', 'champion', first?.id ?? '', { by: 'http 127.0.0.1', reason: 'rollback' });
  const again = pipeline.steps.at(-1);
  await again?.run(context(`job_${jobs}`, results));
  assert.equal((await registry.champion('shop'))?.id, first?.id);
});

test('says why a training is not possible', async () => {
  nextPanel = { grid: fixture.grid, series: [] };
  await assert.rejects(train(), refused('train/no-data'));
  nextPanel = demand(12);
  await assert.rejects(train(), (error) => {
    assert.ok(isAppError(error, 'train/not-enough-data'));
    assert.match(error.message, /has 12 periods; a backtest over 7 steps with season 7 needs 17/);
    return true;
  });
  const run = (await tracking.list({ project: 'shop', limit: 1 }))[0];
  assert.deepEqual([run?.status, run?.endedAt !== null], ['failed', true]);
  await configure({ models: ['oracle'] });
  nextPanel = demand(140);
  await assert.rejects(train(), refused('models/unknown-model'));
});

test('refuses stale data where the contract asks for fresh, before anything is fitted', async () => {
  stale = true;
  await assert.rejects(train(), refused('data/stale-history'));
  assert.deepEqual(await tracking.list({ project: 'shop', limit: 1 }), []);
});

test('leaves series below the minimum to the baseline, and says which', async () => {
  await configure({ models: ['snaive', 'dotm'], contract: { ...fixture.contract, historyPeriodsMin: 30 } });
  const young = { id: 'young', start: 120, values: Float64Array.from({ length: 20 }, () => 4) };
  nextPanel = { grid: fixture.grid, series: [...demand(140).series, young] };
  await train();
  const champion = await registry.champion('shop');
  const run = await tracking.get(champion?.runId ?? '');
  const report = run.artifacts.find(({ name }) => name === 'report');
  assert.deepEqual(decodeReport(await blobs.get(report?.hash ?? '')).shortSeries, ['young']);
  assert.equal(run.params.shortSeries, 1);
});

test('stops when it is told to, and leaves a run that says so', async () => {
  const results: Record<string, Json> = { snapshot: { snapshotId: '0'.repeat(64) } };
  await pipeline.steps[1]?.run(context('job_9', results));
  const stopped = new AbortController();
  stopped.abort(new Error('the worker stops'));
  const fit = pipeline.steps.find(({ name }) => name === 'fit');
  await assert.rejects(async () => fit?.run({ ...context('job_9', results), signal: stopped.signal }));
  assert.deepEqual(
    [(await tracking.get('run_9')).status, (await tracking.get('run_9')).error],
    ['failed', 'the worker stops'],
  );
});

test('features that the champion logged are computed again, and the run counts those that differ', async () => {
  await configure({ models: ['gbdt'], gbdt: { trees: 10 } });
  await train();
  assert.equal((await tracking.get('run_1')).metrics['features.checked'], undefined);
  const champion = (await registry.champion('shop')) ?? assert.fail();
  const { parts } = decodeForecaster(await registry.loadArtifact(champion)).trained ?? assert.fail();
  const features = featureSample(parts, windowOf(nextPanel, { series: 0, origin: 139 }));
  const wrong = features.map((value, i) => (i === 0 ? value + 1 : value));
  const like = { versionId: champion.id, seriesId: 'item0', cutoff: 139 };
  await store.appendPredictions([
    predictionOf('prd_1', { ...like, features }),
    predictionOf('prd_2', { ...like, features: wrong }),
    predictionOf('prd_3', { ...like, features, seriesId: 'gone' }),
    predictionOf('prd_4', like),
  ]);
  nextPanel = demand(147);
  await train();
  const { metrics } = await tracking.get('run_2');
  assert.deepEqual(
    ['checked', 'revised', 'different'].map((name) => metrics[`features.${name}`]),
    [2, 0, 1],
  );
});

test('a backtest leaves a run with its figures and no version', async () => {
  pipeline = backtestPipeline(options);
  await train(2);
  const [run, ...others] = await tracking.list({ project: 'shop', limit: 9 });
  assert.deepEqual([run?.kind, run?.status, others.length], ['backtest', 'finished', 0]);
  assert.ok(Number.isFinite(run?.metrics['selected.wape']));
  assert.deepEqual(await registry.list('shop'), []);
  const bytes = await tracking.loadArtifact(String(run?.id), 'evaluation');
  const report = JSON.parse(new TextDecoder().decode(bytes)) as BacktestReport;
  assert.equal(report.selected.metrics.wape, run?.metrics['selected.wape']);
  assert.deepEqual(report.models.map(({ name }) => name).sort(), ['dotm', 'ses', 'snaive']);
  assert.equal(report.series, 5);
});

test('a backtest scores the models and the windows that its job asks for, and refuses nonsense', async () => {
  const results = await train();
  const score = backtestPipeline(options).steps.at(-1);
  const ask = async (input: JsonObject): Promise<Json | undefined> =>
    score && runToEnd(score, { ...context('job_8', results), input });
  await ask({ folds: 2, models: ['naive'] });
  const { metrics, params } = await tracking.get('run_8');
  assert.deepEqual([params.folds, params.models], [2, ['naive']]);
  const names = new Set(Object.keys(metrics).map((name) => name.split('.')[0]));
  assert.deepEqual([...names].sort(), ['naive', 'selected']);
  const bytes = await tracking.loadArtifact('run_8', 'evaluation');
  assert.equal((JSON.parse(new TextDecoder().decode(bytes)) as BacktestReport).series, 10);
  await assert.rejects(ask({ folds: 0 }), refused('train/bad-backtest'));
  await assert.rejects(ask({ models: [] }), refused('train/bad-backtest'));
  await assert.rejects(ask({ models: ['oracle'] }), refused('models/unknown-model'));
});

test('what the project sets of the trees holds in trainings and in backtests, and their runs say so', async () => {
  const gbdt = { trees: 10, leaves: 2 };
  const kinds = { train: pipeline, backtest: backtestPipeline(options) };
  const found: Record<string, { rmsse: unknown; params: unknown }[]> = { train: [], backtest: [] };
  for (const change of [{}, { gbdt }]) {
    await configure({ models: ['gbdt'], ...change });
    for (const [kind, one] of Object.entries(kinds)) {
      pipeline = one;
      await train();
      const run = await tracking.get(`run_${jobs}`);
      found[kind]?.push({ rmsse: run.metrics['selected.rmsse'], params: run.params.gbdt });
    }
  }
  for (const [usual, small] of Object.values(found)) {
    assert.deepEqual([usual?.params, small?.params], [{}, gbdt]);
    assert.notEqual(small?.rmsse, usual?.rmsse);
  }
});
