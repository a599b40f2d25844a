import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { HttpWorld } from '../../../test/fixtures/http-world.ts';
import { AlmanacClient } from '../client/index.ts';
import type * as api from './contract.ts';

let world: HttpWorld;

before(async () => {
  world = await HttpWorld.open();
  await world.promote(await world.train({ a: [5, 6, 7], b: [1, 0, 1] }));
});
after(() => world.close());

async function post(payload: object): Promise<{ status: number; body: unknown }> {
  const response = await world.app.inject({
    method: 'POST',
    url: '/v1/projects/shop/replenishment',
    payload,
  });
  return { status: response.statusCode, body: response.json() };
}

test('answers what to order, with the reason of each line', async () => {
  const { status, body } = await post({
    positions: [
      { series: 'b', onHand: 20 },
      { series: 'a', onHand: 3, onOrder: [{ units: 2, due: '2026-02-01' }] },
    ],
    terms: { leadTime: 1, review: 2, unitCost: 3 },
  });
  assert.equal(status, 200, JSON.stringify(body));
  const { lines, totals, rankedBy } = body as api.Replenishment;
  assert.deepEqual(
    lines.map(({ series }) => series),
    ['a', 'b'],
  );
  assert.equal(rankedBy, 'shortage value');
  assert.ok(totals.orderUnits > 0 && /runs out|reorder point/.test(lines[0]?.because ?? ''));
  const prediction = await world.app.inject(`/v1/predictions/${lines[0]?.predictionId}`);
  assert.equal(prediction.statusCode, 200);
});

test('refuses a misspelt field, and a position that cannot be planned', async () => {
  const misspelt = await post({ positions: [{ series: 'a', onhand: 3 }] });
  assert.equal(misspelt.status, 400);
  const twoTargets = await post({
    positions: [{ series: 'a', onHand: 3, cycleService: 0.9, fillRate: 0.9 }],
  });
  assert.equal((twoTargets.body as api.Problem).code, 'serving/invalid-position');
  assert.equal(twoTargets.status, 400);
});

test('the client asks the same', async () => {
  const client = new AlmanacClient({
    baseUrl: 'http://almanac',
    fetch: (async (url: string, init: { body: string }) => {
      const response = await world.app.inject({
        method: 'POST',
        url: new URL(url).pathname,
        headers: { 'content-type': 'application/json' },
        payload: init.body,
      });
      return new Response(response.body, { status: response.statusCode });
    }) as unknown as typeof fetch,
  });
  const answer = await client.replenishment('shop', { positions: [{ series: 'a', onHand: 1 }] });
  assert.equal(answer.lines.length, 1);
});
