import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Rounds } from './rounds.ts';
import type { Timers } from './timers.ts';

test('rounds go on after one that failed, never two at once, and none begins after the stop', async () => {
  const due: (() => void)[] = [];
  const timers: Timers = {
    setTimeout: (callback) => due.push(callback),
    clearTimeout: () => {
      due.length = 0;
    },
  };
  let begun = 0;
  const errors: unknown[] = [];
  const rounds = new Rounds({
    everyMs: 10,
    timers,
    work: async () => {
      begun += 1;
      assert.equal(due.length, 0, 'the next round waits for the end of this one');
      if (begun === 1) throw new Error('the first');
    },
    onError: (error) => errors.push(error),
  });
  rounds.start();
  for (let i = 0; i < 2; i++) {
    due.shift()?.();
    for (let turn = 0; turn < 3; turn++) await nextTurn();
  }
  assert.equal(begun, 2);
  assert.equal(errors.length, 1);
  await rounds.stop();
  assert.equal(due.length, 0);
});
