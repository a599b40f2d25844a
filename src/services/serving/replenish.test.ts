import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shop, World } from '../../../test/fixtures/serving-world.ts';
import type { ReplenishmentPosition, ReplenishmentTerms } from './replenishment-request.ts';

/** Series a sells 7 a day, b nothing; quantiles lie within half a unit. */
async function trained(): Promise<World> {
  const world = new World(shop({ horizonSteps: 10 }));
  world.championVersion = world.train({
    model: 'naive',
    lastPeriod: 10,
    series: { a: [5, 6, 7], b: [0, 0, 0] },
  });
  await world.serving.start([world.project]);
  return world;
}

async function ask(world: World, positions: ReplenishmentPosition[], terms: ReplenishmentTerms = {}) {
  return world.serving.replenish('shop', { positions, terms });
}

test('orders what lead time and review need, most urgent first, from stored forecasts', async () => {
  const world = await trained();
  const answer = await ask(
    world,
    [
      { series: 'b', onHand: 3 },
      { series: 'a', onHand: 10, onOrder: [{ units: 5, due: '1970-01-13' }] },
    ],
    { leadTime: 2, review: 3 },
  );
  const [first, second] = answer.lines;
  assert.equal(answer.cutoffAt, '1970-01-11');
  assert.equal(first?.series, 'a');
  assert.equal(first?.meanDemand, 35);
  assert.equal(first?.stockPosition, 15);
  assert.equal(first?.orderQuantity, (first?.orderUpTo ?? 0) - 15);
  assert.ok(first && first.reorderPoint >= 35 && first.reorderPoint <= 37);
  assert.equal(first?.stockoutAt, '1970-01-14');
  assert.equal(world.predictions.length, 2);
  assert.ok(world.predictions.some(({ id }) => id === first?.predictionId));
  assert.equal(second?.orderQuantity, 0);
  assert.deepEqual(answer.totals, {
    lines: 2,
    toOrder: 1,
    orderUnits: first?.orderQuantity,
    orderValue: null,
  });
  assert.equal(answer.rankedBy, 'shortage units');
});

test('a price for every line ranks by value', async () => {
  const world = await trained();
  const answer = await ask(world, [{ series: 'a', onHand: 0 }], { unitCost: 2.5 });
  assert.equal(answer.rankedBy, 'shortage value');
  assert.equal(answer.totals.orderValue, 2.5 * answer.totals.orderUnits);
});

test('the terms of a position come before those of the request', async () => {
  const world = await trained();
  const answer = await ask(world, [{ series: 'a', onHand: 0, leadTime: 4, fillRate: 0.9, packSize: 10 }], {
    leadTime: 1,
    cycleService: 0.99,
  });
  assert.equal(answer.lines[0]?.leadTimeMean, 4);
  assert.equal((answer.lines[0]?.orderQuantity ?? 1) % 10, 0);
});

test('an order has its dates, how long the stock lasts, its packs, and where asked for its stock day by day', async () => {
  const world = await trained();
  const { lines } = await world.serving.replenish('shop', {
    positions: [
      { series: 'a', onHand: 14, packSize: 10, onOrder: [{ units: 7, due: 2 }] },
      { series: 'b', onHand: 3 },
    ],
    terms: { leadTime: 2, review: 3 },
    curves: ['a'],
  });
  const [a, b] = lines;
  assert.ok(a && b);
  assert.equal(a.orderAt, '1970-01-12');
  assert.deepEqual(a.arrivesAt, { earliest: '1970-01-14', likely: '1970-01-14', latest: '1970-01-14' });
  assert.equal(a.stockPeriods, 3);
  assert.equal(a.packs, a.orderQuantity / 10);
  assert.deepEqual([b.orderAt, b.arrivesAt, b.packs, b.curve], [null, null, null, undefined]);
  const curve = a.curve ?? [];
  assert.equal(curve.length, 10);
  assert.deepEqual(
    curve.slice(0, 3).map(({ timestamp, receipts, ordered }) => [timestamp, receipts, ordered]),
    [
      ['1970-01-12', 0, 0],
      ['1970-01-13', 7, 0],
      ['1970-01-14', a.orderQuantity, a.orderQuantity],
    ],
  );
  assert.ok(Math.abs((curve[1]?.stock ?? 0) - 7) < 0.5, String(curve[1]?.stock));
  await assert.rejects(
    world.serving.replenish('shop', { positions: [{ series: 'a', onHand: 1 }], curves: ['b'] }),
    { code: 'serving/invalid-position' },
  );
});

test('where nobody works at weekends, an order placed on a Friday comes on working days', async () => {
  const workdays = [1, 2, 3, 4, 5];
  const world = new World(shop({ horizonSteps: 10, grid: { frequency: 'day', workdays, weekStart: 1 } }));
  world.championVersion = world.train({ model: 'naive', lastPeriod: 10, series: { a: [5, 6, 7] } });
  await world.serving.start([world.project]);
  const [line] = (await ask(world, [{ series: 'a', onHand: 0 }], { leadTime: 3 })).lines;
  const weekday = (label: string | undefined): number => new Date(`${label}T00:00:00Z`).getUTCDay();
  for (const label of [line?.orderAt, line?.arrivesAt?.likely])
    assert.ok(workdays.includes(weekday(label ?? undefined)), String(label));
  const days = (Date.parse(line?.arrivesAt?.likely ?? '') - Date.parse(line?.orderAt ?? '')) / 86_400_000;
  assert.equal(days, weekday(line?.orderAt ?? undefined) <= 2 ? 3 : 5);
});

test('the same request twice gives the same order', async () => {
  const world = await trained();
  const once = await ask(world, [{ series: 'a', onHand: 12 }]);
  const twice = await ask(world, [{ series: 'a', onHand: 12 }]);
  assert.equal(twice.lines[0]?.reorderPoint, once.lines[0]?.reorderPoint);
  assert.equal(twice.lines[0]?.stockoutProbability, once.lines[0]?.stockoutProbability);
});

test('what cannot be planned with is refused with its reason', async () => {
  const world = await trained();
  const cases: [ReplenishmentPosition[], ReplenishmentTerms, RegExp][] = [
    [[{ series: 'a', onHand: -1 }], {}, /onHand -1/],
    [
      [
        { series: 'a', onHand: 1 },
        { series: 'a', onHand: 1 },
      ],
      {},
      /given twice/,
    ],
    [[{ series: 'a', onHand: 1 }], { cycleService: 0.9, fillRate: 0.9 }, /several targets/],
    [[{ series: 'a', onHand: 1 }], { cycleService: 95 }, /share between 0 and 1/],
    [[{ series: 'a', onHand: 1 }], { shortageCost: 3 }, /one cost only/],
    [[{ series: 'a', onHand: 1 }], { policy: 's,Q' }, /without a lot/],
    [[{ series: 'a', onHand: 1 }], { policy: 'R,S', review: 0 }, /without a review/],
    [[{ series: 'a', onHand: 1 }], { leadTime: [{ periods: 1.5, probability: 1 }] }, /lead time/],
    [[{ series: 'a', onHand: 1, onOrder: [{ units: 1, due: 'soon' }] }], {}, /due "soon"/],
  ];
  for (const [positions, terms, reason] of cases) {
    await assert.rejects(ask(world, positions, terms), (error: { code: string; message: string }) => {
      assert.equal(error.code, 'serving/invalid-position');
      assert.match(error.message, reason);
      return true;
    });
  }
  await assert.rejects(ask(world, [{ series: 'a', onHand: 1 }], { leadTime: 9, review: 2 }), {
    code: 'serving/horizon-too-long',
  });
  await assert.rejects(ask(world, [{ series: 'x', onHand: 1 }]), { code: 'serving/unknown-series' });
});

test('without a champion the baseline forecasts, and the line says so', async () => {
  const world = new World(shop({ horizonSteps: 10, levels: [0.1, 0.5, 0.9] }));
  await world.serving.start([world.project]);
  await world.ingest(['n', 1, 4], ['n', 2, 6], ['n', 3, 5]);
  await world.serving.catchUp('shop');
  const answer = await ask(world, [{ series: 'n', onHand: 0 }]);
  assert.equal(answer.lines[0]?.source, 'baseline');
  assert.equal(answer.lines[0]?.baselineReason, 'no-champion');
  assert.ok((answer.lines[0]?.orderQuantity ?? 0) > 8);
});
