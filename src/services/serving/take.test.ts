import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualTimers, shop, type TestArtifact, World } from '../../../test/fixtures/serving-world.ts';
import type { Project } from '../../core/index.ts';

const artifact: TestArtifact = { model: 'naive', lastPeriod: 10, series: { a: [1, 2, 3] } };
const longer = (project: Project): Project => ({ ...project, horizonSteps: project.horizonSteps + 5 });

async function stepsOf(world: World): Promise<number | undefined> {
  const { forecasts } = await world.serving.forecast('shop', { series: ['a'] });
  return forecasts[0]?.steps.length;
}

async function trained(): Promise<World> {
  const world = new World();
  world.championVersion = world.train(artifact);
  await world.serving.start([world.project]);
  return world;
}

test('a project of other settings is served with them, by the version and the rows that were there', async () => {
  const world = await trained();
  const { horizonSteps } = world.project;
  await world.ingest(['a', 11, 9]);
  await world.serving.catchUp('shop');
  assert.equal(await stepsOf(world), horizonSteps);
  await world.serving.take(longer(world.project));
  assert.equal(await stepsOf(world), horizonSteps + 5);
  const { version, batchSeq } = world.serving.status('shop');
  assert.deepEqual([version?.number, batchSeq], [1, 1]);
});

test('what served goes on while the version cannot be loaded under the new settings', async () => {
  const world = await trained();
  const { horizonSteps } = world.project;
  const { observationsSince } = world;
  world.observationsSince = () => {
    throw new Error('disk I/O error');
  };
  await assert.rejects(world.serving.take(longer(world.project)));
  assert.equal(await stepsOf(world), horizonSteps);
  world.observationsSince = observationsSince;
  await world.serving.take(longer(world.project));
  assert.equal(await stepsOf(world), horizonSteps + 5);
});

test('projects come and go beside each other', async () => {
  const world = await trained();
  await world.serving.take({ ...shop(), name: 'depot' });
  assert.deepEqual(world.serving.projectNames(), ['shop', 'depot']);
  assert.equal(world.serving.status('depot').loading, null);
  world.serving.drop('depot');
  world.serving.drop('depot');
  assert.throws(() => world.serving.status('depot'), { code: 'serving/unknown-project' });
  assert.equal(await stepsOf(world), world.project.horizonSteps);
  world.serving.drop('shop');
  await assert.rejects(stepsOf(world), { code: 'serving/unknown-project' });
});

test('one that was dropped while it was being loaded is not tried again', async () => {
  const timers = new ManualTimers();
  const world = new World(shop(), timers);
  const fail: ((error: Error) => void)[] = [];
  world.routing = () => new Promise((_, reject) => void fail.push(reject));
  const taken = world.serving.take({ ...shop(), name: 'depot' });
  await timers.run(1);
  world.serving.drop('depot');
  for (const reject of fail.splice(0)) reject(new Error('disk I/O error'));
  await taken.catch(() => {});
  await timers.run(600_000);
  assert.equal(fail.length, 0);
});
