import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isTraining } from './actor.ts';

test('a training is told from somebody, also as it was written before', () => {
  for (const by of ['train job_1', 'gate']) assert.equal(isTraining(by), true, by);
  for (const by of ['http 127.0.0.1', 'cli ann@shop 7', 'ann', 'training'])
    assert.equal(isTraining(by), false, by);
});
