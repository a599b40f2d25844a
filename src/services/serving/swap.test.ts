import assert from 'node:assert/strict';
import { test } from 'node:test';
import { promptTimers, type TestArtifact, World } from '../../../test/fixtures/serving-world.ts';
import { Follower } from './follower.ts';

const first: TestArtifact = { model: 'naive', lastPeriod: 10, series: { a: [1, 2, 3], b: [4, 5, 6] } };
const second: TestArtifact = { model: 'naive', lastPeriod: 11, series: { a: [1, 2, 4], b: [4, 5, 7] } };

async function worldWith(artifact: TestArtifact): Promise<World> {
  const world = new World();
  world.championVersion = world.train(artifact);
  await world.serving.start([world.project]);
  return world;
}

function followerOf(world: World): Follower {
  const { serving, store } = world;
  const log = { info: () => {}, error: () => {} };
  return new Follower({ serving, store, registry: world, timers: promptTimers, log });
}

async function firstMean(world: World): Promise<number | undefined> {
  const response = await world.serving.forecast('shop', { series: ['a'] });
  return response.forecasts[0]?.steps[0]?.mean;
}

test('follows a new champion and rolls back at once', async () => {
  const world = await worldWith(first);
  const follower = followerOf(world);
  await world.ingest(['a', 11, 4]);
  await world.promote(world.train(second, 1));
  await follower.poll();
  assert.equal(world.serving.status('shop').version?.number, 2);
  assert.equal(world.serving.status('shop').previous?.number, 1);
  assert.equal(world.events.at(-1)?.type, 'swap.done');
  assert.equal(await firstMean(world), 4);
  await world.ingest(['a', 12, 9]);
  await follower.poll();
  assert.equal(world.serving.rollback('shop').number, 1);
  // The version before was kept up to date while it did not serve.
  assert.equal(await firstMean(world), 9);
});

test('there is nothing to roll back to before the first swap', async () => {
  const world = await worldWith(first);
  assert.throws(() => world.serving.rollback('shop'), { code: 'serving/no-rollback' });
});

for (const [reason, artifact] of [
  ['numbers that are not finite', { ...second, fault: 'not-finite' }],
  ['absurd size', { ...second, fault: 'huge' }],
  ['crossing quantiles', { ...second, fault: 'crossed' }],
  ['no series', { ...second, series: {} }],
  ['a total far from the old one', { ...second, series: { a: [400], b: [700] } }],
] as const) {
  test(`refuses a version with ${reason}, and the old one goes on`, async () => {
    const world = await worldWith(first);
    await world.promote(world.train(artifact));
    await followerOf(world).poll();
    assert.equal(world.serving.status('shop').version?.number, 1);
    assert.match(world.serving.status('shop').degraded ?? '', /version 2 was refused/);
    assert.equal(world.events.at(-1)?.type, 'swap.refused');
    assert.equal(await firstMean(world), 3);
  });
}

test('refuses a version whose artifact is missing or damaged', async () => {
  const world = await worldWith(first);
  const version = world.train(second);
  world.artifacts.set(version.artifactHash, new Uint8Array([1, 2, 3]));
  await assert.rejects(world.serving.swap('shop', version), { code: 'serving/swap-refused' });
  world.artifacts.clear();
  await assert.rejects(world.serving.swap('shop', version), { code: 'serving/swap-refused' });
  assert.equal(await firstMean(world), 3);
});

test('a champion that cannot be loaded at start leaves the baseline, and says so', async () => {
  const world = new World();
  world.championVersion = world.train(first);
  world.artifacts.clear();
  await world.ingest(['a', 11, 4]);
  await world.serving.start([world.project]);
  await world.serving.catchUp('shop');
  assert.match(world.serving.status('shop').degraded ?? '', /version 1 could not be loaded/);
  assert.equal(await firstMean(world), 4);
});

test('no request fails while champions are swapped under load', async () => {
  const world = await worldWith(first);
  const follower = followerOf(world);
  const given = new Set<string>();
  let served = 0;
  let running = true;
  const load = Array.from({ length: 8 }, async () => {
    while (running) {
      const response = await world.serving.forecast('shop', {});
      assert.ok(response.forecasts.every((forecast) => forecast.source === 'model'));
      for (const { predictionId } of response.forecasts) given.add(predictionId);
      served++;
    }
  });
  for (let i = 0; i < 20; i++) {
    await world.promote(world.train(i % 2 === 0 ? second : first));
    await world.ingest(['a', 12 + i, i + 1]);
    await follower.poll();
    if (i % 5 === 4) world.serving.rollback('shop');
  }
  running = false;
  await Promise.all(load);
  assert.ok(served > 20);
  const stored = world.predictions.map(({ id }) => id);
  assert.equal(new Set(stored).size, stored.length);
  assert.deepEqual(new Set(stored), given);
});

test('a store that fails is followed again from the same event', async () => {
  const world = await worldWith(first);
  const follower = followerOf(world);
  await world.ingest(['a', 11, 4]);
  const readEvents = world.store.readEvents;
  world.store.readEvents = () => Promise.reject(new Error('database is locked'));
  await follower.poll();
  assert.equal(follower.failure, 'database is locked');
  world.store.readEvents = readEvents;
  await follower.poll();
  assert.equal(follower.failure, undefined);
  assert.equal(await firstMean(world), 4);
});

test('reaching an event means that it is in effect, and a failing store ends the wait', async () => {
  const world = await worldWith(first);
  const follower = followerOf(world);
  await world.ingest(['a', 11, 4]);
  await follower.reach(world.events.length);
  assert.equal(await firstMean(world), 4);
  world.store.readEvents = () => Promise.reject(new Error('database is locked'));
  await follower.reach(world.events.length + 1);
  assert.equal(follower.failure, 'database is locked');
});

test('polls by itself until it is stopped', async () => {
  const world = await worldWith(first);
  const follower = followerOf(world);
  follower.start(0);
  await world.ingest(['a', 11, 4]);
  while ((await firstMean(world)) !== 4) await new Promise((resolve) => setImmediate(resolve));
  await follower.stop();
  assert.equal(follower.afterSeq, world.events.length);
});
