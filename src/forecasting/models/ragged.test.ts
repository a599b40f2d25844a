import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RaggedArray } from './ragged.ts';

test('parts of a long array are read, written and walked through like an array of arrays', () => {
  const joined = Float64Array.of(1, 2, 3, 4, 5, 6);
  const parts = new RaggedArray(joined, Float64Array.of(2, 0, 3, 1));
  const plain = [Float64Array.of(1, 2), Float64Array.of(), Float64Array.of(3, 4, 5), Float64Array.of(6)];
  assert.deepEqual([...parts], plain);
  assert.equal(parts.length, 4);
  assert.deepEqual(parts.at(4), undefined);
  assert.deepEqual(parts.at(-1), undefined);
  parts.at(2)?.set([9], 1);
  assert.deepEqual(parts.at(2), Float64Array.of(3, 9, 5));
});
