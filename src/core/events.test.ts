import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeEvent, encodeEvent, eventName, type NewEvent } from './events.ts';

const batch: NewEvent = {
  at: 5,
  project: 'shop',
  type: 'batch.committed',
  data: { batchId: 'bat_1', seq: 7, rowsAccepted: 3, rowsQuarantined: 0, periodMin: null, periodMax: 9 },
};

test('an event comes back as it was written, with what later versions added to it', () => {
  const row = { ...encodeEvent(batch), seq: 1 };
  assert.deepEqual(decodeEvent(row), { ...batch, seq: 1 });
  const richer = { ...batch.data, closedThrough: 8 };
  assert.deepEqual(decodeEvent({ ...row, data: JSON.stringify(richer) }).data, richer);
});

test('a type of a newer version is kept as unknown, and written out under its own name', () => {
  const row = { seq: 2, at: 5, project: 'shop', type: 'rollout.advanced', data: '{"share":0.5}' };
  const event = decodeEvent(row);
  assert.deepEqual(event, {
    seq: 2,
    at: 5,
    project: 'shop',
    type: 'unknown',
    name: 'rollout.advanced',
    data: { share: 0.5 },
  });
  assert.equal(eventName(event), 'rollout.advanced');
});

test('a known type that says other things is unknown too, whatever it holds', () => {
  const row = { seq: 3, at: 5, project: 'shop', type: 'swap.done' };
  for (const data of ['{}', '{"versionId":7,"ms":1}', '[]', 'null', '"x"', 'not JSON'])
    assert.equal(decodeEvent({ ...row, data }).type, 'unknown', data);
  assert.equal(decodeEvent({ ...row, type: 'toString', data: '{}' }).type, 'unknown');
  assert.equal(decodeEvent({ ...row, data: '{"versionId":"v","ms":1}' }).type, 'swap.done');
});
