// Requests that share a run, with the real runtime in real threads: right, only where rows are independent, and one that
// fails does so alone.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { floats, onnxFile, stumpFile, timesFile, workFile } from '../../../test/fixtures/onnx-files.ts';
import { layersFile } from '../../../test/fixtures/onnx-layers.ts';
import { isAppError, ManualClock } from '../../core/index.ts';
import { elementTypes } from '../../forecasting/onnx/index.ts';
import type { VersionRecord } from '../../storage/ports/index.ts';
import { elapsedMs, systemTimers } from '../jobs/index.ts';
import { Inference } from './inference.ts';
import type { ModelRun } from './model.ts';
import { checkInThread } from './onnx-check-thread.ts';
import type { Example } from './onnx-golden.ts';
import { cutApart, joinedInputs, jointKey } from './onnx-joint.ts';
import { onnxModel } from './onnx-model.ts';
import { OnnxPool } from './onnx-pool.ts';
import { type OnnxPoolOptions, onnxPoolDefaults, type PooledModel } from './onnx-pool-options.ts';
import type { OnnxSignature } from './onnx-signature.ts';
import type { Tensor } from './tensor.ts';

const minute = { timeoutMs: 60_000 };
const pools: OnnxPool[] = [];
after(() => {
  for (const pool of pools) pool.close();
});

function signatureOf(file: Uint8Array, example?: Example): Promise<OnnxSignature> {
  const inputs = example === undefined ? {} : { x: { example } };
  return checkInThread(file, { inputs, outputs: {} }, { ...onnxPoolDefaults, timers: systemTimers });
}

/** A loaded model, in one thread. Time stands still for the queue: how many are joined depends on nothing else. */
async function loaded(
  file: Uint8Array,
  options: Partial<OnnxPoolOptions> = {},
): Promise<{ pool: OnnxPool; model: PooledModel }> {
  const still = { ...onnxPoolDefaults, timers: systemTimers, threads: 1, elapsedMs: () => 0 };
  const pool = new OnnxPool({ ...still, ...options });
  pools.push(pool);
  const model = { key: 'v', signature: await signatureOf(file), file: async () => file };
  await pool.load(model);
  return { pool, model };
}

function x(shape: readonly number[], seed = 0): Tensor {
  const count = shape.reduce((product, size) => product * size, 1);
  const data = Float32Array.from({ length: count }, (_, i) => Math.sin(seed + 12.9 * i));
  return { name: 'x', datatype: 'FP32', shape, data };
}

function ids(value: number): Tensor {
  return { name: 'ids', datatype: 'INT64', shape: [1, 1], data: BigInt64Array.of(BigInt(value)) };
}

const idsSpec = { ...floats('ids', ['rows', 1]), elementType: elementTypes.INT64 };

test('answers of a run for several are those of each alone', async () => {
  const { pool, model } = await loaded(layersFile([30, 64, 64, 3]));
  assert.equal(model.signature.rowsIndependent, true);
  const requests = Array.from({ length: 64 }, (_, i) => x([1 + (i % 3), 30], i));
  const alone: Tensor[][] = [];
  for (const input of requests) alone.push(await pool.run(model, [input], minute));
  const runs: ModelRun[] = [];
  const joined = await Promise.all(
    requests.map((input) => pool.run(model, [input], { ...minute, ran: (run) => void runs.push(run) })),
  );
  assert.equal(runs.length, 64, 'each is told its run');
  assert.ok(new Set(runs).size <= 2, 'perhaps the first, and all others together');
  for (const [i, [answer]] of joined.entries()) {
    const [expected] = alone[i] as [Tensor];
    assert.deepEqual(answer?.shape, expected.shape);
    const error = Array.from(expected.data as Float32Array, (value, at) =>
      Math.abs(value - Number(answer?.data[at])),
    );
    assert.ok(Math.max(...error) <= 1e-6, `request ${i}: ${Math.max(...error)}`);
  }
});

test('texts are joined too; what is wanted otherwise, or has other sizes, is not', async () => {
  const texts = (name: string) => ({
    ...floats(name, ['rows', 'words']),
    elementType: elementTypes.STRING,
  });
  const { pool, model } = await loaded(
    onnxFile({
      inputs: [texts('x')],
      outputs: [texts('y'), texts('z')],
      nodes: [
        { op: 'Identity', inputs: ['x'], outputs: ['y'] },
        { op: 'Identity', inputs: ['x'], outputs: ['z'] },
      ],
    }),
  );
  const words = (...data: string[]): Tensor => ({
    name: 'x',
    datatype: 'BYTES',
    shape: [1, data.length],
    data,
  });
  const runs = new Set<ModelRun>();
  const ask = (input: Tensor, outputs?: string[]) =>
    pool.run(model, [input], { ...minute, outputs, ran: (run) => void runs.add(run) });
  await Promise.all([ask(words('one')), ask(words('two', 'three')), ask(words('four'), ['z'])]);
  runs.clear();
  const answers = await Promise.all([
    ask(words('a')),
    ask(words('b', 'c')),
    ask(words('d')),
    ask(words('é'), ['z']),
    ask(words(''), ['z']),
    ask(words('f', 'g')),
    ask(words('h')),
  ]);
  assert.deepEqual(
    answers.map((outputs) => outputs.map(({ name, data }) => [name, ...data].join(' '))),
    [['y a', 'z a'], ['y b c', 'z b c'], ['y d', 'z d'], ['z é'], ['z '], ['y f g', 'z f g'], ['y h', 'z h']],
  );
  // One for each kind of request, and perhaps the first by itself.
  assert.ok(runs.size === 3 || runs.size === 4, `${runs.size} runs`);
  assert.equal(
    [...runs].reduce((sum, { rows }) => sum + rows, 0),
    7,
  );
});

test('a model that looks across rows is never joined', async () => {
  const oneDraft = (op: string, attributes = {}, inputs = ['x']) =>
    onnxFile({
      nodes: [{ op, inputs, outputs: ['y'], attributes }],
      constants: [{ name: 'zero', dims: [], data: BigInt64Array.of(0n) }],
    });
  const centred = onnxFile({
    nodes: [
      { op: 'ReduceMean', inputs: ['x'], outputs: ['mean'], attributes: { axes: { integers: [0] } } },
      { op: 'Sub', inputs: ['x', 'mean'], outputs: ['y'] },
    ],
  });
  // The largest of all made-up rows, and more, is cut off: only a wild row shows it.
  const clipped = onnxFile({
    nodes: [
      { op: 'ReduceMax', inputs: ['x'], outputs: ['most'] },
      { op: 'Min', inputs: ['most', 'ten'], outputs: ['cap'] },
      { op: 'Max', inputs: ['cap', 'one'], outputs: ['least'] },
      { op: 'Max', inputs: ['x', 'least'], outputs: ['y'] },
    ],
    constants: [
      { name: 'ten', dims: [], data: Float32Array.of(10) },
      { name: 'one', dims: [], data: Float32Array.of(1) },
    ],
  });
  const quantized = onnxFile({
    nodes: [
      { op: 'DynamicQuantizeLinear', inputs: ['x'], outputs: ['q', 'scale', 'point'] },
      { op: 'DequantizeLinear', inputs: ['q', 'scale', 'point'], outputs: ['y'] },
    ],
  });
  const files = {
    softmax: oneDraft('Softmax', { axis: { integer: 0 } }),
    cumulated: oneDraft('CumSum', {}, ['x', 'zero']),
    centred,
    clipped,
    quantized,
  };
  for (const [name, file] of Object.entries(files))
    assert.equal((await signatureOf(file)).rowsIndependent, false, name);
  const acrossColumns = await signatureOf(oneDraft('Softmax', { axis: { integer: 1 } }));
  assert.equal(acrossColumns.rowsIndependent, true);
  assert.equal((await signatureOf(stumpFile())).rowsIndependent, false, 'trees need no thread');

  const { pool, model } = await loaded(files.softmax);
  const runs = new Set<ModelRun>();
  const ask = (seed: number) =>
    pool.run(model, [x([1, 2], seed)], { ...minute, ran: (run) => void runs.add(run) });
  await ask(0);
  const answers = await Promise.all([1, 2, 3].map(ask));
  assert.equal(runs.size, 4);
  for (const [output] of answers) assert.deepEqual(Array.from(output?.data as Float32Array), [1, 1]);
});

test('examples are tried in place of made-up rows, when there are two', async () => {
  const two = { shape: [2, 2], data: [5, 7, 1, 3] };
  assert.equal((await signatureOf(timesFile(2), two)).rowsIndependent, true);
  const one = { shape: [1, 2], data: [5, 7] };
  assert.equal((await signatureOf(timesFile(2), one)).rowsIndependent, false);
});

test('signatures of before are not joined', () => {
  assert.equal(jointKey({}, [x([1, 2])], undefined), undefined);
  assert.equal(jointKey({ rowsIndependent: true }, [x([1, 2]), x([2, 2])], undefined), undefined);
  assert.equal(jointKey({ rowsIndependent: true }, [x([0, 2])], undefined), undefined);
  assert.notEqual(jointKey({ rowsIndependent: true }, [x([1, 2])], undefined), undefined);
});

test('one that the model refuses fails alone', async () => {
  const { pool, model } = await loaded(
    onnxFile({
      inputs: [idsSpec],
      outputs: [floats('y', ['rows', 1])],
      nodes: [{ op: 'Gather', inputs: ['table', 'ids'], outputs: ['y'] }],
      constants: [{ name: 'table', dims: [3], data: Float32Array.of(10, 20, 30) }],
    }),
  );
  await pool.run(model, [ids(0)], minute);
  const settled = await Promise.allSettled([0, 1, 99, 2, 1].map((id) => pool.run(model, [ids(id)], minute)));
  assert.deepEqual(
    settled.map((one) => (one.status === 'fulfilled' ? one.value[0]?.data[0] : one.reason.code)),
    [10, 20, 'inference/refused', 30, 20],
  );
});

test('one that does not end fails alone, within its own time', async () => {
  // y = x after as many rounds of work as the largest id says.
  const file = workFile(idsSpec, {
    op: 'ReduceMax',
    inputs: ['ids'],
    outputs: ['count'],
    attributes: { keepdims: { integer: 0 } },
  });
  const joint = { ...onnxPoolDefaults.joint, hurriedMs: 0 };
  const { pool, model } = await loaded(file, { joint });
  assert.equal(model.signature.rowsIndependent, true);
  const ask = (rounds: number, timeoutMs: number) =>
    pool.run(model, [x([1, 2], rounds), ids(rounds)], { timeoutMs });
  await ask(1, 60_000);
  const settled = await Promise.allSettled([
    ask(1, 60_000),
    ask(2, 60_000),
    ask(90_000_000, 100),
    ask(3, 60_000),
  ]);
  assert.deepEqual(
    settled.map(({ status }) => status),
    ['fulfilled', 'fulfilled', 'rejected', 'fulfilled'],
  );
  const [, , failed] = settled;
  assert.ok(failed?.status === 'rejected' && isAppError(failed.reason, 'inference/timeout'));
});

test('runs are counted apart from requests', async () => {
  const { pool, model } = await loaded(timesFile(2));
  const served = onnxModel({ project: 'times', number: 1 } as VersionRecord, {
    pool,
    model,
    plan: undefined,
  });
  const inference = new Inference({
    sources: [
      {
        index: async () => [],
        find: async () => served,
        load: async () => true,
        unload: async () => true,
      },
    ],
    clock: new ManualClock(1),
    timers: { ...systemTimers, elapsedMs },
    timeoutMs: 60_000,
  });
  const ask = (rows: number) => inference.infer(served, { inputs: [x([rows, 2])] });
  await ask(1);
  await Promise.all([ask(1), ask(2), ask(2), ask(3)]);
  const [counted] = await inference.statistics(undefined, '1');
  assert.equal(counted?.success.count, 5);
  assert.equal(counted?.inferences, 9);
  assert.ok(counted !== undefined && counted.runs < 5);
  const bySize = [...counted.runsByRows];
  assert.equal(
    bySize.reduce((sum, [rows, { count }]) => sum + rows * count, 0),
    9,
  );
  assert.equal(
    bySize.reduce((sum, [, { count }]) => sum + count, 0),
    counted.runs,
  );
});

test('what is joined and cut apart is what it was', () => {
  const request = fc
    .integer({ min: 1, max: 4 })
    .chain((rows) =>
      fc.array(fc.integer({ min: -100, max: 100 }), { minLength: rows * 2, maxLength: rows * 2 }),
    );
  fc.assert(
    fc.property(fc.array(request, { minLength: 1, maxLength: 8 }), (requests) => {
      const inputs = requests.map((values): Tensor[] => [
        { name: 'n', datatype: 'INT16', shape: [values.length / 2, 2], data: Int16Array.from(values) },
        { name: 't', datatype: 'BYTES', shape: [values.length / 2, 1, 2], data: values.map(String) },
      ]);
      const rows = requests.map((values) => values.length / 2);
      assert.deepEqual(cutApart(joinedInputs(inputs), rows), inputs);
      assert.throws(() => cutApart(joinedInputs(inputs), [...rows, 1]), /for \d+ rows/);
    }),
  );
});
