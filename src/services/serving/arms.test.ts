import assert from 'node:assert/strict';
import { test } from 'node:test';
import { promptTimers, shop, type TestArtifact, World } from '../../../test/fixtures/serving-world.ts';
import { AppError, type ArmShare, type Routing, routingOf, splitByBucket } from '../../core/index.ts';
import type { ServingOptions } from './serving.ts';

const ids = Array.from({ length: 40 }, (_, i) => `s${i}`);
/** Each series' demand ends with 10 under version 1, and with 14 under version 2. */
const ending = (last: number): TestArtifact => ({
  model: 'naive',
  lastPeriod: 10,
  series: Object.fromEntries(ids.map((id) => [id, [8, 9, last]])),
});
const wider = { regular: { levels: [0.1, 0.9], modelLevels: [0.05, 0.95] } };

function divided(share: number, before?: Routing): Routing {
  const arms: ArmShare[] = [
    { name: 'champion', version: 1, share: 1 - share },
    { name: 'challenger', version: 2, share },
  ];
  return routingOf({ salt: 'rollout-1', arms }, before);
}

/** Version 1 is the champion, version 2 has what the routing gives it. */
async function twoArms(
  routing: Routing = divided(0.5),
  options: Partial<ServingOptions> = {},
  challenger: TestArtifact = ending(14),
): Promise<World> {
  const world = new World(shop(), promptTimers, options);
  world.championVersion = world.train(ending(10));
  await world.serving.start([world.project]);
  world.train(challenger);
  world.divided = routing;
  await world.serving.follow('shop');
  return world;
}

function armOf(unit: string, routing: Routing = divided(0.5)): string {
  return splitByBucket(routing, unit).name;
}

/** One unit of each arm. */
const unitOf = (arm: string): string => ids.find((id) => armOf(id) === arm) ?? assert.fail();

test('each unit is answered by the version of its arm, and both answers say which', async () => {
  const world = await twoArms();
  for (const unit of ids) {
    const { model, forecasts } = await world.serving.forecast('shop', { series: ['s0'], unit });
    const version = armOf(unit) === 'champion' ? 1 : 2;
    assert.deepEqual(model, { name: 'shop', version, arm: armOf(unit) });
    assert.equal(forecasts[0]?.steps[0]?.mean, version === 1 ? 10 : 14);
    assert.equal(forecasts[0]?.model, undefined);
  }
  const stored = new Set(world.predictions.map(({ arm, versionId }) => `${arm} ${versionId}`));
  assert.deepEqual([...stored].sort(), ['challenger ver_2', 'champion ver_1']);
  await world.serving.stop();
});

test('versions side by side do not push out what the other was asked', async () => {
  const world = await twoArms();
  const ask = async (unit: string): Promise<string | undefined> =>
    (await world.serving.answer('shop', { series: ['s0'], unit })).forecasts[0]?.prediction.id;
  const units = ['champion', 'challenger'].map(unitOf);
  const first = await Promise.all(units.map(ask));
  for (let i = 0; i < 5; i++) assert.deepEqual(await Promise.all(units.map(ask)), first);
  assert.equal(world.predictions.length, 2);
  await world.ingest(['s0', 11, 20]);
  await world.serving.catchUp('shop');
  const after = await Promise.all(units.map(ask));
  assert.ok(after.every((id, i) => id !== first[i]));
  const { hits, misses, forecasts } = world.serving.status('shop').cache;
  assert.deepEqual([hits, misses, forecasts], [10, 4, 2]);
  // Both are made ready again once rows have stopped coming.
  await world.serving.stop();
});

test('levels adapted to the labels of one version are its own', async () => {
  const world = await twoArms();
  world.serving.adapt('shop', wider, 'ver_2');
  const low = async (arm: string): Promise<number | undefined> =>
    (await world.serving.forecast('shop', { series: ['s0'], unit: unitOf(arm) })).forecasts[0]?.steps[0]
      ?.quantiles['0.1'];
  assert.equal((await low('champion'))?.toFixed(2), (10 + 0.1 - 0.5).toFixed(2));
  assert.equal((await low('challenger'))?.toFixed(2), (14 + 0.05 - 0.5).toFixed(2));
  await world.serving.stop();
});

test('levels are found for each version that answers', async () => {
  const asked: string[] = [];
  const world = await twoArms(divided(0.5), {
    adaptation: async (_project, versionId) => {
      asked.push(versionId);
      return {};
    },
  });
  while (asked.length < 3) await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(asked, ['ver_1', 'ver_1', 'ver_2']);
  await world.serving.stop();
});

test('without a unit each series is its own: one answer of several arms, in the order asked', async () => {
  const world = await twoArms();
  const { model, forecasts } = await world.serving.forecast('shop', { series: ids });
  assert.deepEqual(
    forecasts.map(({ series }) => series),
    ids,
  );
  assert.equal(model.arm, 'champion');
  for (const { series, steps, model: own } of forecasts) {
    assert.deepEqual(own, armOf(series) === 'champion' ? undefined : { version: 2, arm: 'challenger' });
    assert.equal(steps[0]?.mean, armOf(series) === 'champion' ? 10 : 14);
  }
  const all = await world.serving.forecast('shop', {});
  assert.deepEqual(all.forecasts.map(({ series }) => series).sort(), [...ids].sort());
  assert.equal(new Set(all.forecasts.map(({ predictionId }) => predictionId)).size, ids.length);
  await world.serving.stop();
});

test('what is ordered follows the version of each series', async () => {
  const world = await twoArms();
  const positions = ids.map((series) => ({ series, onHand: 0 }));
  const { lines } = await world.serving.replenish('shop', { positions, terms: { leadTime: 0, review: 1 } });
  for (const { series, meanDemand } of lines)
    assert.equal(meanDemand, armOf(series) === 'champion' ? 10 : 14, series);
  await world.serving.stop();
});

test('an exposure is written once per unit, arm and version; what-ifs and single arms expose nobody', async () => {
  const world = await twoArms();
  for (let i = 0; i < 3; i++) await world.serving.answer('shop', { series: ['s0'], unit: 'store 7' });
  await world.serving.answer('shop', { series: ['s1', 's2'] });
  await world.serving.answer('shop', { series: ['s3'], unit: 'what if', purpose: 'whatIf' });
  await world.serving.answer('shop', { series: ['s3'] }, { version: 2 });
  assert.deepEqual(
    world.exposures.map(({ unit, arm, versionId, salt, project }) => [project, salt, unit, arm, versionId]),
    ['store 7', 's1', 's2'].map((unit) => {
      const arm = armOf(unit);
      return ['shop', 'rollout-1', unit, arm, arm === 'champion' ? 'ver_1' : 'ver_2'];
    }),
  );
  world.divided = undefined;
  await world.serving.follow('shop');
  await world.serving.answer('shop', { series: ['s4'], unit: 'store 8' });
  assert.equal(world.exposures.length, 3);
  await world.serving.stop();
});

test('nobody is answered before the exposure is durable, and one that could not be written is written for the next', async () => {
  const world = await twoArms();
  const { appendExposures } = world.store;
  world.store.appendExposures = () => Promise.reject(new AppError('store/busy', 'another process writes'));
  const ask = () => world.serving.answer('shop', { series: ['s0'], unit: 'store 7' });
  await assert.rejects(ask(), { code: 'store/busy' });
  world.store.appendExposures = appendExposures;
  await ask();
  assert.equal(world.exposures.length, 1);
  await world.serving.stop();
});

test('a share that grows moves units to the challenger alone, and both versions stay loaded', async () => {
  const world = await twoArms(divided(0.2));
  const before = world.serving.project('shop').lineup.seats.map(({ served }) => served);
  const grown = divided(0.6, world.divided);
  world.divided = grown;
  await world.serving.follow('shop');
  assert.deepEqual(
    world.serving.project('shop').lineup.seats.map(({ served }) => served),
    before,
  );
  assert.deepEqual(world.serving.status('shop').arms, [
    { name: 'champion', version: 1, served: 1, share: 0.4 },
    { name: 'challenger', version: 2, served: 2, share: 0.6 },
  ]);
  for (const unit of ids)
    if (armOf(unit, divided(0.2)) === 'challenger') assert.equal(armOf(unit, grown), 'challenger');
  await world.serving.stop();
});

test('versions are let go once no arm has them, but for the one to go back to', async () => {
  const world = await twoArms();
  world.train(ending(12));
  world.divided = routingOf({
    salt: 'three',
    arms: [1, 2, 3].map((version, i) => ({
      name: ['champion', 'b', 'c'][i] as string,
      version,
      share: [0.5, 0.3, 0.2][i] as number,
    })),
  });
  await world.serving.follow('shop');
  const serving = world.serving.project('shop');
  assert.deepEqual(
    [1, 2, 3].map((number) => serving.loaded(number).version?.number),
    [1, 2, 3],
  );
  world.divided = undefined;
  // Version 3 becomes the champion: 1 is kept to go back to, 2 is not.
  assert.equal(await world.propose(world.versions[2] ?? assert.fail()), undefined);
  assert.throws(() => serving.loaded(2), { code: 'serving/version-not-loaded', message: /only 1, 3 are/ });
  assert.deepEqual([serving.current.version?.number, serving.previous?.version?.number], [3, 1]);
  await world.serving.stop();
});

test('the champion answers for an arm whose version is not fit to, says so, and exposes nobody to it', async () => {
  const world = new World();
  world.championVersion = world.train(ending(10));
  await world.serving.start([world.project]);
  world.train({ ...ending(14), fault: 'crossed' });
  world.divided = divided(0.5);
  await assert.rejects(world.serving.follow('shop'), { code: 'serving/swap-refused' });
  const { model, degraded } = await world.serving.forecast('shop', {
    series: ['s0'],
    unit: unitOf('challenger'),
  });
  assert.deepEqual(model, { name: 'shop', version: 1, arm: 'stand-in' });
  assert.match(degraded ?? '', /version 2 was refused/);
  const fine = await world.serving.forecast('shop', { series: ['s0'], unit: unitOf('champion') });
  assert.deepEqual([fine.model.arm, fine.degraded], ['champion', undefined]);
  assert.deepEqual(
    world.exposures.map(({ arm }) => arm),
    ['champion'],
  );
  await world.serving.stop();
});

test('a process that starts loads every arm', async () => {
  const world = new World();
  world.championVersion = Object.assign(world.train(ending(10)), { provenAt: 0 });
  Object.assign(world.train(ending(14)), { provenAt: 0 });
  world.divided = divided(0.5);
  await world.serving.start([world.project]);
  const unit = unitOf('challenger');
  const { model } = await world.serving.forecast('shop', { series: ['s0'], unit });
  assert.deepEqual(
    [model.version, model.arm, world.serving.status('shop').degraded],
    [2, 'challenger', null],
  );
  await world.serving.stop();
});

test('every process divides units alike, and the exposure of each is the same', async () => {
  const world = await twoArms();
  const other = world.another();
  await other.start([world.project]);
  for (const unit of ids) {
    const request = { series: ['s0'], unit };
    const [one, two] = [await world.serving.forecast('shop', request), await other.forecast('shop', request)];
    assert.deepEqual(one.model, two.model);
  }
  const told = world.exposures.map(({ unit, arm, versionId }) => `${unit} ${arm} ${versionId}`);
  assert.deepEqual([told.length, new Set(told).size], [2 * ids.length, ids.length]);
  await Promise.all([world.serving.stop(), other.stop()]);
});

test('a routing that takes long to load does not undo one that came after it', async () => {
  const world = await twoArms();
  const slow = world.train(ending(12));
  const read = Promise.withResolvers<void>();
  const { loadArtifact } = world;
  world.loadArtifact = async (version) => {
    if (version.id === slow.id) await read.promise;
    return await loadArtifact.call(world, version);
  };
  const { divided: before } = world;
  world.divided = routingOf({
    salt: 'rollout-2',
    arms: [
      { name: 'champion', version: 1, share: 0.5 },
      { name: 'challenger', version: 3, share: 0.5 },
    ],
  });
  const late = world.serving.follow('shop');
  await new Promise((resolve) => setImmediate(resolve));
  world.divided = divided(0.7, before);
  await world.serving.follow('shop');
  read.resolve();
  await late;
  assert.deepEqual(
    world.serving.status('shop').arms.map(({ served, share }) => [served, share]),
    [
      [1, 0.3],
      [2, 0.7],
    ],
  );
  await world.serving.stop();
});

test('a splitter that is passed in decides', async () => {
  const world = await twoArms(divided(0.01), { split: (routing) => routing.arms[1] ?? assert.fail() });
  const { model } = await world.serving.forecast('shop', { series: ['s0'], unit: 'anybody' });
  assert.equal(model.arm, 'challenger');
  await world.serving.stop();
});
