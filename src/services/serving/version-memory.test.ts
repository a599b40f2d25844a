import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type TestArtifact, World } from '../../../test/fixtures/serving-world.ts';

const first: TestArtifact = { model: 'naive', lastPeriod: 10, series: { a: [1, 2, 3], b: [4, 5, 6] } };
const second: TestArtifact = { model: 'naive', lastPeriod: 10, series: { a: [1, 2, 4], b: [4, 5, 7] } };
const wider = { regular: { levels: [0.1, 0.9], modelLevels: [0.05, 0.95] } };
const widest = { regular: { levels: [0.1, 0.9], modelLevels: [0.02, 0.98] } };

async function twoVersions(): Promise<World> {
  const world = new World();
  world.championVersion = world.train(first);
  await world.serving.start([world.project]);
  world.serving.adapt('shop', wider, 'ver_1');
  assert.equal(await world.propose(world.train(second)), undefined);
  return world;
}

async function asked(world: World, version: number): Promise<{ id: string; low: number; arm: string }> {
  const answer = await world.serving.answer('shop', { series: ['a'] }, { version });
  const [forecast] = answer.forecasts;
  const prediction = forecast?.prediction ?? assert.fail();
  return { id: prediction.id, low: prediction.quantiles[0] as number, arm: prediction.arm };
}

test('versions side by side do not push out what the other was asked', async () => {
  const world = await twoVersions();
  const before = await asked(world, 1);
  const serves = await asked(world, 2);
  assert.deepEqual([before.arm, serves.arm], ['previous', 'champion']);
  for (let i = 0; i < 3; i++)
    assert.deepEqual([(await asked(world, 1)).id, (await asked(world, 2)).id], [before.id, serves.id]);
  const { hits, misses } = world.serving.status('shop').cache;
  assert.deepEqual([hits, misses], [6, 2]);
  await world.ingest(['a', 11, 9]);
  await world.serving.catchUp('shop');
  assert.notEqual((await asked(world, 1)).id, before.id);
  await world.serving.stop();
});

test('a version begins with the levels of the one before it, and each keeps its own from then on', async () => {
  const world = await twoVersions();
  // Quantiles of the test model lie level - 0.5 from its mean.
  assert.equal((await asked(world, 2)).low.toFixed(2), (4 + 0.05 - 0.5).toFixed(2));
  world.serving.adapt('shop', widest, 'ver_2');
  assert.equal((await asked(world, 2)).low.toFixed(2), (4 + 0.02 - 0.5).toFixed(2));
  assert.equal((await asked(world, 1)).low.toFixed(2), (3 + 0.05 - 0.5).toFixed(2));
  const [old] = world.versions;
  assert.equal(await world.propose(old ?? assert.fail()), undefined);
  const back = await asked(world, 1);
  assert.deepEqual([back.arm, back.low.toFixed(2)], ['champion', (3 + 0.05 - 0.5).toFixed(2)]);
  await world.serving.stop();
});
