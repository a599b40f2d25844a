import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { commitOf, predictionOf, row, runOf, snapshot } from '../../../test/conformance/store-fixtures.ts';
import { IdSource, isAppError, ManualClock } from '../../core/index.ts';
import { type FileBlobs, openFileBlobs } from '../../storage/files/index.ts';
import type { ControlStore, VersionRecord } from '../../storage/ports/index.ts';
import { openSqliteStore } from '../../storage/sqlite/index.ts';
import { Registry } from './registry.ts';

let folder: string;
let clock: ManualClock;
let store: ControlStore;
let blobs: FileBlobs;
let registry: Registry;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'almanac-registry-'));
  clock = new ManualClock(1000);
  store = openSqliteStore({ path: ':memory:', clock });
  let made = 0;
  const ids = new IdSource(
    () => clock.now(),
    (bytes) => bytes.fill(made++),
  );
  blobs = openFileBlobs({ folder, ids });
  registry = new Registry({ store, blobs, ids, clock });
  await store.putSnapshot(snapshot);
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

async function register(runId: string): Promise<VersionRecord> {
  await store.putRun(runOf(runId, { snapshotId: snapshot.id }));
  return await registry.register({
    project: 'shop',
    runId,
    snapshotId: snapshot.id,
    artifact: new TextEncoder().encode(`what ${runId} learnt`),
    metrics: { wape: 0.2 },
    gate: null,
  });
}

const byGate = (reason: string) => ({ by: 'train job_1', reason }) as const;

test('registers a run once and finds its version by number, id and alias', async () => {
  const one = await register('run_1');
  assert.deepEqual(await register('run_1'), one);
  const two = await register('run_2');
  await registry.setAlias('shop', 'champion', one.id, byGate('first'));
  assert.deepEqual(await registry.find('shop', '2'), two);
  assert.deepEqual(await registry.find('shop', two.id), two);
  assert.deepEqual(await registry.find('shop', 'champion'), one);
  assert.deepEqual(await registry.champion('shop'), one);
  for (const name of ['9', 'challenger', 'ver_none']) {
    await assert.rejects(registry.find('shop', name), (e) => isAppError(e, 'registry/unknown-version'));
  }
  await assert.rejects(registry.find('elsewhere', one.id), (e) => isAppError(e, 'registry/unknown-version'));
});

test('points aliases only at versions of the same project', async () => {
  const one = await register('run_1');
  for (const [project, id] of [
    ['elsewhere', one.id],
    ['shop', 'ver_none'],
  ] as const) {
    await assert.rejects(registry.setAlias(project, 'champion', id, byGate('x')), (e) =>
      isAppError(e, 'registry/unknown-version'),
    );
  }
});

test('refuses a name for an alias that a version could have, or that reads as something else', async () => {
  const one = await register('run_1');
  for (const alias of ['3', 'x y', 'none', 'Champion', one.id, 'a\n', ''])
    await assert.rejects(registry.setAlias('shop', alias, one.id, byGate('x')), (e) =>
      isAppError(e, 'registry/bad-alias'),
    );
});

test('knows where a rollback goes', async () => {
  const [one, two, three] = [await register('run_1'), await register('run_2'), await register('run_3')];
  await registry.setAlias('shop', 'champion', one.id, byGate('first'));
  await assert.rejects(registry.previousChampion('shop'), (e) =>
    isAppError(e, 'registry/no-earlier-champion'),
  );
  await registry.setAlias('shop', 'champion', two.id, byGate('better'));
  await registry.setAlias('shop', 'champion', two.id, byGate('repeated'));
  assert.equal((await registry.previousChampion('shop')).id, one.id);
  await registry.removeAlias('shop', 'champion', byGate('withdrawn'));
  await registry.setAlias('shop', 'champion', three.id, byGate('better again'));
  assert.equal((await registry.previousChampion('shop')).id, two.id);
  assert.deepEqual(
    (await registry.aliasHistory('shop', 'champion')).map((c) => c.reason),
    ['better again', 'withdrawn', 'better', 'first'],
  );
});

test('never hands out a damaged artifact', async () => {
  const one = await register('run_1');
  assert.equal(new TextDecoder().decode(await registry.loadArtifact(one)), 'what run_1 learnt');
  writeFileSync(await blobs.localPath(one.artifactHash), 'what run_1 learns');
  await assert.rejects(registry.loadArtifact(one), (e) => isAppError(e, 'store/blob-corrupt'));
});

test('keeps the gate result with its version', async () => {
  const one = await register('run_1');
  await registry.setGate(one.id, { passed: false, reason: 'worse' });
  assert.deepEqual((await registry.get(one.id)).gate, { passed: false, reason: 'worse' });
});

test('walks back from a prediction to its batches, told apart by what they did', async () => {
  for (const [key, receivedAt] of [
    ['a', 100],
    ['b', 200],
    ['c', 1500],
    ['d', 9999],
  ] as const) {
    await store.commitBatch(commitOf(key, [row('apples', receivedAt, 1)], { receivedAt }));
  }
  const version = await register('run_1');
  await registry.setAlias('shop', 'champion', version.id, byGate('first'));
  await store.appendPredictions([predictionOf('pre_1', { versionId: version.id, madeAt: 2000 })]);
  const why = await registry.why('pre_1');
  assert.equal(why.prediction.seriesId, 'apples');
  assert.equal(why.version?.number, 1);
  assert.equal(why.promotedBy?.reason, 'first');
  assert.equal(why.run?.id, 'run_1');
  assert.equal(why.snapshot?.id, snapshot.id);
  assert.deepEqual(
    why.trainedOn.newest.map((b) => b.idempotencyKey),
    ['b', 'a'],
  );
  assert.deepEqual(
    why.observedSince.newest.map((b) => b.idempotencyKey),
    ['c'],
  );
  await assert.rejects(registry.why('pre_none'), (e) => isAppError(e, 'registry/unknown-prediction'));
});

test('says that no model answered when a baseline did', async () => {
  await store.appendPredictions([predictionOf('pre_1', { versionId: 'none', source: 'baseline' })]);
  const why = await registry.why('pre_1');
  assert.deepEqual([why.version, why.run, why.snapshot, why.trainedOn.count], [null, null, null, 0]);
});

test('counts thousands of batches and shows the newest', async () => {
  for (let i = 0; i < 1200; i++) await store.commitBatch(commitOf(`k${i}`, []));
  await store.putSnapshot({ ...snapshot, id: '2'.repeat(64), batchSeqMax: 1150 });
  await store.putRun(runOf('run_9'));
  const { id } = await registry.register({
    project: 'shop',
    runId: 'run_9',
    snapshotId: '2'.repeat(64),
    artifact: { hash: 'f'.repeat(64), sizeBytes: 1 },
    metrics: {},
    gate: null,
  });
  await store.appendPredictions([predictionOf('pre_1', { versionId: id, madeAt: 1e15 })]);
  const why = await registry.why('pre_1');
  assert.deepEqual([why.trainedOn.count, why.observedSince.count], [1150, 50]);
  assert.deepEqual([why.trainedOn.newest.length, why.trainedOn.newest[0]?.seq], [100, 1150]);
});
