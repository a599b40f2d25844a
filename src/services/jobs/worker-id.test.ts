import assert from 'node:assert/strict';
import { test } from 'node:test';
import { workerIdentity } from './worker-id.ts';

test('a worker is gone when its process has ended on this machine; of other machines nothing is known', () => {
  const dead = new Set(['17.400']);
  const { workerId, isGone } = workerIdentity('a1', {
    ownIdentity: () => '18.500',
    mayBeAlive: (identity) => !dead.has(identity),
  });
  assert.match(workerId, /:18\.500:a1$/);
  assert.equal(isGone(workerId), false);
  assert.equal(isGone(workerId.replace('18.500', '17.400')), true);
  assert.equal(isGone('elsewhere:17.400:b2'), false);
  assert.equal(isGone('nonsense'), false);
});
