// A client that closes its connection before the answer stops costing: what it asked for was computed to the end, and stored.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { HttpWorld } from '../fixtures/http-world.ts';

// So many that a request takes longer than the server to see that its client has left.
const ids = Array.from({ length: 3000 }, (_, i) => `s${i}`);
let world: HttpWorld;
let port: number;
let stored: number;

before(async () => {
  world = await HttpWorld.open();
  port = Number(new URL(await world.app.listen({ host: '127.0.0.1', port: 0 })).port);
  await world.promote(await world.train(Object.fromEntries(ids.map((id, i) => [id, [i, i + 1]]))));
  const { appendPredictions } = world.store;
  world.store.appendPredictions = (batch) => {
    stored += batch.length;
    return appendPredictions(batch);
  };
});
after(() => world.close());

/** Sends the request and closes the connection without waiting for the answer. */
async function sendAndLeave(path: string, body: object): Promise<void> {
  const text = JSON.stringify(body);
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write(
    `POST ${path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${text.length}\r\n\r\n${text}`,
  );
  socket.end();
  await sleep(2);
  socket.destroy();
}

/** Levels that no request before had, so that no forecast is held. */
function levelsOf(k: number): number[] {
  return Array.from({ length: 50 }, (_, i) => 0.11 + i / 100 + k / 1e5);
}

const asks: Readonly<Record<string, (k: number) => object>> = {
  '/v1/projects/shop/forecast': (k) => ({ quantiles: levelsOf(k) }),
  '/v2/models/shop/infer': (k) => ({
    inputs: [{ name: 'series', datatype: 'BYTES', shape: [ids.length], data: ids }],
    parameters: { quantiles: levelsOf(100 + k).join() },
  }),
  '/invocations': (k) => ({
    dataframe_split: { columns: ['series'], data: ids.map((id) => [id]) },
    params: { quantiles: levelsOf(200 + k) },
  }),
};

for (const [path, ask] of Object.entries(asks))
  test(`requests to ${path} that were abandoned are not stored`, async () => {
    stored = 0;
    await Promise.all(Array.from({ length: 8 }, (_, k) => sendAndLeave(path, ask(k))));
    while (Number(/almanac_http_requests_open (\d+)/.exec(await metrics())?.[1]) > 0) await sleep(5);
    assert.equal(stored, 0);
    assert.equal(world.serving.status('shop').forecastsWaiting, 0);
    const kept = await world.app.inject({ method: 'POST', url: path, payload: ask(50) });
    assert.equal(kept.statusCode, 200, kept.body);
    assert.equal(stored, ids.length, 'one that is waited for is stored');
  });

test('nor are those that orders for stock would have come from', async () => {
  stored = 0;
  const positions = ids.map((series) => ({ series, onHand: 1, leadTime: 1 }));
  const asked = world.serving.replenish('shop', { positions }, { isGone: () => true });
  await assert.rejects(asked, { code: 'serving/abandoned' });
  assert.equal(stored, 0);
});

async function metrics(): Promise<string> {
  return (await world.app.inject('/metrics')).body;
}
