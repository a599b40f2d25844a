import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { HttpWorld } from '../../../test/fixtures/http-world.ts';
import type { StreamStatus } from '../../services/streams/index.ts';

const sales: StreamStatus = {
  name: 'sales',
  kind: 'nats',
  stream: 'SALES',
  role: 'observations',
  project: 'shop',
  state: 'retrying',
  reason: 'NATS does not answer',
  messages: 12,
  deadLetters: 2,
  missed: 0,
  lag: null,
  positions: [{ partition: 0, next: 13 }],
  movedAt: Date.UTC(2026, 0, 31),
};

describe('streams over HTTP', () => {
  it('lists them, tells of one that is not read and stays ready, and counts them by name', async () => {
    const streams = { list: async () => [sales], failures: () => ['stream sales: NATS does not answer'] };
    const world = await HttpWorld.open({ streams });
    try {
      const list = await world.app.inject('/v1/streams');
      assert.equal(list.statusCode, 200);
      assert.deepEqual(list.json(), { items: [{ ...sales, movedAt: '2026-01-31T00:00:00.000Z' }] });
      const ready = await world.app.inject('/ready');
      assert.equal(ready.statusCode, 200);
      assert.deepEqual(ready.json<{ reasons: string[] }>().reasons, ['stream sales: NATS does not answer']);
      const metrics = (await world.app.inject('/metrics')).body;
      assert.match(metrics, /almanac_stream_reading\{stream="sales"\} 0/);
      assert.match(metrics, /almanac_stream_messages\{stream="sales"\} 12/);
      assert.match(metrics, /almanac_stream_dead_letters\{stream="sales"\} 2/);
      // Not known is not zero.
      assert.doesNotMatch(metrics, /almanac_stream_lag_messages\{/);
    } finally {
      await world.close();
    }
  });
});
