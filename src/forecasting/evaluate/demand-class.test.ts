import assert from 'node:assert/strict';
import { test } from 'node:test';

import { classify, isIntermittent } from './demand-class.ts';

const of = (...values: number[]): Float64Array => Float64Array.from(values);

test('the four classes are told apart by the cuts 1.32 and 0.49', () => {
  assert.equal(classify(of(10, 11, 9, 10)).demandClass, 'smooth');
  assert.equal(classify(of(1, 20, 1, 1, 30, 1)).demandClass, 'erratic');
  assert.equal(classify(of(5, 0, 0, 5, 0, 5, 0, 0)).demandClass, 'intermittent');
  assert.equal(classify(of(1, 0, 0, 40, 0, 1, 0, 0)).demandClass, 'lumpy');
});

test('the demand interval is periods per demand, counted from the first demand', () => {
  const { adi, cv2 } = classify(of(0, 0, 0, 4, 0, 8, Number.NaN, 0));
  assert.equal(adi, 4 / 2);
  // Sizes 4 and 8: mean 6, variance 8.
  assert.ok(Math.abs(cv2 - 8 / 36) < 1e-12);
});

test('a series without demand is intermittent', () => {
  assert.equal(classify(of(0, 0, 0)).demandClass, 'intermittent');
  assert.ok(isIntermittent(of(), 1));
  assert.ok(isIntermittent(of(Number.NaN), 1));
});
