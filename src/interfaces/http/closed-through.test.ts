import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HttpWorld } from '../../../test/fixtures/http-world.ts';
import type { IngestOutcome } from './services.ts';

test('what a sender closes comes with its rows, or with an empty body', async () => {
  const seen: [bytes: number, closedThrough: string | undefined][] = [];
  const world = await HttpWorld.open({
    data: async () =>
      ({
        ingestBody: async (_project: unknown, bytes: Uint8Array, options: { closedThrough?: string }) => {
          seen.push([bytes.length, options.closedThrough]);
          const batch = { id: 'bat_1', rowsAccepted: 0, rowsDescribed: 0, quarantinedByCode: {} };
          return { batch, replayed: true, problems: [], failedChecks: [] } as unknown as IngestOutcome;
        },
        async *observationsSince() {},
      }) as never,
  });
  try {
    const url = '/v1/projects/shop/observations';
    const post = (query: string, payload?: string) =>
      world.app.inject({ method: 'POST', url: url + query, ...(payload === undefined ? {} : { payload }) });
    const day = '?closedThrough=2026-01-30';
    assert.equal((await post(day, '[{"series":"a"}]')).statusCode, 200);
    assert.equal((await post(day)).statusCode, 200);
    assert.equal((await post(day, '[]')).statusCode, 200);
    assert.deepEqual(seen, [
      [16, '2026-01-30'],
      [0, '2026-01-30'],
      [2, '2026-01-30'],
    ]);
    assert.equal((await post('')).json().code, 'http/invalid-body');
    assert.equal((await post(`?closedThrough=${'9'.repeat(200)}`)).statusCode, 400);
  } finally {
    await world.close();
  }
});
