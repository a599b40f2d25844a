import assert from 'node:assert/strict';
import { test } from 'node:test';
import { authorOf, isTraining } from './actor.ts';

test('the same person at the same machine is one author, whatever the process', () => {
  assert.equal(authorOf('cli ann@shop 4711'), 'cli ann@shop');
  assert.equal(authorOf('cli ann lee@shop 4711'), 'cli ann lee@shop');
  for (const by of ['http 10.0.0.4711', 'http ::1', 'train job_1', 'gate', 'cli ann@shop'])
    assert.equal(authorOf(by), by);
});

test('a training is told from people', () => {
  assert.deepEqual(['train job_1', 'gate', 'cli ann@shop 1', 'http ::1'].map(isTraining), [
    true,
    true,
    false,
    false,
  ]);
});
