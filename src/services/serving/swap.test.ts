import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualTimers, shop, type TestArtifact, World } from '../../../test/fixtures/serving-world.ts';
import { AppError } from '../../core/index.ts';
import type { VersionRecord } from '../../storage/ports/index.ts';

const first: TestArtifact = { model: 'naive', lastPeriod: 10, series: { a: [1, 2, 3], b: [4, 5, 6] } };
const second: TestArtifact = { model: 'naive', lastPeriod: 11, series: { a: [1, 2, 4], b: [4, 5, 7] } };

async function worldWith(artifact: TestArtifact): Promise<World> {
  const world = new World();
  world.championVersion = world.train(artifact);
  await world.serving.start([world.project]);
  return world;
}

async function firstMean(world: World): Promise<number | undefined> {
  const response = await world.serving.forecast('shop', { series: ['a'] });
  return response.forecasts[0]?.steps[0]?.mean;
}

test('follows a new champion and rolls back at once', async () => {
  const world = await worldWith(first);
  await world.ingest(['a', 11, 4]);
  await world.promote(world.train(second, 1));
  await world.follow();
  assert.equal(world.serving.status('shop').version?.number, 2);
  assert.equal(world.serving.status('shop').previous?.number, 1);
  assert.equal(world.events.at(-1)?.type, 'swap.done');
  assert.equal(await firstMean(world), 4);
  await world.ingest(['a', 12, 9]);
  await world.follow();
  assert.equal(await world.propose(world.versions[0] as VersionRecord), undefined);
  assert.equal(world.serving.status('shop').version?.number, 1);
  // The version before was kept up to date while it did not serve.
  assert.equal(await firstMean(world), 9);
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
    await world.follow();
    assert.equal(world.serving.status('shop').version?.number, 1);
    assert.match(world.serving.status('shop').degraded ?? '', /version 2 was refused/);
    assert.equal(world.events.at(-1)?.type, 'swap.refused');
    assert.equal(await firstMean(world), 3);
  });
}

test('refuses a version of which no forecast can be served, though it is of one series only', async () => {
  const world = await worldWith({ ...first, series: { a: [3, 3, 3] } });
  await world.promote(world.train({ ...second, series: { a: [4, 4, 4] }, fault: 'huge' }));
  await world.follow();
  assert.equal(world.serving.status('shop').version?.number, 1);
  assert.match(world.serving.status('shop').degraded ?? '', /1 of 1 sampled series/);
});

test('refuses a version whose artifact is missing or damaged', async () => {
  const world = await worldWith(first);
  const version = world.train(second);
  world.artifacts.set(version.artifactHash, new Uint8Array([1, 2, 3]));
  world.championVersion = version;
  await assert.rejects(world.serving.follow('shop'), { code: 'serving/swap-refused' });
  world.artifacts.clear();
  await assert.rejects(world.serving.follow('shop'), { code: 'serving/swap-refused' });
  assert.equal(await firstMean(world), 3);
});

test('without any version that can be loaded the baseline answers, as version 0, and says so', async () => {
  const world = new World();
  world.championVersion = world.train(first);
  world.artifacts.clear();
  await world.ingest(['a', 11, 4]);
  await world.serving.start([world.project]);
  assert.match(world.serving.status('shop').loading ?? '', /history is being read/);
  await world.serving.catchUp('shop');
  assert.equal(world.serving.status('shop').loading, null);
  assert.match(world.serving.status('shop').degraded ?? '', /version 1 could not be loaded/);
  const { model, degraded, forecasts } = await world.serving.forecast('shop', { series: ['a'] });
  assert.deepEqual(model, { name: 'shop', version: 0, arm: 'baseline' });
  assert.match(degraded ?? '', /version 1 could not be loaded/);
  assert.equal(forecasts[0]?.steps[0]?.mean, 4);
  assert.deepEqual([world.predictions[0]?.arm, world.predictions[0]?.versionId], ['baseline', 'baseline']);
});

test('a champion with a damaged artifact is stood in for by the last that is whole, and returns by itself', async () => {
  const timers = new ManualTimers();
  const world = new World(shop(), timers);
  for (const artifact of [first, second, { ...second, lastPeriod: 12 }])
    await world.promote(Object.assign(world.train(artifact), { provenAt: 0 }));
  const damaged = ['hash2', 'hash3'].map((hash) => [hash, world.artifacts.get(hash) as Uint8Array] as const);
  for (const [hash] of damaged) world.artifacts.set(hash, new Uint8Array([1, 2, 3]));
  const started = world.serving.start([world.project]);
  await timers.run(0);
  await started;
  const status = world.serving.status('shop');
  assert.deepEqual([status.version?.number, status.loading], [1, null]);
  assert.match(status.degraded ?? '', /version 3 could not be loaded/);
  await timers.run(60_000);
  assert.equal(world.serving.status('shop').version?.number, 1);
  for (const [hash, bytes] of damaged) world.artifacts.set(hash, bytes);
  await timers.run(120_000);
  const healed = world.serving.status('shop');
  assert.deepEqual([healed.version?.number, healed.degraded], [3, null]);
  assert.equal(world.events.at(-1)?.type, 'swap.done');
  assert.equal(world.versions[2]?.refusal, null);
  await world.serving.stop();
});

test('a version that cannot be read just now is not passed over for an older one', async () => {
  const timers = new ManualTimers();
  const world = new World(shop(), timers);
  for (const artifact of [first, second, { ...second, lastPeriod: 12 }])
    await world.promote(Object.assign(world.train(artifact), { provenAt: 0 }));
  world.artifacts.set('hash3', new Uint8Array([1, 2, 3]));
  const { loadArtifact } = world;
  world.loadArtifact = (version) =>
    version.number === 2
      ? Promise.reject(new AppError('store/busy', 'another process writes'))
      : loadArtifact.call(world, version);
  const started = world.serving.start([world.project]);
  await timers.run(0);
  await started;
  assert.match(world.serving.status('shop').loading ?? '', /another process writes/);
  world.loadArtifact = loadArtifact;
  await timers.run(10_000);
  const { version, loading } = world.serving.status('shop');
  assert.deepEqual([version?.number, loading], [2, null]);
  await world.serving.stop();
});

test('a store that does not answer at the start is asked again until it does', async () => {
  const timers = new ManualTimers();
  const world = new World(shop(), timers);
  world.championVersion = world.train(first);
  const { store } = world;
  const { getSnapshot } = store;
  const { routing } = world;
  const down = new AppError('store/unavailable', 'the disk is gone');
  world.routing = () => Promise.reject(down);
  await world.serving.start([world.project]);
  assert.match(world.serving.status('shop').loading ?? '', /the disk is gone/);
  await assert.rejects(world.serving.forecast('shop', {}), { code: 'serving/not-trained' });
  await assert.rejects(world.serving.prove('shop', world.versions[0] as VersionRecord), {
    code: 'serving/not-proven',
  });
  world.routing = routing;
  store.getSnapshot = () => Promise.reject(down);
  const { formerChampions } = world;
  world.formerChampions = () => Promise.reject(down);
  await timers.run(1_000);
  assert.match(world.serving.status('shop').loading ?? '', /the disk is gone/);
  store.getSnapshot = getSnapshot;
  world.formerChampions = formerChampions;
  await timers.run(10_000);
  const { version, loading, degraded } = world.serving.status('shop');
  assert.deepEqual([version?.number, loading, degraded], [1, null, null]);
  assert.equal(world.versions[0]?.refusal, null);
  await world.serving.stop();
});

test('a version that proves and is not promoted is let go', async () => {
  const timers = new ManualTimers();
  const world = new World(shop(), timers);
  world.championVersion = world.train(first);
  const started = world.serving.start([world.project]);
  await timers.run(0);
  await started;
  const version = world.train(second);
  const proof = world.serving.prove('shop', version);
  await timers.run(0);
  assert.equal(await proof, undefined);
  assert.equal(world.serving.status('shop').version?.number, 1);
  world.artifacts.clear();
  await timers.run(60_000);
  const again = world.serving.prove('shop', version);
  await timers.run(0);
  assert.match((await again) ?? '', /blob is missing/);
  await world.serving.stop();
});

test('a version that two ask about at once is loaded once, and goes on taking in rows', async () => {
  const world = await worldWith(first);
  const version = world.train(second);
  let reads = 0;
  const read = world.loadArtifact.bind(world);
  world.loadArtifact = async (of) => {
    reads += of.id === version.id ? 1 : 0;
    return await read(of);
  };
  const [one, other] = [world.serving.prove('shop', version), world.serving.prove('shop', version)];
  assert.equal(await one, undefined);
  await world.promote(version);
  await world.serving.follow('shop');
  assert.equal(await other, undefined);
  assert.equal(reads, 1);
  await world.ingest(['a', 12, 9]);
  await world.follow();
  assert.equal(await firstMean(world), 9);
});

test('no request fails while champions are swapped under load', async () => {
  const world = await worldWith(first);
  const given = new Set<string>();
  let served = 0;
  let running = true;
  const load = Array.from({ length: 8 }, async () => {
    while (running) {
      // Clients come by the network: answers that are held must not keep everything else from its turn.
      await new Promise((resolve) => setImmediate(resolve));
      const response = await world.serving.forecast('shop', {});
      assert.ok(response.forecasts.every((forecast) => forecast.source === 'model'));
      for (const { predictionId } of response.forecasts) given.add(predictionId);
      served++;
    }
  });
  for (let i = 0; i < 20; i++) {
    await world.promote(world.train(i % 2 === 0 ? second : first));
    await world.ingest(['a', 12 + i, i + 1]);
    await world.follow();
    const previous = world.serving.project('shop').previous?.version;
    if (i % 5 === 4 && previous) await world.propose(previous);
  }
  running = false;
  await Promise.all(load);
  assert.ok(served > 20);
  const stored = world.predictions.map(({ id }) => id);
  assert.equal(new Set(stored).size, stored.length);
  assert.deepEqual(new Set(stored), given);
});

test('rows that cannot be read are taken in by the next try, and nothing else need happen', async () => {
  const world = await worldWith(first);
  const read = world.observationsSince.bind(world);
  world.observationsSince = () => {
    throw new Error('disk I/O error');
  };
  await world.ingest(['a', 11, 4]);
  await world.follow();
  assert.match(world.feed.failures().join(), /serving is 1 events and 0 s behind: shop: disk I\/O error/);
  assert.equal(await firstMean(world), 3);
  world.observationsSince = read;
  while (world.feed.failures().length > 0) await new Promise((resolve) => setImmediate(resolve));
  assert.equal(await firstMean(world), 4);
});

test('a champion that cannot be asked for is taken in by the next try', async () => {
  const world = await worldWith(first);
  const { routing } = world;
  world.routing = () => Promise.reject(new Error('disk I/O error'));
  await world.promote(world.train(second, 1));
  await world.follow();
  assert.equal(world.serving.status('shop').version?.number, 1);
  world.routing = routing;
  while (world.feed.failures().length > 0) await new Promise((resolve) => setImmediate(resolve));
  assert.equal(world.serving.status('shop').version?.number, 2);
});
