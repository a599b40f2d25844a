import assert from 'node:assert/strict';
import { test } from 'node:test';
import { oneOf, readParams, text, whole, writeParams } from './define-page.ts';

const params = { part: oneOf('batches', 'quarantine'), find: text(), job: whole(0) };

test('what an address says is read by its parameters, and what cannot be is their default', () => {
  assert.deepEqual(readParams(params, { part: 'quarantine', find: '<b>', job: '7', other: 'x' }), {
    part: 'quarantine',
    find: '<b>',
    job: 7,
  });
  assert.deepEqual(readParams(params, { part: 'nothing', job: '-1' }), { part: 'batches', find: '', job: 0 });
});

test('an address says only what is not as by default, and reads back the same', () => {
  assert.deepEqual(writeParams(params, readParams(params, {})), {});
  const given = { part: 'quarantine', find: 'a b', job: '3' };
  assert.deepEqual(writeParams(params, readParams(params, given)), given);
});
