import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findingOf, refusalOf, together } from './finding.ts';
import type { Finding } from './messages.ts';

const proven: Finding = { kind: 'proven' };
const refused: Finding = { kind: 'refused', reason: 'its forecast of series "a" is not-finite' };
const unknown: Finding = { kind: 'unknown', reason: 'process 7 did not answer in time' };

test('a version that one of two processes refuses is refused, and it is said in how many', () => {
  assert.deepEqual(together([proven, refused]), {
    kind: 'refused',
    reason: 'its forecast of series "a" is not-finite (in 1 of 2 processes)',
  });
  assert.deepEqual(together([unknown, refused]).kind, 'refused');
  assert.deepEqual(together([refused, refused]), refused);
  assert.deepEqual(together([refused]), refused);
});

test('it is proven when all that can be reached have found so, and there is one', () => {
  assert.deepEqual(together([proven, proven]), proven);
  assert.deepEqual(together([proven, unknown]), unknown);
  assert.equal(together([]).kind, 'unknown');
});

test('a trial is told as it ended', async () => {
  assert.deepEqual(await findingOf(Promise.resolve(undefined)), proven);
  assert.deepEqual(await findingOf(Promise.resolve('damaged')), { kind: 'refused', reason: 'damaged' });
  assert.deepEqual(await findingOf(Promise.reject(new Error('database is locked'))), {
    kind: 'unknown',
    reason: 'database is locked',
  });
  assert.equal(refusalOf(proven), undefined);
  assert.equal(refusalOf(refused), refused.reason);
  assert.throws(() => refusalOf(unknown), { code: 'serving/not-proven' });
});
