// Sources over HTTP: how far they are, reading one now, and what keeps one from being read.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { HttpWorld } from '../../../test/fixtures/http-world.ts';
import { AppError } from '../../core/index.ts';
import type { SourceStatus } from '../../services/sources/index.ts';
import type { HttpServices } from './services.ts';

const orders: SourceStatus = {
  name: 'orders',
  kind: 'postgres',
  project: 'shop',
  schedule: '*/5 * * * *',
  state: 'failing',
  reason: 'Postgres does not answer',
  code: 'sources/unreachable',
  since: 60_000,
  failures: 2,
  rows: 12,
  corrections: 3,
  watermark: '2026-01-01',
  readAt: 0,
  lagSeconds: 7.5,
};

describe('sources over HTTP', () => {
  it('are listed, measured and told of by health and readiness', async () => {
    const readSources = {
      list: async () => [orders],
      failures: async () => ['Postgres does not answer'],
      resume: async () => orders,
      begin: async (name: string) => {
        if (name !== 'orders') throw new AppError('sources/unknown-source', `no source is called ${name}`);
        throw new AppError('sources/paused', 'source orders is paused');
      },
    } satisfies HttpServices['sources'];
    const world = await HttpWorld.open({ readSources });
    try {
      const { items } = (await world.app.inject('/v1/sources')).json<{ items: object[] }>();
      const times = { since: '1970-01-01T00:01:00.000Z', readAt: '1970-01-01T00:00:00.000Z' };
      assert.deepEqual(items, [{ ...orders, ...times }]);
      const ready = await world.app.inject('/ready');
      assert.deepEqual(
        [ready.statusCode, ready.json<{ reasons: string[] }>().reasons],
        [200, ['Postgres does not answer']],
      );
      const metrics = (await world.app.inject('/metrics')).body;
      for (const line of [
        'lag_seconds{source="orders"} 7.5',
        'failures{source="orders"} 2',
        'paused{source="orders"} 0',
      ])
        assert.ok(metrics.includes(`almanac_source_${line}`), line);
      const run = async (name: string): Promise<number> =>
        (await world.app.inject({ method: 'POST', url: `/v1/sources/${name}/run`, payload: {} })).statusCode;
      assert.deepEqual([await run('orders'), await run('other')], [409, 404]);
      const resumed = await world.app.inject({
        method: 'POST',
        url: '/v1/sources/orders/resume',
        payload: {},
      });
      assert.equal(resumed.json<{ name: string }>().name, 'orders');
    } finally {
      await world.close();
    }
  });
});
