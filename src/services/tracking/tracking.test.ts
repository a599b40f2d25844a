import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { IdSource, isAppError, ManualClock } from '../../core/index.ts';
import type { ControlStore } from '../../storage/ports/index.ts';
import { openSqliteStore } from '../../storage/sqlite/index.ts';
import { Tracking } from './tracking.ts';

let clock: ManualClock;
let store: ControlStore;
let tracking: Tracking;
let blobs: Map<string, Uint8Array>;

beforeEach(() => {
  clock = new ManualClock(1000);
  store = openSqliteStore({ path: ':memory:', clock });
  blobs = new Map();
  let made = 0;
  tracking = new Tracking({
    store,
    blobs: {
      put: async (bytes) => {
        assert.ok(bytes instanceof Uint8Array);
        const hash = `hash${blobs.size}`;
        blobs.set(hash, bytes);
        return { hash, sizeBytes: bytes.byteLength };
      },
      get: async (hash) => blobs.get(hash) as Uint8Array,
    },
    ids: new IdSource(
      () => clock.now(),
      (bytes) => bytes.fill(made++),
    ),
    clock,
    environment: { node: 'v24.21.0' },
    codeVersion: '0.1.0',
  });
});
afterEach(() => store.close());

const start = { project: 'shop', kind: 'train', seed: 7, params: { season: 12 }, snapshotId: null };

test('keeps everything a run says, and each thing as soon as it is said', async () => {
  const run = await tracking.start(start);
  assert.equal((await tracking.get(run.id)).status, 'running');
  await run.logMetrics({ 'ets.wape': 0.25, 'theta.wape': Number.NaN, 'pool.wape': null });
  await run.logMetrics({ 'ets.wape': 0.24 });
  assert.deepEqual((await tracking.get(run.id)).metrics, {
    'ets.wape': 0.24,
    'theta.wape': null,
    'pool.wape': null,
  });
  await run.logParams({ horizon: 7 });
  await run.attach('report', Uint8Array.of(1, 2, 3));
  await run.attach('report', Uint8Array.of(1, 2));
  clock.moveTo(5000);
  await run.finish({ cpuSeconds: 3.5, memoryBytesPeak: 1e9 });
  const record = await tracking.get(run.id);
  assert.deepEqual(record, {
    id: run.id,
    experiment: 'shop',
    project: 'shop',
    kind: 'train',
    status: 'finished',
    startedAt: 1000,
    endedAt: 5000,
    snapshotId: null,
    seed: 7,
    codeVersion: '0.1.0',
    environment: { node: 'v24.21.0' },
    params: { season: 12, horizon: 7 },
    metrics: { 'ets.wape': 0.24, 'theta.wape': null, 'pool.wape': null },
    durationMs: 4000,
    cpuSeconds: 3.5,
    memoryBytesPeak: 1e9,
    artifacts: [{ name: 'report', hash: 'hash1', sizeBytes: 2 }],
    error: null,
  });
});

test('gives back the bytes that a run attached, by name', async () => {
  const run = await tracking.start(start);
  await run.attach('report', Uint8Array.of(1, 2));
  assert.deepEqual(await tracking.loadArtifact(run.id, 'report'), Uint8Array.of(1, 2));
  await assert.rejects(
    tracking.loadArtifact(run.id, 'model'),
    (e) => isAppError(e, 'tracking/unknown-artifact') && /it has report/.test(e.message),
  );
});

test('keeps what concurrent calls said', async () => {
  const run = await tracking.start(start);
  await Promise.all(Array.from({ length: 20 }, (_, i) => run.logMetrics({ [`m${i}`]: i })));
  assert.equal(Object.keys((await tracking.get(run.id)).metrics).length, 20);
});

test('takes nothing more once a run has ended', async () => {
  const run = await tracking.start(start);
  await run.fail(new Error('out of memory'), { durationMs: 12 });
  const record = await tracking.get(run.id);
  assert.deepEqual([record.status, record.error, record.durationMs], ['failed', 'out of memory', 12]);
  for (const late of [run.logMetrics({ a: 1 }), run.attach('x', new Uint8Array()), run.finish()]) {
    await assert.rejects(late, (e) => isAppError(e, 'tracking/run-ended'));
  }
  await assert.rejects(tracking.get('run_none'), (e) => isAppError(e, 'tracking/unknown-run'));
});

test('repeated work under one id begins its run afresh', async () => {
  const first = await tracking.start({ ...start, id: 'run_job1' });
  await first.logMetrics({ stale: 1 });
  clock.moveTo(9000);
  await tracking.start({ ...start, id: 'run_job1' });
  const runs = await tracking.list({ project: 'shop', limit: 9 });
  assert.deepEqual(
    runs.map((r) => [r.id, r.startedAt, r.metrics]),
    [['run_job1', 9000, {}]],
  );
});
