import assert from 'node:assert/strict';
import { test } from 'node:test';
import { abcClasses, xyzClass } from './value-class.ts';

test('the series that make the first 80 % of the value are A, up to 95 % B, the rest C', () => {
  const amounts = Float64Array.of(5, 50, Number.NaN, 30, 10, 4, 1, 0);
  const order = Uint32Array.of(1, 3, 4, 0, 5, 6, 7, 2);
  assert.deepEqual(abcClasses(amounts, order), ['B', 'A', null, 'A', 'B', 'C', 'C', 'C']);
});

test('the largest series is A however much of the value it has, and nothing is A where there is no value', () => {
  assert.deepEqual(abcClasses(Float64Array.of(99, 1), Uint32Array.of(0, 1)), ['A', 'C']);
  assert.deepEqual(abcClasses(Float64Array.of(0, 0), Uint32Array.of(0, 1)), ['C', 'C']);
});

test('steady demand is X, demand that varies as much as it is large Y, more Z', () => {
  assert.deepEqual([0, 0.5, 0.51, 1, 1.01, Number.NaN].map(xyzClass), ['X', 'X', 'Y', 'Y', 'Z', null]);
});
