import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { dayMs, HttpWorld } from '../../../test/fixtures/http-world.ts';
import type * as api from './contract.ts';

const hostile = `<img src=x onerror=alert(1)>\u202E\u001B[31m`;
const path = '/v1/projects/shop/overrides';
let world: HttpWorld;

beforeEach(async () => {
  world = await HttpWorld.open();
  const days = Array.from({ length: 14 }, (_, i) => i - 14);
  await world.observe(...days.map((day): [string, number, number] => ['apples', day, 10]));
  await world.promote(await world.train({ apples: [10, 10], pears: [4, 4] }));
});
afterEach(() => world.close());

async function call<T>(
  method: 'GET' | 'POST' | 'DELETE',
  url: string,
  of: { payload?: object; status?: number; headers?: Record<string, string> } = {},
): Promise<T> {
  const { payload, status = 200, headers = {} } = of;
  const response = await world.app.inject({
    method,
    url,
    headers,
    ...(payload === undefined ? {} : { payload }),
  });
  assert.equal(response.statusCode, status, response.body);
  return response.json() as T;
}

/** A day of the world: 0 is the first one to forecast. */
const day = (n: number): string => new Date(world.clock.now() + n * dayMs).toISOString().slice(0, 10);

const set = (
  periods: api.OverrideRequest['periods'],
  more: Partial<api.OverrideRequest> = {},
): Promise<api.OverridesSet> =>
  call('POST', path, { payload: { series: 'apples', reason: 'leaflet', periods, ...more } });
const forecast = (payload: object = {}): Promise<api.Forecast> =>
  call('POST', '/v1/projects/shop/forecast', { payload });

test("an override stands beside the model's numbers, which stay as they are", async () => {
  const before = await forecast({ series: ['apples'] });
  const { items, replayed } = await set([
    { timestamp: day(0), value: 25 },
    { timestamp: day(1), percent: -10 },
    { timestamp: day(2), units: 5 },
  ]);
  assert.equal(replayed, false);
  assert.deepEqual(
    items.map(({ value, state, asked }) => [value, state, asked.kind]),
    [
      [25, 'open', 'value'],
      [9, 'open', 'percent'],
      [15, 'open', 'units'],
    ],
  );
  const [first] = items;
  assert.equal(first?.by, 'http 127.0.0.1');
  assert.deepEqual(
    { ...first?.said, quantiles: Object.keys(first?.said.quantiles ?? {}).length },
    { version: 1, source: 'model', cutoffAt: day(-1), mean: 10, quantiles: 5 },
  );
  const after = await forecast({ series: ['apples'] });
  const steps = after.forecasts[0]?.steps ?? [];
  assert.deepEqual(
    steps.map(({ override: _, ...step }) => step),
    before.forecasts[0]?.steps,
  );
  assert.equal(after.forecasts[0]?.predictionId, before.forecasts[0]?.predictionId);
  assert.deepEqual(
    steps.map(({ override }) => override?.value),
    [25, 9, 15, undefined],
  );
  assert.deepEqual(steps[0]?.override, {
    id: first?.id,
    value: 25,
    reason: 'leaflet',
    by: 'http 127.0.0.1',
    at: first?.at,
  });
  // What would be under other plans, and another series, has none; neither has an answer that ends before it.
  for (const request of [{ series: ['apples'], purpose: 'whatIf' }, { series: ['pears'] }])
    assert.ok(!JSON.stringify(await forecast(request)).includes('override'));
  const one = await call<api.SeriesDetail>('GET', '/v1/projects/shop/series/apples');
  assert.equal(one.forecast?.steps[0]?.override?.value, 25);
});

test('an order is planned with what is overridden, and says so', async () => {
  const order = async (): Promise<api.ReplenishmentLine | undefined> =>
    (
      await call<api.Replenishment>('POST', '/v1/projects/shop/replenishment', {
        payload: { positions: [{ series: 'apples', onHand: 20 }], terms: { leadTime: 1, review: 1 } },
      })
    ).lines[0];
  const before = await order();
  assert.ok(Math.abs((before?.meanDemand ?? 0) - 20) < 0.1);
  assert.ok(!('overrides' in (before ?? {})));
  await set([
    { timestamp: day(1), value: 30 },
    { timestamp: day(3), value: 500 },
  ]);
  const after = await order();
  assert.ok(Math.abs((after?.meanDemand ?? 0) - 40) < 0.2);
  assert.deepEqual(
    after?.overrides?.map(({ timestamp, mean, value }) => [timestamp, mean, value]),
    [[day(1), 10, 30]],
  );
  assert.match(after?.because ?? '', /; 1 day planned as overridden: 20 more than forecast$/);
  assert.ok((after?.orderQuantity ?? 0) >= (before?.orderQuantity ?? 0) + 20);
});

test('what cannot be taken is refused with what, where and what to do', async () => {
  const cases: [api.OverrideRequest['periods'], Partial<api.OverrideRequest>, number, string, RegExp][] = [
    [
      [{ timestamp: day(-1), value: 5 }],
      {},
      409,
      'overrides/closed-period',
      /is closed, up to .* from 2026-01-31 on/,
    ],
    [[{ timestamp: day(4), value: 5 }], {}, 400, 'overrides/beyond-horizon', /up to 2026-02-03/],
    [[{ timestamp: day(0), value: 5 }], { series: 'plums' }, 404, 'serving/unknown-series', /"plums"/],
    [[{ timestamp: day(0), value: -1 }], {}, 400, 'overrides/invalid', /never below 0/],
    [[{ timestamp: day(0), percent: -150 }], {}, 400, 'overrides/invalid', /never below 0/],
    [[{ timestamp: day(0), value: 5000 }], {}, 400, 'overrides/absurd', /100 times the largest/],
    [[{ timestamp: day(0), percent: 1e300 }], {}, 400, 'overrides/absurd', /100 times/],
    [[{ timestamp: day(0) }], {}, 400, 'overrides/invalid', /no number/],
    [[{ timestamp: day(0), value: 5, units: 1 }], {}, 400, 'overrides/invalid', /value and units/],
    [
      [
        { timestamp: day(0), value: 5 },
        { timestamp: day(0), value: 6 },
      ],
      {},
      400,
      'overrides/invalid',
      /twice/,
    ],
    [[{ timestamp: day(0), value: 5 }], { reason: ' \n' }, 400, 'overrides/invalid', /no reason/],
    [
      [{ timestamp: day(0), value: 5 }],
      { reason: 'x'.repeat(501) },
      400,
      'overrides/invalid',
      /501 characters/,
    ],
    [[{ timestamp: 'soon', value: 5 }], {}, 400, 'http/invalid-request', /"soon"/],
  ];
  for (const [periods, more, status, code, message] of cases) {
    const payload = { series: 'apples', reason: 'leaflet', periods, ...more };
    const problem = await call<api.Problem>('POST', path, { payload, status });
    assert.equal(problem.code, code);
    assert.match(problem.detail, message);
  }
  for (const body of [
    '{"series":"apples","reason":"x","periods":[{"timestamp":"2026-01-31","value":1e999}]}',
  ]) {
    const response = await world.app.inject({
      method: 'POST',
      url: path,
      headers: { 'content-type': 'application/json' },
      payload: body,
    });
    assert.equal(response.statusCode, 400, response.body);
  }
  assert.deepEqual((await call<api.OverrideList>('GET', path)).items, []);
});

test('one that is said again replaces the one before; both are kept, in pages and by state', async () => {
  const first = (await set([{ timestamp: day(0), value: 25 }])).items[0];
  const second = (await set([{ timestamp: day(0), value: 30 }], { reason: hostile })).items[0];
  assert.equal(second?.replaces, first?.id);
  assert.equal(second?.reason, hostile);
  assert.equal(
    (await forecast()).forecasts.find(({ series }) => series === 'apples')?.steps[0]?.override?.value,
    30,
  );
  const page = await call<api.OverrideList>('GET', `${path}?limit=1`);
  assert.deepEqual([page.items[0]?.id, page.items[0]?.state], [second?.id, 'open']);
  const next = await call<api.OverrideList>('GET', `${path}?limit=1&cursor=${page.next}`);
  assert.deepEqual(
    [next.items[0]?.id, next.items[0]?.state, next.items[0]?.ended?.replacedBy],
    [first?.id, 'replaced', second?.id],
  );
  for (const [state, n] of [
    ['open', 1],
    ['replaced', 1],
    ['withdrawn', 0],
    ['closed', 0],
  ] as const)
    assert.equal((await call<api.OverrideList>('GET', `${path}?state=${state}`)).items.length, n, state);
  assert.equal((await call<api.OverrideList>('GET', `${path}?series=pears`)).items.length, 0);
  await call('GET', `${path}?cursor=x`, { status: 400 });
  const gone = await call<api.Problem>('DELETE', `${path}/${first?.id}?reason=late`, { status: 409 });
  assert.equal(gone.code, 'overrides/not-standing');
});

test('one that is withdrawn stands no more, stays in the list, and is told as an event', async () => {
  const { items } = await set([
    { timestamp: day(0), value: 25 },
    { timestamp: day(1), value: 26 },
  ]);
  const [first] = items;
  await call('DELETE', `${path}/${first?.id}`, { status: 400 });
  const one = await call<api.OverridesSet>('DELETE', `${path}/${first?.id}?reason=cancelled`);
  assert.deepEqual(
    one.items.map(({ state, ended }) => [state, ended?.reason]),
    [['withdrawn', 'cancelled']],
  );
  // Again: it is as it was.
  assert.deepEqual(await call('DELETE', `${path}/${first?.id}?reason=other`), one);
  const steps = (await forecast({ series: ['apples'] })).forecasts[0]?.steps;
  assert.deepEqual(
    steps?.map(({ override }) => override?.value),
    [undefined, 26, undefined, undefined],
  );
  const all = await call<api.OverridesSet>('DELETE', `${path}/${first?.change}?reason=cancelled`);
  assert.deepEqual(
    all.items.map(({ state }) => state),
    ['withdrawn', 'withdrawn'],
  );
  await call('DELETE', `${path}/ovr_none?reason=x`, { status: 404 });
  const events = await world.store.readEvents({ afterSeq: 0, limit: 100 });
  assert.deepEqual(
    events.flatMap((event) =>
      event.type === 'override.set' || event.type === 'override.withdrawn'
        ? [[event.type, event.data.periods, event.data.reason]]
        : [],
    ),
    [
      ['override.set', 2, 'leaflet'],
      ['override.withdrawn', 1, 'cancelled'],
      ['override.withdrawn', 1, 'cancelled'],
    ],
  );
});

test('what is sent again under its key lands once; another under it is refused', async () => {
  const headers = { 'idempotency-key': 'monday' };
  const payload = { series: 'apples', reason: 'leaflet', periods: [{ timestamp: day(0), value: 25 }] };
  const first = await call<api.OverridesSet>('POST', path, { payload, headers });
  const again = await call<api.OverridesSet>('POST', path, { payload, headers });
  assert.deepEqual(again, { items: first.items, replayed: true });
  const other = { ...payload, reason: 'other' };
  assert.equal(
    (await call<api.Problem>('POST', path, { payload: other, headers, status: 409 })).code,
    'overrides/key-reused',
  );
  // Also when its period has closed meanwhile.
  await world.observe(['apples', 0, 20]);
  await world.serving.catchUp('shop');
  const late = await call<api.OverridesSet>('POST', path, { payload, headers });
  assert.deepEqual([late.replayed, late.items[0]?.state], [true, 'closed']);
});

test('when demand comes, the override is graded beside the model and seasonal naive on the same labels', async () => {
  const value = (query = ''): Promise<api.OverrideValue> => call('GET', `${path}/value${query}`);
  assert.deepEqual((await value()).window, null);
  await set([
    { timestamp: day(0), value: 25 },
    { timestamp: day(1), value: 10 },
  ]);
  await set([{ timestamp: day(1), value: 11 }], { reason: 'roadworks' });
  const dropped = await set([{ timestamp: day(2), value: 99 }]);
  await call('DELETE', `${path}/${dropped.items[0]?.id}?reason=cancelled`);
  await set([{ timestamp: day(2), value: 12 }], { series: 'pears' });
  const { forecasts } = await forecast();
  assert.equal(forecasts.length, 2);
  await world.observe(['apples', 0, 21], ['apples', 1, 10], ['apples', 2, 10]);
  await world.serving.catchUp('shop');
  const graded = await value('?groupBy=reason');
  assert.deepEqual(graded.window, { from: day(0), to: day(2) });
  // No label has come of pears; the one that was withdrawn and the one that was replaced are not graded.
  assert.deepEqual([graded.labelsDue, graded.labelsJoined, graded.labelCoverage], [3, 2, 2 / 3]);
  assert.equal(graded.model.mae, (11 + 0) / 2);
  assert.equal(graded.overridden.mae, (4 + 1) / 2);
  assert.equal(graded.overridden.wape, 5 / 31);
  assert.deepEqual(graded.overrideAdded, { n: 2, value: 1 - 5 / 11 });
  assert.deepEqual([graded.better, graded.worse], [1, 1]);
  assert.deepEqual(graded.compared.naive, graded.compared.model);
  assert.deepEqual(graded.modelAdded, { n: 2, value: 0 });
  assert.deepEqual(
    graded.groups?.map(({ key, overridden }) => [key, overridden.n]),
    [
      ['leaflet', 1],
      ['roadworks', 1],
    ],
  );
  assert.equal((await value('?series=apples&from=2026-02-01')).overridden.n, 1);
  assert.deepEqual(
    (await value('?groupBy=author')).groups?.map(({ key }) => key),
    ['http 127.0.0.1'],
  );
  // A correction restates it; the model is graded as it was, whatever was overridden.
  await world.observe(['apples', 0, 25]);
  assert.equal((await value()).overridden.mae, 0.5);
  const accuracy = await call<api.Accuracy>('GET', '/v1/projects/shop/accuracy');
  assert.equal(accuracy.overall.metrics.mae, 15 / 3);
  const list = await call<api.OverrideList>('GET', `${path}?series=apples&state=closed`);
  assert.equal(list.items.length, 2);
  const late = `${path}/${list.items[0]?.id}?reason=wrong`;
  assert.equal((await call<api.Problem>('DELETE', late, { status: 409 })).code, 'overrides/closed-period');
});
