import assert from 'node:assert/strict';
import { test } from 'node:test';
import { IdSource, timeOfId } from './ids.ts';
import { Rng } from './rng.ts';

function source(now: () => number): IdSource {
  const rng = new Rng(5);
  return new IdSource(now, (bytes) => {
    for (let i = 0; i < bytes.length; i++) bytes[i] = rng.below(256);
  });
}

test('ids sort by the time they were made', () => {
  let now = 1_700_000_000_000;
  const ids = source(() => now);
  const made = Array.from({ length: 200 }, () => {
    now += 7;
    return ids.next('run');
  });
  assert.deepEqual(made, [...made].sort());
});

test('ids carry their kind and are unique within a millisecond', () => {
  const ids = source(() => 1_700_000_000_000);
  const made = new Set(Array.from({ length: 5000 }, () => ids.next('pred')));
  assert.equal(made.size, 5000);
  for (const id of made) assert.match(id, /^pred_[0-9a-hjkmnp-tv-z]{26}$/);
});

test('an id says when it was made', () => {
  const ids = new IdSource(
    () => 1_800_000_000_123,
    (bytes) => bytes.fill(7),
  );
  assert.equal(timeOfId(ids.next('prd')), 1_800_000_000_123);
  for (const none of [
    '',
    'prd_',
    'prd_short',
    'PRD_01h2xcejqtf2nbrexx3vqjhp41',
    'prd_01h2xcejqtf2nbrexx3vqjhpil',
  ])
    assert.equal(timeOfId(none), undefined);
});
