import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeTest, shop, type TestArtifact, World } from '../../../test/fixtures/serving-world.ts';
import { holidayColumn } from '../data/index.ts';
import { PinnedForecasts } from './pinned-forecasts.ts';

const columns = { series: ['series'], time: 'timestamp', target: 'value', known: ['price'] };
const artifact: TestArtifact = {
  model: 'snaive',
  lastPeriod: 20,
  series: Object.fromEntries(
    ['b', 'a', 'c', 'd'].map((id, s) => [id, Array.from({ length: 21 }, (_, i) => s + (i % 7))]),
  ),
};

/** What all series are forecast as, by id. */
async function pinned(
  world: World,
  of: { batchSeqMax: number; cutoff: number; wanted?: (id: string) => boolean },
): Promise<Map<string, { mean: number[]; quantiles: number[] } | null>> {
  const { wanted } = of;
  const forecasts = await PinnedForecasts.open({
    ...of,
    adaptation: {},
    project: world.project,
    version: world.championVersion,
    artifacts: world,
    observations: world,
    snapshots: world.store,
    holidays: holidayColumn,
    decode: async (bytes) => decodeTest(bytes),
    breathe: async () => {},
    wanted: () => wanted ?? (() => true),
  });
  const seriesIds = forecasts.seriesIds().filter((id) => wanted?.(id) ?? true);
  const ask = forecasts.askOf({});
  const made = [...forecasts.forecasts({ seriesIds, ask })];
  return new Map(
    made.map((one, i) => [
      seriesIds[i] as string,
      one === undefined ? null : { mean: [...one.mean], quantiles: [...one.quantiles] },
    ]),
  );
}

async function worldWithRows(knows: boolean): Promise<World> {
  const world = new World(shop({ columns }));
  await world.promote(world.train(knows ? { ...artifact, knows: ['price'] } : artifact));
  await world.plan(['a', 22, { price: 3 }], ['b', 23, { price: 4 }], ['zz', 22, { price: 9 }]);
  await world.ingest(['a', 21, 50], ['z', 20, 4], ['c', 22, 7]);
  await world.ingest(['z', 21, null], ['y', 19, 8]);
  return world;
}

test('pinned forecasts are those that were answered at that moment, whatever came later', async () => {
  for (const knows of [false, true]) {
    const world = await worldWithRows(knows);
    await world.serving.start([world.project]);
    const answer = await world.serving.answer('shop', {});
    const expected = new Map(
      answer.forecasts.map(({ prediction: { seriesId, mean, quantiles } }) => [
        seriesId,
        { mean: [...mean], quantiles: [...quantiles] },
      ]),
    );
    const { batchSeq, cutoff } = world.serving.status('shop');
    const pin = { batchSeqMax: batchSeq, cutoff: cutoff as number };
    assert.deepEqual(await pinned(world, pin), expected);
    await world.ingest(['a', 21, 1], ['b', 25, 60], ['x', 24, 5]);
    await world.plan(['a', 23, { price: 99 }]);
    assert.deepEqual(await pinned(world, pin), expected);
    assert.notDeepEqual(await pinned(world, { batchSeqMax: 99, cutoff: 25 }), expected);
  }
});

test('a share of the series is forecast as all of them are', async () => {
  const world = await worldWithRows(true);
  const pin = { batchSeqMax: 3, cutoff: 22 };
  const all = await pinned(world, pin);
  assert.deepEqual([...all.keys()], ['b', 'a', 'c', 'd', 'y', 'z']);
  // The newest period is of a series that the share leaves out.
  for (const share of [['a', 'z'], ['d', 'y'], ['b']]) {
    const some = await pinned(world, { ...pin, wanted: (id) => share.includes(id) });
    for (const id of share) assert.deepEqual(some.get(id), all.get(id), id);
  }
});

test('without a version the baseline answers, and a version that cannot be read is an error, not the baseline', async () => {
  const world = new World(shop({ columns }));
  await world.ingest(['a', 2, 5], ['b', 2, null]);
  const made = await pinned(world, { batchSeqMax: 1, cutoff: 2 });
  assert.deepEqual(made.get('a')?.mean, [5, 5, 5]);
  assert.equal(made.get('b'), null);
  const broken = await worldWithRows(false);
  broken.artifacts.clear();
  await assert.rejects(pinned(broken, { batchSeqMax: 3, cutoff: 22 }), /blob is missing/);
});
