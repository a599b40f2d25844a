import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ProjectChange } from '../../../test/fixtures/project.ts';
import { fixedProjects } from '../../../test/fixtures/project.ts';
import { promptTimers, shop, type TestArtifact, World } from '../../../test/fixtures/serving-world.ts';
import { routingOf, splitByBucket } from '../../core/index.ts';
import { breathe } from '../serving/index.ts';
import { ForecasterSource } from './forecaster-source.ts';
import type { InferenceAsk } from './model.ts';
import type { Tensor } from './tensor.ts';

const first: TestArtifact = { model: 'naive', lastPeriod: 10, series: { a: [1, 2, 3], b: [4, 5, 6] } };
const second: TestArtifact = { model: 'naive', lastPeriod: 11, series: { a: [1, 2, 4], b: [4, 5, 7] } };

async function sourceOver(
  artifact: TestArtifact | undefined,
  change: ProjectChange = {},
): Promise<{ world: World; source: ForecasterSource }> {
  const world = new World(shop(change));
  if (artifact) world.championVersion = world.train(artifact);
  await world.serving.start([world.project]);
  const { serving, project } = world;
  const source = new ForecasterSource({
    projects: fixedProjects(project),
    serving,
    breathe: () => breathe(promptTimers),
  });
  return { world, source };
}

const series = (...data: string[]): Tensor => ({
  name: 'series',
  datatype: 'BYTES',
  shape: [data.length],
  data,
});

async function infer(
  source: ForecasterSource,
  inputs: readonly Tensor[],
  { version, ...ask }: Partial<InferenceAsk> & { version?: string } = {},
): Promise<Record<string, Tensor>> {
  const model = await source.find('shop', version);
  assert.ok(model);
  const outputs = await model.infer(inputs, { timeoutMs: 1000, ...ask });
  return Object.fromEntries(outputs.map((tensor) => [tensor.name, tensor]));
}

test('forecasts come in the order of the series, and are stored as they are answered', async () => {
  const { world, source } = await sourceOver(first);
  const heard: string[] = [];
  source.onForecast((project, { forecasts }) => heard.push(`${project} ${forecasts.length}`));
  const {
    mean,
    quantiles,
    timestamp,
    level,
    prediction_id,
    source: by,
  } = await infer(source, [series('b', 'a', 'b')]);
  assert.deepEqual(mean?.shape, [3, 3]);
  assert.deepEqual([...(mean?.data ?? [])], [6, 6, 6, 3, 3, 3, 6, 6, 6]);
  assert.deepEqual(quantiles?.shape, [3, 2, 3]);
  assert.deepEqual([...(quantiles?.data ?? [])].slice(0, 6), [5.6, 5.6, 5.6, 6.4, 6.4, 6.4]);
  assert.deepEqual(level?.data, Float64Array.of(0.1, 0.9, 0.1, 0.9, 0.1, 0.9));
  assert.deepEqual([...(timestamp?.data ?? [])].slice(3, 6), ['1970-01-12', '1970-01-13', '1970-01-14']);
  assert.deepEqual(by?.data, ['model', 'model', 'model']);
  const ids = prediction_id?.data as readonly string[];
  assert.equal(ids[0], ids[2]);
  assert.deepEqual(
    world.predictions.map(({ id, seriesId }) => [id, seriesId]),
    [
      [ids[0], 'b'],
      [ids[1], 'a'],
    ],
  );
  assert.deepEqual(heard, ['shop 2']);
});

test('only the outputs asked for are made, with the horizon and levels of the request', async () => {
  const { source } = await sourceOver(first);
  const parameters = { horizon: 2, quantiles: '0.25, 0.5,0.75' };
  const made = await infer(source, [series('a')], { outputs: ['quantiles'], parameters });
  assert.deepEqual(Object.keys(made), ['quantiles']);
  assert.deepEqual(made.quantiles?.shape, [1, 3, 2]);
});

for (const [what, parameters, code] of [
  ['a horizon beyond the project', { horizon: 4 }, 'serving/horizon-too-long'],
  ['a horizon that is no number', { horizon: 'two' }, 'inference/invalid-tensor'],
  ['a horizon of nothing', { horizon: '' }, 'inference/invalid-tensor'],
  ['levels outside 0 to 1', { quantiles: '0.5, 1.5' }, 'serving/invalid-levels'],
  ['levels that are no numbers', { quantiles: '0.5; 0.9' }, 'inference/invalid-tensor'],
] as const) {
  test(`refuses ${what}`, async () => {
    const { source } = await sourceOver(first);
    await assert.rejects(infer(source, [series('a')], { parameters }), { code });
  });
}

test('refuses no series at all, and a series that nobody knows', async () => {
  const { source, world } = await sourceOver(first);
  await assert.rejects(infer(source, [series()]), { code: 'inference/invalid-tensor' });
  await assert.rejects(infer(source, [series('a', 'nobody')]), { code: 'serving/unknown-series' });
  assert.equal(world.predictions.length, 0);
});

test('columns known ahead are optional inputs, NaN and empty texts leave the plans of the data', async () => {
  const change: ProjectChange = {
    columns: {
      series: ['item'],
      time: 'date',
      target: 'units',
      known: ['price', 'event'],
      categories: ['event'],
    },
  };
  const { source, world } = await sourceOver({ ...first, knows: ['price'] }, change);
  const model = await source.find('shop');
  assert.deepEqual(
    model?.inputs.map(({ name, datatype, shape, optional }) => [
      name,
      datatype,
      shape.length,
      optional ?? false,
    ]),
    [
      ['series', 'BYTES', 1, false],
      ['price', 'FP64', 2, true],
      ['event', 'BYTES', 2, true],
    ],
  );
  const price = (...data: number[]): Tensor => ({
    name: 'price',
    datatype: 'FP64',
    shape: [data.length / 3, 3],
    data: Float64Array.from(data),
  });
  await infer(source, [series('a', 'b'), price(1, 2, 3, 4, Number.NaN, 6)]);
  assert.deepEqual(
    world.predictions.map(({ covariates }) => covariates),
    [{ price: [1, 2, 3] }, { price: [4, null, 6] }],
  );
  await assert.rejects(infer(source, [series('a', 'b'), price(1, 2, 3)]), {
    message: /1 rows: give one for each of the 2/,
  });
  await assert.rejects(infer(source, [series('a', 'a'), price(1, 2, 3, 1, 2, 3)]), {
    message: /named twice/,
  });
  const ask = { parameters: { horizon: 2 } };
  await assert.rejects(infer(source, [series('a'), price(1, 2, 3)], ask), { code: 'serving/invalid-future' });
});

test('the champion and the version before it answer by number, another does not', async () => {
  const { world, source } = await sourceOver(first);
  await world.ingest(['a', 11, 4]);
  await world.promote(world.train(second, 1));
  await world.follow();
  assert.deepEqual(
    (await source.index()).map(({ version, state }) => `${version} ${state}`),
    ['2 READY', '1 READY'],
  );
  assert.equal((await source.find('shop'))?.version, '2');
  assert.equal(await source.find('shop', '3'), undefined);
  await infer(source, [series('a')], { version: '1' });
  await infer(source, [series('a')], { version: '2' });
  await infer(source, [series('a')]);
  assert.deepEqual(
    world.predictions.map(({ versionId, arm }) => `${versionId} ${arm}`),
    // What was asked again unchanged is the forecast that was given before.
    ['ver_1 previous', 'ver_2 champion'],
  );
});

test('where requests are divided, a unit is answered by its version, and the answer says which', async () => {
  const { world, source } = await sourceOver(first);
  world.train(second);
  world.divided = routingOf({
    salt: 'rollout',
    arms: [
      { name: 'champion', version: 1, share: 0.5 },
      { name: 'challenger', version: 2, share: 0.5 },
    ],
  });
  await world.serving.follow('shop');
  assert.deepEqual(
    (await source.index()).map(({ version }) => version),
    ['1', '2'],
  );
  const answeredBy = async (unit: string | undefined, version?: string): Promise<string | undefined> => {
    const model = await source.find('shop', version);
    await model?.infer([series('a')], { timeoutMs: 1000, ...(unit && { parameters: { unit } }) });
    return model?.version;
  };
  const units = Array.from({ length: 20 }, (_, i) => `store ${i}`);
  for (const unit of units)
    assert.equal(await answeredBy(unit), String(splitByBucket(world.divided, unit).version));
  assert.deepEqual([await answeredBy(undefined), await answeredBy(units[0], '2')], ['1', '2']);
  assert.deepEqual([...new Set(world.exposures.map(({ versionId }) => versionId))].sort(), [
    'ver_1',
    'ver_2',
  ]);
  assert.equal(world.exposures.length, units.length);
  for (const unit of ['', 'a\nb', 'x'.repeat(257)])
    await assert.rejects(
      infer(source, [series('a')], { parameters: { unit } }),
      { code: 'inference/invalid-tensor' },
      unit,
    );
});

test('a version found before a swap still answers after it', async () => {
  const { world, source } = await sourceOver(first);
  const found = await source.find('shop');
  await world.ingest(['a', 11, 4]);
  await world.promote(world.train(second, 1));
  await world.follow();
  assert.equal(found?.version, '1');
  await found?.infer([series('a')], { timeoutMs: 1000 });
  assert.equal(world.predictions.at(-1)?.arm, 'previous');
});

test('a project without data is not ready; with rows only, the baseline is version 0', async () => {
  const { world, source } = await sourceOver(undefined);
  assert.deepEqual((await source.index())[0]?.state, 'UNAVAILABLE');
  assert.equal(await source.find('shop'), undefined);
  await assert.rejects(source.load('shop'), { code: 'inference/not-ready', message: /send history/ });
  await world.ingest(['a', 1, 5]);
  await world.serving.catchUp('shop');
  assert.equal((await source.find('shop'))?.version, '0');
  const { source: by } = await infer(source, [series('a')]);
  assert.deepEqual(by?.data, ['baseline']);
});

test('unloading a project takes it out of these protocols, and nothing else', async () => {
  const { world, source } = await sourceOver(first);
  assert.equal(await source.unload('shop'), true);
  assert.equal(await source.find('shop'), undefined);
  assert.equal((await source.index())[0]?.reason, 'unloaded');
  assert.equal((await world.serving.forecast('shop', { series: ['a'] })).forecasts.length, 1);
  assert.equal(await source.load('shop'), true);
  assert.ok(await source.find('shop'));
  assert.equal(await source.load('nobody'), false);
  assert.equal(await source.unload('nobody'), false);
});

test('an answer of more values than fit is refused before anything is forecast', async () => {
  const { source, world } = await sourceOver(first, { horizonSteps: 1000 });
  const parameters = { quantiles: Array.from({ length: 99 }, (_, i) => (i + 1) / 100).join(',') };
  const many = series(...new Array<string>(100).fill('a'));
  await assert.rejects(infer(source, [many], { parameters }), { code: 'serving/request-too-large' });
  assert.equal(world.predictions.length, 0);
});
