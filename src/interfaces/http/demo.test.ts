import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HttpWorld } from '../../../test/fixtures/http-world.ts';
import type { DemoState } from './contract.ts';

const state: DemoState = {
  state: 'paused',
  training: false,
  day: 3,
  days: 120,
  today: '2025-08-21',
  lastEvent: null,
  nextEvent: null,
};

test("a demo's server says where its season stands, and is told how its days pass", async () => {
  const asked: string[] = [];
  const world = await HttpWorld.open({
    demo: {
      state: () => state,
      act: (action) => void asked.push(action),
      stock: () => 'series,onHand\na,1\n',
    },
  });
  assert.deepEqual((await world.app.inject({ url: '/v1/demo' })).json(), state);
  const told = await world.app.inject({ method: 'POST', url: '/v1/demo', payload: { action: 'next-event' } });
  assert.deepEqual([told.json(), asked], [state, ['next-event']]);
  for (const payload of [{ action: 'stop' }, {}, { action: 'pause', day: 9 }])
    assert.equal((await world.app.inject({ method: 'POST', url: '/v1/demo', payload })).statusCode, 400);
  assert.deepEqual((await world.app.inject({ url: '/v1/demo/stock' })).json(), {
    csv: 'series,onHand\na,1\n',
  });
  assert.doesNotMatch((await world.app.inject({ url: '/openapi.json' })).body, /v1\/demo/);
  await world.close();
});

test('no other server has a season', async () => {
  const world = await HttpWorld.open();
  assert.equal((await world.app.inject({ url: '/v1/demo' })).statusCode, 404);
  const told = await world.app.inject({ method: 'POST', url: '/v1/demo', payload: { action: 'pause' } });
  assert.equal(told.statusCode, 404);
  await world.close();
});
