// A what-if, asked with prices of its own before the forecast that was ordered from, was graded in its place, and could be
// handed out to whoever asked for the forecast itself.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock, wholeProject } from '../../src/core/index.ts';
import { AccuracyMonitor, CoverageMonitor } from '../../src/services/monitor/index.ts';
import { openSqliteStore } from '../../src/storage/sqlite/index.ts';
import { commitOf, row, startMs } from '../conformance/store-fixtures.ts';
import { pastOf } from '../fixtures/past.ts';
import { shop, type TestArtifact, World } from '../fixtures/serving-world.ts';

const artifact: TestArtifact = {
  model: 'naive',
  lastPeriod: 10,
  series: { a: [1, 2, 3] },
  knows: ['price'],
};
const cheap = { price: [9, 9, 9] };

async function asked(): Promise<World> {
  const columns = { series: ['s'], time: 't', target: 'y', known: ['price'], past: [], static: [] };
  const world = new World(shop({ columns }));
  world.championVersion = world.train(artifact);
  await world.serving.start([world.project]);
  await world.plan(['a', 11, { price: 2 }], ['a', 12, { price: 2 }], ['a', 13, { price: 2 }]);
  await world.serving.catchUp('shop');
  return world;
}

test('plans of a request make a what-if: said, stored as such, and not given to anybody else', async () => {
  const world = await asked();
  const { serving } = world;
  const whatIf = await serving.forecast('shop', { series: ['a'], future: cheap });
  const again = await serving.forecast('shop', { series: ['a'], future: cheap });
  const served = await serving.forecast('shop', { series: ['a'] });
  const meant = await serving.forecast('shop', { series: ['a'], future: cheap, purpose: 'served' });
  const tried = await serving.forecast('shop', { series: ['a'], purpose: 'whatIf' });
  assert.deepEqual(
    [whatIf, again, served, meant, tried].map((answer) => [
      answer.purpose,
      answer.forecasts[0]?.steps[0]?.mean,
    ]),
    [
      ['whatIf', 9],
      ['whatIf', 9],
      [undefined, 2],
      [undefined, 9],
      ['whatIf', 2],
    ],
  );
  const ids = [whatIf, again, served, meant, tried].map(({ forecasts }) => forecasts[0]?.predictionId);
  assert.equal(ids[0], ids[1]);
  assert.equal(new Set(ids).size, 4);
  assert.deepEqual(
    world.predictions.map(({ purpose }) => purpose),
    ['whatIf', 'served', 'served', 'whatIf'],
  );
});

test('only what was served is graded, and adapts levels', async () => {
  const world = await asked();
  await world.serving.forecast('shop', { series: ['a'], future: cheap });
  await world.serving.forecast('shop', { series: ['a'] });
  const clock = new ManualClock(startMs);
  const store = openSqliteStore({ path: ':memory:', clock });
  const rows = [11, 12, 13].map((period) => row('a', period, 2));
  const closings = [{ group: wholeProject, through: 12, cause: 'reporters' }] as const;
  await store.commitBatch({ ...commitOf('a', rows), closings });
  await store.appendPredictions(world.predictions);
  const breathe = async (): Promise<void> => {};
  const { predictions, predictionsRepeated, overall } = await new AccuracyMonitor({
    store,
    past: async (_name, range) => pastOf([], range),
    clock,
    breathe,
  }).accuracy(world.project);
  assert.deepEqual([predictions, predictionsRepeated, overall.metrics.mae], [1, 0, 0]);
  const coverage = new CoverageMonitor({
    store,
    servingVersion: async () => 'ver_1',
    breathe,
  });
  // Periods 11 and 12: the newest is open.
  assert.equal((await coverage.measure(world.project)).labels, 2);
  await store.close();
});
