import assert from 'node:assert/strict';
import { test } from 'node:test';
import type * as api from '../../api.ts';
import { type Repair, rangesText, repairRequests } from './repair.ts';

const row = (batchId: string, at: number): api.QuarantinedRow => ({
  batchId,
  row: at,
  code: 'x',
  reason: '',
  raw: {},
  repairedBy: null,
});
const repair: Repair = { way: 'set', column: 'units', from: '', to: '', factor: '12', reason: ' ' };

test('rows of each batch are one request, their numbers as ranges', () => {
  assert.equal(rangesText([9, 3, 7, 8]), '3,7-9');
  assert.deepEqual(repairRequests([row('b', 2), row('a', 5), row('b', 1)], repair), [
    { batch: 'b', rows: '1-2', set: { units: null } },
    { batch: 'a', rows: '5', set: { units: null } },
  ]);
});

test('every way is what the API calls it, with the reason that was given', () => {
  const edit = (change: Partial<Repair>): object | undefined =>
    repairRequests([row('b', 1)], { ...repair, ...change })[0];
  assert.deepEqual(edit({ way: 'map', column: 'item', from: 'OLD', to: 'NEW' }), {
    batch: 'b',
    rows: '1',
    map: { item: { OLD: 'NEW' } },
  });
  assert.deepEqual(edit({ way: 'divide' }), { batch: 'b', rows: '1', divide: 12 });
  assert.deepEqual(edit({ way: 'discard', reason: 'a test' }), {
    batch: 'b',
    rows: '1',
    discard: true,
    reason: 'a test',
  });
});
