import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { promptTimers, shop, type TestArtifact, World } from '../../../test/fixtures/serving-world.ts';
import type { ForecastResponse } from './forecast-request.ts';

const series = ['a', 'b', 'c'];
const knows = ['price'];
const artifact: TestArtifact = {
  model: 'naive',
  lastPeriod: 10,
  series: { a: [1, 2, 3], b: [4, 5, 6] },
};

type Step =
  | { readonly kind: 'row' | 'plan'; readonly series: string; readonly ahead: number; readonly value: number }
  | { readonly kind: 'ask'; readonly series: readonly string[]; readonly horizon: number }
  | { readonly kind: 'price'; readonly value: number }
  | { readonly kind: 'swap' | 'rollback' | 'describe' };

const some = { series: fc.constantFrom(...series), value: fc.integer({ min: 1, max: 9 }) };
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('row' as const), ahead: fc.integer({ min: -2, max: 2 }), ...some }),
  fc.record({ kind: fc.constant('plan' as const), ahead: fc.integer({ min: 0, max: 3 }), ...some }),
  fc.record({
    kind: fc.constant('ask' as const),
    series: fc.subarray(series, { minLength: 1 }),
    horizon: fc.integer({ min: 1, max: 3 }),
  }),
  fc.record({ kind: fc.constant('price' as const), value: some.value }),
  fc.record({ kind: fc.constantFrom('swap' as const, 'rollback' as const, 'describe' as const) }),
);

/** Forecasts without the ids that differ by design. */
function said({ forecasts, model, cutoffAt, missingCovariates }: ForecastResponse): unknown {
  const plain = forecasts.map(({ predictionId: _, ...forecast }) => forecast);
  return { plain, version: model.version, cutoffAt, missingCovariates };
}

/** Does the same to a world with a cache and to one without; both must say the same. */
async function play(world: World, steps: readonly Step[]): Promise<unknown[]> {
  const answers: unknown[] = [];
  const { serving } = world;
  const ask = async (request: object): Promise<void> => {
    answers.push(said(await serving.forecast('shop', request)));
  };
  for (const move of steps) {
    const cutoff = serving.status('shop').cutoff ?? 10;
    if (move.kind === 'row') await world.ingest([move.series, cutoff + move.ahead, move.value]);
    if (move.kind === 'plan') await world.plan([move.series, cutoff + 1 + move.ahead, { price: move.value }]);
    if (move.kind === 'describe')
      world.attributes.push({
        seriesId: 'c',
        attributes: { size: answers.length },
        batchSeq: (world.rows.at(-1)?.batchSeq ?? 0) + 1 + world.attributes.length,
      });
    // A version may be refused for its totals: by both worlds alike.
    if (move.kind === 'swap')
      answers.push(
        await world.propose(world.train({ ...artifact, ...(answers.length % 2 === 0 ? { knows } : {}) })),
      );
    const previous = serving.project('shop').previous?.version;
    if (move.kind === 'rollback' && previous) await world.propose(previous);
    await serving.catchUp('shop');
    if (move.kind === 'ask') {
      const known = move.series.filter((id) => serving.project('shop').current.knows(id));
      // Twice: the second comes from the cache where there is one.
      for (let time = 0; time < 2 && known.length > 0; time++)
        await ask({ series: known, horizon: move.horizon });
    }
    if (move.kind === 'price') await ask({ series: ['a'], future: { price: [move.value, 1, 2] } });
  }
  return answers;
}

/** No version is refused for being slow on a busy machine. */
const timeless = { ...promptTimers, elapsedMs: () => 0 };

async function worldOf(cacheMegabytes: number): Promise<World> {
  const columns = { series: ['series'], time: 'time', target: 'value', known: knows, static: ['size'] };
  const project = shop({ columns });
  const world = new World(project, timeless, { cacheMegabytes });
  world.championVersion = world.train({ ...artifact, knows });
  await world.serving.start([world.project]);
  return world;
}

test('whatever comes in between, an answer is what it would be without a cache', async () => {
  let hits = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      const [cached, plain] = [await worldOf(1), await worldOf(0)];
      assert.deepEqual(await play(cached, steps), await play(plain, steps));
      hits += cached.serving.status('shop').cache.hits;
      assert.equal(plain.serving.status('shop').cache.hits, 0);
      // Every id that was given is of a prediction stored once.
      const ids = cached.predictions.map(({ id }) => id);
      assert.equal(new Set(ids).size, ids.length);
    }),
    { numRuns: 150 },
  );
  assert.ok(hits > 300);
});

test('the same forecast asked twice is one prediction, stored once', async () => {
  const world = await worldOf(1);
  const [one, two] = await Promise.all([
    world.serving.forecast('shop', { series: ['a'] }),
    world.serving.forecast('shop', { series: ['a', 'b'] }),
  ]);
  assert.equal(one?.forecasts[0]?.predictionId, two?.forecasts[0]?.predictionId);
  assert.notEqual(one?.requestId, two?.requestId);
  assert.equal(world.predictions.length, 2);
});

test('a forecast whose store failed is stored anew by the next who asks', async () => {
  const world = await worldOf(1);
  world.failAppend = new Error('disk is full');
  await assert.rejects(world.serving.forecast('shop', { series: ['a'] }), /disk is full/);
  world.failAppend = undefined;
  const { forecasts } = await world.serving.forecast('shop', { series: ['a'] });
  assert.equal(world.predictions[0]?.id, forecasts[0]?.predictionId);
});

test('what was asked for is ready after new rows, and stored only when it is given', async () => {
  const world = await worldOf(1);
  await world.serving.forecast('shop', { series: ['a'] });
  await world.ingest(['a', 11, 8]);
  await world.serving.catchUp('shop');
  const before = world.serving.status('shop').cache;
  while (world.serving.status('shop').cache.forecasts === 0) await new Promise(setImmediate);
  assert.equal(world.predictions.length, 1);
  const { forecasts } = await world.serving.forecast('shop', { series: ['a'] });
  assert.equal(forecasts[0]?.steps[0]?.timestamp, '1970-01-13');
  assert.equal(world.serving.status('shop').cache.hits, before.hits + 1);
  assert.equal(world.predictions.length, 2);
});

test('memory is bounded: what was asked for longest ago goes first', async () => {
  const names = Array.from({ length: 3000 }, (_, i) => `s${i}`);
  const world = new World(shop(), undefined, { cacheMegabytes: 1 });
  const histories = Object.fromEntries(names.map((name) => [name, [1, 2, 3]]));
  world.championVersion = world.train({ model: 'naive', lastPeriod: 10, series: histories });
  await world.serving.start([world.project]);
  for (const name of names) await world.serving.forecast('shop', { series: [name] });
  const { forecasts, bytes, hits } = world.serving.status('shop').cache;
  assert.ok(bytes <= 1024 * 1024 && forecasts > 100 && forecasts < 3000);
  await world.serving.forecast('shop', { series: ['s2999'] });
  await world.serving.forecast('shop', { series: ['s0'] });
  assert.equal(world.serving.status('shop').cache.hits, hits + 1);
});

test('a new series is forecast anew when its attributes change', async () => {
  const world = await worldOf(1);
  for (const size of [3, 5]) {
    world.attributes.push({ seriesId: 'c', attributes: { size }, batchSeq: size });
    await world.serving.catchUp('shop');
    const { forecasts } = await world.serving.forecast('shop', { series: ['c'] });
    assert.equal(forecasts[0]?.steps[0]?.mean, size);
  }
});
