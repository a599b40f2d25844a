import assert from 'node:assert/strict';
import { test } from 'node:test';
import { promptTimers, shop, World } from '../../../test/fixtures/serving-world.ts';
import { adaptFor, type LevelAdaptation } from './adaptation.ts';
import type { ProjectServing } from './project-serving.ts';
import type { VersionLevels } from './version-memory.ts';

const adaptation: LevelAdaptation = { regular: { levels: [0.1, 0.9], modelLevels: [0.05, 0.97] } };

/** `a` is regular, `b` sparse; the model's quantiles lie level − ½ from the last value. */
async function trained(world = new World()): Promise<World> {
  world.championVersion = world.train({
    model: 'naive',
    lastPeriod: 10,
    series: { a: [5, 6, 7], b: [0, 0, 5] },
  });
  await world.serving.start([world.project]);
  return world;
}

test('a quantile is the one of the adapted level, under the name of the level asked for', async () => {
  const world = await trained();
  world.serving.adapt('shop', adaptation, 'ver_1');
  const { forecasts } = await world.serving.forecast('shop', { horizon: 1 });
  const [regular, sparse] = forecasts.map(({ steps }) => steps[0]?.quantiles);
  assert.deepEqual(regular, { 0.1: 6.55, 0.9: 7.47 });
  assert.deepEqual(sparse, { 0.1: 4.6, 0.9: 5.4 });
});

test('what the model was asked for is stored with the prediction', async () => {
  const world = await trained();
  world.serving.adapt('shop', adaptation, 'ver_1');
  await world.ingest(['new', 11, 3]);
  await world.serving.catchUp('shop');
  await world.serving.forecast('shop', {});
  const stored = world.predictions.map(({ seriesId, levels, adapted }) => ({ seriesId, levels, adapted }));
  const levels = [0.1, 0.9];
  assert.deepEqual(stored, [
    { seriesId: 'a', levels, adapted: { demand: 'regular', levels: [0.05, 0.97] } },
    { seriesId: 'b', levels, adapted: { demand: 'sparse', levels } },
    // The baseline answers for a new series, from no curve that labels could adapt.
    { seriesId: 'new', levels, adapted: undefined },
  ]);
});

test('other levels than those adapted are shifted as their neighbours are, in order', async () => {
  const world = await trained();
  world.serving.adapt('shop', adaptation, 'ver_1');
  const quantiles = [0.02, 0.1, 0.5, 0.9, 0.98];
  await world.serving.forecast('shop', { series: ['a'], quantiles });
  const asked = world.predictions[0]?.adapted?.levels as readonly number[];
  assert.deepEqual([asked[1], asked[3]], [0.05, 0.97]);
  assert.deepEqual(
    [...asked].sort((x, y) => x - y),
    asked,
  );
});

test('a project that wants none serves its levels as they are', async () => {
  const world = await trained(new World(shop({ adaptCoverage: false })));
  world.serving.adapt('shop', adaptation, 'ver_1');
  const { forecasts } = await world.serving.forecast('shop', { series: ['a'], horizon: 1 });
  assert.deepEqual(forecasts[0]?.steps[0]?.quantiles, { 0.1: 6.6, 0.9: 7.4 });
  // What it was asked for is kept all the same: coverage is measured with it.
  assert.deepEqual(world.predictions[0]?.adapted, { demand: 'regular', levels: [0.1, 0.9] });
  assert.equal(levelsOf(world.serving.project('shop')).calibration, 0);
});

test('the calibration counts changes of levels only', async () => {
  const world = await trained();
  const serving = world.serving.project('shop');
  assert.equal(levelsOf(serving).calibration, 0);
  world.serving.adapt('shop', {}, 'ver_1');
  assert.equal(levelsOf(serving).calibration, 0);
  world.serving.adapt('shop', adaptation, 'ver_1');
  world.serving.adapt('shop', structuredClone(adaptation), 'ver_1');
  assert.equal(levelsOf(serving).calibration, 1);
});

test('a forecast that is held is not given again once its levels have changed', async () => {
  const world = await trained();
  const id = async (): Promise<string | undefined> =>
    (await world.serving.forecast('shop', { series: ['a'] })).forecasts[0]?.predictionId;
  const first = await id();
  assert.equal(await id(), first);
  world.serving.adapt('shop', adaptation, 'ver_1');
  const second = await id();
  assert.notEqual(second, first);
  assert.equal(await id(), second);
});

test('a server starts with the levels of the labels known, and without them when they cannot be read', async () => {
  const started = await trained(new World(shop(), promptTimers, { adaptation: async () => adaptation }));
  assert.deepEqual(levelsOf(started.serving.project('shop')).adaptation, adaptation);
  const failing = async (): Promise<never> => {
    throw new Error('disk is full');
  };
  const without = await trained(new World(shop(), promptTimers, { adaptation: failing }));
  assert.deepEqual(levelsOf(without.serving.project('shop')).adaptation, {});
});

test('levels are found once per kind of demand and request', () => {
  const adapt = adaptFor([0.1, 0.9], adaptation);
  assert.equal(adapt('regular'), adapt('regular'));
  assert.deepEqual(adapt('sparse').levels, [0.1, 0.9]);
});

/** Those of the version that serves. */
function levelsOf({ memory, current }: ProjectServing): VersionLevels {
  return memory.levelsOf(current);
}
