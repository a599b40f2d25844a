import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventsCheck } from './doctor-events.ts';

test('doctor says who cannot take in what has happened', async () => {
  assert.equal((await eventsCheck({ followFailures: async () => [] })).verdict, 'ok');
  const failure = 'closing is 2 events and 9000 s behind: shop: disk I/O error';
  const { verdict, found, hint } = await eventsCheck({ followFailures: async () => [failure] });
  assert.deepEqual([verdict, found], ['warn', failure]);
  assert.match(hint ?? '', /tries again/);
});
