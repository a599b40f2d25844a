// A version that the proof refused served after the next restart, unproven and unmarked, because its alias had moved first.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type TestArtifact, World } from '../fixtures/serving-world.ts';

const first: TestArtifact = { model: 'naive', lastPeriod: 10, series: { a: [1, 2, 3], b: [5, 6, 7] } };

/** Another process over the same registry. */
async function restarted(world: World): Promise<World> {
  const again = new World();
  again.versions.push(...world.versions);
  for (const [hash, bytes] of world.artifacts) again.artifacts.set(hash, bytes);
  again.championVersion = world.championVersion;
  again.former.push(...world.former);
  await again.serving.start([again.project]);
  return again;
}

for (const [name, second] of [
  ['100 times the total', { ...first, series: { a: [400], b: [700] } }],
  ['numbers that are not finite', { ...first, fault: 'not-finite' }],
] as const)
  test(`a version with ${name}, named by its alias and refused, does not serve after a restart either`, async () => {
    const world = new World();
    world.championVersion = world.train(first);
    await world.serving.start([world.project]);
    // By a process that could not ask this one.
    await world.promote(world.train(second));
    await world.follow();
    for (const each of [world, await restarted(world)]) {
      const { version, degraded } = each.serving.status('shop');
      assert.equal(version?.number, 1);
      assert.match(degraded ?? '', /version 2 was refused/);
      const answer = await each.serving.forecast('shop', { series: ['a'] });
      assert.deepEqual([answer.model.version, answer.model.arm], [1, 'stand-in']);
      assert.match(answer.degraded ?? '', /version 2 was refused/);
      assert.deepEqual([answer.forecasts[0]?.source, answer.forecasts[0]?.steps[0]?.mean], ['model', 3]);
      await each.serving.stop();
    }
  });

test('a restart tries what has never served, beside the last version that has', async () => {
  const world = new World();
  world.championVersion = world.train(first);
  await world.serving.start([world.project]);
  assert.equal(world.versions[0]?.provenAt, 0);
  await world.promote(world.train({ ...first, series: { a: [1, 2, 4], b: [5, 6, 8] } }));
  const again = await restarted(world);
  const { version, previous, degraded } = again.serving.status('shop');
  assert.deepEqual([version?.number, previous?.number, degraded], [2, 1, null]);
  assert.equal(again.versions[1]?.provenAt, 0);
});
