import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shortNumber, ticksOf } from './chart-scale.ts';

test('ticks are round, cover the range and are few', () => {
  assert.deepEqual(ticksOf(0, 57), [0, 20, 40, 60]);
  assert.deepEqual(ticksOf(-3, 3), [-4, -2, 0, 2, 4]);
  assert.deepEqual(ticksOf(0, 0), [0, 0.2, 0.4, 0.6, 0.8, 1]);
  assert.ok(ticksOf(999.9999, 1000).length <= 8);
});

test('numbers are short', () => {
  assert.deepEqual([0, 1.23456, 1234.5, 1e20, Number.NaN].map(shortNumber), [
    '0',
    '1.235',
    '1,235',
    '1.00e+20',
    '',
  ]);
});
