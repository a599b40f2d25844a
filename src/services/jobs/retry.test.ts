import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppError } from '../../core/index.ts';
import { errorText, retryDelayMs } from './retry.ts';

test('fails at once on an error that nobody but the user can heal', () => {
  assert.equal(retryDelayMs(new AppError('train/no-data', 'nothing there'), 1), null);
});

test('waits longer after each failure, within bounds, and ends', () => {
  const full = new AppError('store/full', 'no space');
  const delays = Array.from({ length: 10 }, (_, i) => retryDelayMs(full, i + 1));
  assert.deepEqual(delays.slice(0, 4), [1000, 2000, 4000, 8000]);
  assert.ok(delays.every((ms, i) => ms === null || i === 0 || ms >= (delays[i - 1] ?? 0)));
  assert.equal(delays.at(-1), null);
  assert.ok(delays.every((ms) => ms === null || ms <= 300_000));
});

test('tries an unnamed error three times', () => {
  const bug = new TypeError('x is not a function');
  assert.deepEqual(
    [1, 2, 3].map((n) => retryDelayMs(bug, n)),
    [1000, 2000, null],
  );
});

test('keeps the code of a named error in its text', () => {
  assert.equal(errorText(new AppError('store/full', 'no space')), 'store/full: no space');
  assert.equal(errorText(new Error('boom')), 'boom');
  assert.equal(errorText('odd'), 'odd');
});
