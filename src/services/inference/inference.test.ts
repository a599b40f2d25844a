import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualTimers, promptTimers } from '../../../test/fixtures/serving-world.ts';
import { TensorModels, tensorModel } from '../../../test/fixtures/tensor-models.ts';
import { AppError, ManualClock } from '../../core/index.ts';
import { Inference, type InferenceOptions } from './inference.ts';
import type { InferenceModel } from './model.ts';
import type { Tensor } from './tensor.ts';

const x = (...values: number[]): Tensor => ({
  name: 'x',
  datatype: 'FP64',
  shape: [values.length],
  data: Float64Array.from(values),
});
const specs = {
  inputs: [{ name: 'x', datatype: 'FP64', shape: [-1] }],
  outputs: [
    { name: 'twice', datatype: 'FP64', shape: [-1] },
    { name: 'half', datatype: 'FP64', shape: [-1] },
  ],
} as const;

/** Doubles and halves. */
function doubler(version: string, name = 'double'): InferenceModel {
  const infer = async ([given]: readonly Tensor[]): Promise<Tensor[]> => {
    const { data, shape } = given as Tensor & { data: Float64Array };
    return [
      { name: 'half', datatype: 'FP64', shape, data: data.map((value) => value / 2) },
      { name: 'twice', datatype: 'FP64', shape, data: data.map((value) => value * 2) },
    ];
  };
  return tensorModel(name, { ...specs, version, infer });
}

function inferenceOver(
  models: readonly InferenceModel[],
  change: Partial<InferenceOptions> = {},
): { inference: Inference; timers: ManualTimers } {
  const timers = new ManualTimers();
  const inference = new Inference({
    sources: [new TensorModels(models)],
    clock: new ManualClock(1000),
    timers,
    timeoutMs: 50,
    ...change,
  });
  return { inference, timers };
}

test('without a version the one that serves answers, with one exactly that', async () => {
  const { inference } = inferenceOver([doubler('1'), doubler('2')]);
  assert.equal((await inference.find('double')).version, '2');
  assert.equal((await inference.find('double', '1')).version, '1');
  await assert.rejects(inference.find('double', '3'), {
    code: 'inference/unknown-version',
    message: /ready is 1, 2/,
  });
  await assert.rejects(inference.find('single'), { code: 'inference/unknown-model', message: /"double"/ });
});

test('the first source that has a name answers for it, and the first of all is the default', async () => {
  const sources = [
    new TensorModels([doubler('1', 'a')]),
    new TensorModels([doubler('2', 'a'), doubler('1', 'b')]),
  ];
  const { inference } = inferenceOver([], { sources });
  assert.equal((await inference.find('a')).version, '1');
  assert.equal((await inference.find('b')).version, '1');
  assert.equal(await inference.defaultName(), 'a');
  assert.equal(await inferenceOver([], { sources, defaultModel: 'b' }).inference.defaultName(), 'b');
  await assert.rejects(inferenceOver([]).inference.defaultName(), { code: 'inference/unknown-model' });
});

test('outputs come in the order asked, once each; all in the order of the model', async () => {
  const { inference } = inferenceOver([doubler('1')]);
  const model = await inference.find('double');
  const names = async (outputs?: readonly string[]): Promise<string[]> =>
    (await inference.infer(model, { inputs: [x(1)], outputs })).map(({ name }) => name);
  assert.deepEqual(await names(), ['twice', 'half']);
  assert.deepEqual(await names(['half', 'half']), ['half']);
  assert.deepEqual(await names([]), ['twice', 'half']);
  await assert.rejects(names(['third']), { code: 'inference/unknown-output', message: /"twice", "half"/ });
});

for (const [what, inputs, message] of [
  ['no input', [], /needs input "x"/],
  ['an input it does not take', [x(1), { ...x(1), name: 'y' }], /takes no input "y": it takes "x"/],
  ['an input twice', [x(1), x(1)], /given twice/],
  [
    'another datatype',
    [{ ...x(1), datatype: 'FP32', data: Float32Array.of(1) }],
    /is FP32: the model takes FP64/,
  ],
  ['another rank', [{ ...x(1), shape: [1, 1] }], /\[1, 1\]: the model takes \[-1\]/],
  ['values that its shape does not have', [{ ...x(1), shape: [2] }], /has 1 values/],
] as const) {
  test(`refuses ${what}`, async () => {
    const { inference } = inferenceOver([doubler('1')]);
    const model = await inference.find('double');
    const request = { inputs: inputs as readonly Tensor[] };
    await assert.rejects(inference.infer(model, request), { code: 'inference/invalid-tensor', message });
  });
}

test('a model that hangs is an error of its request, and holds its place until it is done', async () => {
  let finish: (outputs: readonly Tensor[]) => void = () => {};
  const infer = (): Promise<readonly Tensor[]> => new Promise((resolve) => (finish = resolve));
  const slow = tensorModel('slow', { ...specs, infer });
  const { inference, timers } = inferenceOver([slow, doubler('1')], { underWayMax: 1 });
  const late = inference.infer(slow, { inputs: [x(1)], timeoutMs: 20 });
  const failed = assert.rejects(late, { code: 'inference/timeout', message: /within 20 ms/ });
  await timers.run(20);
  await failed;
  const other = await inference.find('double');
  await assert.rejects(inference.infer(other, { inputs: [x(1)] }), { code: 'inference/overloaded' });
  finish([]);
  await timers.run(0);
  assert.equal((await inference.infer(other, { inputs: [x(1)] })).length, 2);
});

test('a request cannot wait longer than the setting', async () => {
  const hanging = tensorModel('hanging', { ...specs, infer: () => new Promise(() => {}) });
  const { inference, timers } = inferenceOver([hanging]);
  const late = inference.infer(hanging, { inputs: [x(1)], timeoutMs: 1e9 });
  const failed = assert.rejects(late, { code: 'inference/timeout', message: /within 50 ms/ });
  await timers.run(50);
  await failed;
});

for (const [what, infer] of [
  [
    'throws at once',
    () => {
      throw new TypeError('no');
    },
  ],
  ['rejects', () => Promise.reject(new TypeError('no'))],
  ['leaves out an output', async () => []],
  [
    'gives values that its shape does not have',
    async () => [
      { ...x(1), name: 'twice', shape: [2] },
      { ...x(1), name: 'half' },
    ],
  ],
] as const) {
  test(`a model that ${what} has failed, and the next request is answered`, async () => {
    const model = tensorModel('broken', { ...specs, infer: infer as InferenceModel['infer'] });
    const { inference } = inferenceOver([model, doubler('1')], { underWayMax: 1 });
    await assert.rejects(inference.infer(model, { inputs: [x(1)] }), { code: 'inference/failed' });
    assert.equal((await inference.infer(await inference.find('double'), { inputs: [x(1)] })).length, 2);
  });
}

test('what a model says is wrong is told as it says it', async () => {
  const infer = (): Promise<never> => Promise.reject(new AppError('serving/unknown-series', 'who?'));
  const model = tensorModel('picky', { ...specs, infer });
  const { inference } = inferenceOver([model]);
  await assert.rejects(inference.infer(model, { inputs: [x(1)] }), { code: 'serving/unknown-series' });
});

test('statistics count requests, rows and time by version; one never asked has zeros', async () => {
  let elapsed = 0;
  const own = doubler('1');
  const infer: InferenceModel['infer'] = (...args) => {
    elapsed += 5;
    return own.infer(...args);
  };
  const model = { ...own, infer };
  const sources = [new TensorModels([model, doubler('1', 'idle')])];
  const { inference } = inferenceOver([], { sources, timers: { ...promptTimers, elapsedMs: () => elapsed } });
  await inference.infer(model, { inputs: [x(1, 2, 3)] });
  await inference.infer(model, { inputs: [x(4)] });
  await assert.rejects(inference.infer(model, { inputs: [] }));
  const [asked, idle, ...others] = await inference.statistics();
  assert.equal(others.length, 0);
  assert.equal(asked?.lastAt, 1000);
  assert.equal(asked?.inferences, 4);
  assert.deepEqual(asked?.success, { count: 2, ms: 10 });
  assert.deepEqual(asked?.computing, { count: 2, ms: 10 });
  assert.equal(asked?.failed.count, 1);
  assert.deepEqual([idle?.name, idle?.success.count, idle?.lastAt], ['idle', 0, 0]);
  assert.equal((await inference.statistics('idle', '1')).length, 1);
  await assert.rejects(inference.statistics('nobody'), { code: 'inference/unknown-model' });
});

test('load and unload go to the source that has the model', async () => {
  const { inference } = inferenceOver([doubler('1')]);
  await inference.unload('double');
  await assert.rejects(inference.find('double'), { code: 'inference/not-ready', message: /unloaded/ });
  await inference.load('double');
  assert.equal((await inference.find('double')).version, '1');
  await assert.rejects(inference.load('nobody'), { code: 'inference/unknown-model' });
  await assert.rejects(inference.unload('nobody'), { code: 'inference/unknown-model' });
});

test('one of several processes loads and unloads nothing', async () => {
  const { inference } = inferenceOver([doubler('1')], { alone: false });
  await assert.rejects(inference.unload('double'), { code: 'inference/several-processes' });
  assert.equal((await inference.find('double')).version, '1');
});
