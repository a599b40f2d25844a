// Registered models from file to answer, with the real runtime, real threads and a real store.

import assert from 'node:assert/strict';
import { randomFillSync } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { crashingFile, hangingFile, wideFile, wideSignature } from '../../../test/fixtures/onnx-faults.ts';
import {
  floats,
  loopFile,
  onnxFile,
  strangeFile,
  stumpFile,
  timesFile,
} from '../../../test/fixtures/onnx-files.ts';
import { projectLike } from '../../../test/fixtures/project.ts';
import { IdSource, isAppError, ManualClock } from '../../core/index.ts';
import { openFileBlobs } from '../../storage/files/index.ts';
import type { ControlStore } from '../../storage/ports/index.ts';
import { openSqliteStore } from '../../storage/sqlite/index.ts';
import { EventFeed } from '../feed/index.ts';
import { systemTimers } from '../jobs/index.ts';
import { Promotion, Registry } from '../registry/index.ts';
import { OnnxModels } from './onnx-models.ts';
import { OnnxPool } from './onnx-pool.ts';
import { onnxPoolDefaults } from './onnx-pool-options.ts';
import { OnnxSource } from './onnx-source.ts';
import type { Tensor } from './tensor.ts';

let folder: string;
let store: ControlStore;
let registry: Registry;
let models: OnnxModels;
let source: OnnxSource;
let feed: EventFeed;
const logged: object[] = [];

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'almanac-onnx-'));
  const clock = new ManualClock(1000);
  const ids = new IdSource(
    () => clock.now(),
    (bytes) => randomFillSync(bytes),
  );
  store = openSqliteStore({ path: ':memory:', clock });
  await store.putProject(projectLike({}), 1);
  registry = new Registry({ store, blobs: openFileBlobs({ folder, ids }), ids, clock });
  const promotion = new Promotion({
    registry,
    processes: { prove: (version) => source.prove(version), follow: () => follow() },
  });
  models = new OnnxModels({ registry, promotion, timers: systemTimers });
  source = new OnnxSource({
    registry,
    pool: new OnnxPool({ ...onnxPoolDefaults, timers: systemTimers, threads: 1 }),
    timers: systemTimers,
    log: { error: (fields) => void logged.push(fields) },
  });
  feed = new EventFeed({ store, clock, timers: systemTimers, log: { error: () => {} } });
  feed.follow(source.subscriber, { afterSeq: await feed.now(), projects: await registry.registeredNames() });
});
after(async () => {
  await feed.stop();
  source.stop();
  await store.close();
  await rm(folder, { recursive: true });
});

const follow = async (): Promise<void> => {
  await feed.reach(source.subscriber.name, await feed.now());
};
const cause = { alias: 'champion', by: 'cli test', reason: 'better' } as const;
const minute = { timeoutMs: 60_000 };

function x(...values: number[]): Tensor {
  return { name: 'x', datatype: 'FP32', shape: [values.length / 2, 2], data: Float32Array.from(values) };
}

async function answer(name: string, input: Tensor, version?: string): Promise<number[]> {
  const model = await source.find(name, version);
  assert.ok(model !== undefined, `${name} is there`);
  const [output] = await model.infer([input], minute);
  return Array.from(output?.data as Float32Array);
}

test('registers, serves, promotes and goes back', async () => {
  const first = await models.register({
    name: 'times',
    file: timesFile(2),
    alias: 'champion',
    by: 'cli test',
  });
  assert.equal(first.version.number, 1);
  assert.equal(first.signature.runBy, 'onnxruntime-web');
  assert.deepEqual(first.signature.inputs, [{ name: 'x', datatype: 'FP32', shape: [-1, 2] }]);
  assert.deepEqual(await answer('times', x(1, 2, 3, 4)), [2, 4, 6, 8]);

  const second = await models.register({ name: 'times', file: timesFile(3), by: 'cli test' });
  assert.deepEqual(second.aliases, []);
  assert.deepEqual(await answer('times', x(1, 2)), [2, 4], 'the champion serves');
  assert.deepEqual(await answer('times', x(1, 2), '2'), [3, 6], 'another version by its number');

  await models.promote('times', '2', cause);
  await follow();
  assert.deepEqual(await answer('times', x(1, 2)), [3, 6]);
  assert.equal((await source.find('times'))?.version, '2');
  await models.rollback('times', cause);
  await follow();
  assert.deepEqual(await answer('times', x(1, 2)), [2, 4]);
});

test('says that a model is being loaded until it is, or has been refused', async () => {
  await models.register({ name: 'late', file: timesFile(2), alias: 'champion', by: 'cli test' });
  const pool = new OnnxPool({ ...onnxPoolDefaults, timers: systemTimers, threads: 1 });
  const log = { error: () => {} };
  const restarted = new OnnxSource({ registry, pool, timers: systemTimers, log });
  const state = async () => (await restarted.index()).find(({ name }) => name === 'late');
  assert.equal((await state())?.state, 'LOADING');
  await restarted.find('late');
  assert.equal((await state())?.state, 'READY');
  restarted.stop();
});

test('a champion whose file is damaged is stood in for by the one before, and returns by itself', async () => {
  for (const factor of [2, 3])
    await models.register({ name: 'torn', file: timesFile(factor), alias: 'champion', by: 'cli test' });
  const { artifactHash: hash } = await registry.find('torn', '2');
  const path = join(folder, hash.slice(0, 2), hash);
  const whole = await readFile(path);
  await writeFile(path, 'damaged');
  const pool = new OnnxPool({ ...onnxPoolDefaults, timers: systemTimers, threads: 1 });
  const log = { error: () => {} };
  const restarted = new OnnxSource({ registry, pool, timers: systemTimers, log });
  assert.equal((await restarted.find('torn'))?.version, '1');
  const line = (await restarted.index()).find(({ name }) => name === 'torn');
  assert.deepEqual([line?.state, line?.refused], ['READY', true]);
  assert.match(line?.reason ?? '', /version 2: .*no longer holds the bytes/);
  await writeFile(path, whole);
  while ((await restarted.find('torn'))?.version !== '2')
    await new Promise((resolve) => setImmediate(resolve));
  assert.equal((await restarted.index()).find(({ name }) => name === 'torn')?.reason, '');
  restarted.stop();
});

test('gives the same file the version it has', async () => {
  const once = await models.register({ name: 'same', file: timesFile(2), by: 'cli test' });
  const twice = await models.register({ name: 'same', file: timesFile(2), by: 'cli test' });
  assert.equal(twice.version.id, once.version.id);
  const named = { inputs: { x: { columns: ['a', 'b'] } } };
  const other = await models.register({ name: 'same', file: timesFile(2), signature: named, by: 'cli test' });
  assert.equal(other.version.number, 2);
  assert.deepEqual(other.signature.inputs[0]?.columns, ['a', 'b']);
});

test('passes NaN and infinities as they are', async () => {
  await models.register({ name: 'plain', file: timesFile(1), alias: 'champion', by: 'cli test' });
  await follow();
  assert.deepEqual(await answer('plain', x(Number.NaN, Number.POSITIVE_INFINITY)), [
    Number.NaN,
    Number.POSITIVE_INFINITY,
  ]);
});

test('runs trees without a runtime', async () => {
  const { signature } = await models.register({
    name: 'stump',
    file: stumpFile(),
    alias: 'champion',
    by: 'cli test',
  });
  assert.equal(signature.runBy, 'trees');
  await follow();
  assert.deepEqual(await answer('stump', x(0, 0, 1, 0, Number.NaN, 0)), [10, 20, 20]);
});

test('refuses what cannot be run, and says which operator', async () => {
  const refused = async (
    file: Uint8Array,
    code: string,
    text: RegExp,
    signature?: unknown,
  ): Promise<void> => {
    await assert.rejects(models.register({ name: 'bad', file, signature, by: 'cli test' }), (error) => {
      assert.ok(isAppError(error), String(error));
      assert.equal(error.code, code);
      assert.match(error.message, text);
      return true;
    });
  };
  await refused(strangeFile(), 'onnx/unsupported', /^operator Frobnicate cannot be run here/);
  await refused(Uint8Array.of(1, 2, 3), 'onnx/not-a-model', /damaged/);
  await refused(new Uint8Array(0), 'onnx/not-a-model', /empty/);
  await refused(timesFile(2).subarray(0, 60), 'onnx/not-a-model', /breaks off/);
  await refused(timesFile(2), 'onnx/bad-signature', /the model has x/, { inputs: { z: {} } });
  await refused(timesFile(2), 'onnx/bad-signature', /names 3 columns of x, which has 2/, {
    inputs: { x: { columns: ['a', 'b', 'c'] } },
  });
  const mismatch = onnxFile({
    nodes: [{ op: 'MatMul', inputs: ['x', 'x'], outputs: ['y'] }],
  });
  await refused(mismatch, 'onnx/check-failed', /fails on the inputs it was tried with/);
  assert.deepEqual(await models.versions('bad'), [], 'nothing was stored');
});

test('takes inputs from the signature where made-up ones do not fit', async () => {
  const square = onnxFile({
    inputs: [floats('x', ['n', 'm'])],
    nodes: [{ op: 'MatMul', inputs: ['x', 'by'], outputs: ['y'] }],
    constants: [{ name: 'by', dims: [2, 2], data: Float32Array.of(1, 2, 3, 4) }],
  });
  await assert.rejects(models.register({ name: 'square', file: square, by: 'cli test' }), (e) =>
    isAppError(e, 'onnx/check-failed'),
  );
  const signature = { inputs: { x: { example: { shape: [1, 2], data: [1, 1] } } } };
  const { version } = await models.register({ name: 'square', file: square, signature, by: 'cli test' });
  assert.equal(version.number, 1);
});

test('keeps one namespace with projects', async () => {
  await assert.rejects(models.register({ name: 'shop', file: timesFile(1), by: 'cli test' }), (e) =>
    isAppError(e, 'store/name-taken'),
  );
  await assert.rejects(store.putProject({ ...projectLike({}), name: 'times' }, 2), (e) =>
    isAppError(e, 'store/name-taken'),
  );
  assert.equal(await source.find('shop'), undefined, 'a project is no registered model');
  assert.equal(await source.find('nothing'), undefined);
});

test('replaces a worker that does not end, and fails only that request', async () => {
  await models.register({ name: 'loop', file: loopFile(), alias: 'champion', by: 'cli test' });
  await follow();
  const model = await source.find('loop');
  const rounds = (count: bigint): Tensor[] => [
    x(1, 2),
    { name: 'rounds', datatype: 'INT64', shape: [1], data: BigInt64Array.of(count) },
  ];
  const slow = model?.infer(rounds(90_000_000n), { timeoutMs: 50 });
  const next = model?.infer(rounds(3n), minute);
  await assert.rejects(slow ?? Promise.resolve(), (e) => isAppError(e, 'inference/timeout'));
  const [output] = (await next) ?? [];
  assert.deepEqual(Array.from(output?.data as Float32Array), [1, 2]);
});

test('an input that needs more memory than there is fails alone', async () => {
  const model = await source.find('loop');
  const huge: Tensor = { name: 'rounds', datatype: 'INT64', shape: [1], data: BigInt64Array.of(10n ** 9n) };
  await assert.rejects(model?.infer([x(1, 2), huge], minute) ?? Promise.resolve(), (e) => {
    assert.ok(isAppError(e) && e.code.startsWith('inference/'), String(e));
    return true;
  });
  assert.deepEqual(await answer('times', x(1, 2)), [2, 4]);
});

function withCount(n: bigint): Tensor[] {
  return [x(1, 2), { name: 'n', datatype: 'INT64', shape: [1], data: BigInt64Array.of(n) }];
}

test('replaces a worker whose runtime stopped in the middle of its work', async () => {
  await models.register({ name: 'crashing', file: crashingFile(), alias: 'champion', by: 'cli test' });
  await follow();
  const model = await source.find('crashing');
  for (let i = 0; i < 2; i++) {
    await assert.rejects(model?.infer(withCount(2n), minute) ?? Promise.resolve(), (e) => {
      assert.ok(isAppError(e, 'inference/crashed'), String(e));
      return true;
    });
    const [output] = (await model?.infer(withCount(0n), minute)) ?? [];
    assert.deepEqual(Array.from(output?.data as Float32Array), [1, 2]);
    assert.deepEqual(await answer('times', x(1, 2)), [2, 4]);
  }
});

test('a request whose time is up while its model is loaded does not cost the worker', async () => {
  await models.register({ name: 'hanging', file: hangingFile(), alias: 'champion', by: 'cli test' });
  await follow();
  const model = await source.find('hanging');
  const late = (infer: Promise<unknown> | undefined, where: RegExp): Promise<void> =>
    assert.rejects(infer ?? Promise.resolve(), (e) => {
      assert.ok(isAppError(e, 'inference/timeout'), String(e));
      assert.match(e.message, where);
      return true;
    });
  const hangs = model?.infer(withCount(10n ** 15n), { timeoutMs: 50 });
  // Waits behind it, and then for the worker that replaces it: that starts no sooner than its runtime.
  const waits = model?.infer(withCount(1n), { timeoutMs: 55 });
  await Promise.all([late(hangs, /while computing/), late(waits, /while loading the model/)]);
  const [output] = (await model?.infer(withCount(1n), minute)) ?? [];
  assert.deepEqual(Array.from(output?.data as Float32Array), [1, 2]);
});

test('an answer of another shape than the signature has goes to nobody', async () => {
  const signature = wideSignature;
  await models.register({ name: 'wide', file: wideFile(), signature, alias: 'champion', by: 'cli test' });
  await follow();
  const model = await source.find('wide');
  const [output] = (await model?.infer(withCount(1n), minute)) ?? [];
  assert.deepEqual(output?.shape, [1, 2]);
  await assert.rejects(model?.infer(withCount(2n), minute) ?? Promise.resolve(), (e) => {
    assert.ok(isAppError(e, 'inference/bad-output'), String(e));
    assert.match(e.message, /shape \[1, 4\], the signature has \[-1, 2\]/);
    return true;
  });
});

test('unloads and loads by request', async () => {
  assert.equal(await source.unload('nothing'), false);
  assert.equal(await source.unload('times'), true);
  await assert.rejects(source.find('times'), (e) => isAppError(e, 'inference/not-ready'));
  const state = async () => (await source.index()).find(({ name }) => name === 'times')?.state;
  assert.equal(await state(), 'UNAVAILABLE');
  assert.equal(await source.load('times'), true);
  assert.equal(await state(), 'READY');
  assert.deepEqual(await answer('times', x(1, 2)), [2, 4]);
});

test('a version whose stored file was damaged is refused, and the one before goes on', async () => {
  const { version } = await models.register({ name: 'times', file: timesFile(9), by: 'cli test' });
  const { artifactHash: hash } = version;
  await writeFile(join(folder, hash.slice(0, 2), hash), 'something else');
  await assert.rejects(models.promote('times', String(version.number), cause), (e) => {
    assert.ok(isAppError(e, 'serving/swap-refused'), String(e));
    assert.match(e.message, /no longer holds the bytes of its name/);
    return true;
  });
  await follow();
  assert.deepEqual(await answer('times', x(1, 2)), [2, 4]);
});

test('goes on serving when a new champion does not answer as registered', async () => {
  const { version, signature } = await models.register({ name: 'times', file: timesFile(5), by: 'cli test' });
  const [first] = signature.golden?.cases ?? [];
  assert.ok(first !== undefined);
  const wrong = { ...first, outputs: first.outputs.map((output) => ({ ...output, values: [7, 7] })) };
  const damaged = { ...signature, golden: { format: 1, cases: [wrong] } };
  const other = await registry.registerFile({
    name: 'times',
    file: timesFile(5),
    signature: JSON.parse(JSON.stringify(damaged)),
  });
  assert.notEqual(other.id, version.id);
  const difference = /does not answer as when it was registered/;
  await assert.rejects(models.promote('times', String(other.number), cause), difference);
  assert.match((await registry.get(other.id)).refusal?.reason ?? '', difference);
  assert.equal((await registry.champion('times'))?.number, 1);
  assert.deepEqual(await answer('times', x(1, 2)), [2, 4]);
});
