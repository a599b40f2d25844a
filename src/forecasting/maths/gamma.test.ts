import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chiSquareQuantile, chiSquareTail, lnGamma } from './gamma.ts';

test('the gamma function and χ² are those of scipy 1.17.1 (gammaln, chi2.sf), to 1e-12 of themselves', () => {
  const near = (found: number, expected: number): void =>
    assert.ok(Math.abs(found - expected) <= 1e-12 * Math.abs(expected), `${found} for ${expected}`);
  near(lnGamma(0.5), 0.5723649429247);
  near(lnGamma(7), 6.579251212010101);
  near(lnGamma(1000.5), 5908.674175848678);
  near(chiSquareTail(3.84, 1), 0.05004352124870519);
  near(chiSquareTail(12, 5), 0.03478778050624185);
  near(chiSquareTail(0.4, 6), 0.9988515187551379);
  near(chiSquareTail(250, 99), 4.844312411385307e-15);
});

test('a quantile of χ² is above with its probability', () => {
  for (const freedom of [1, 4, 30]) {
    for (const tail of [0.9, 0.05, 1e-6])
      assert.ok(Math.abs(chiSquareTail(chiSquareQuantile(tail, freedom), freedom) / tail - 1) < 1e-6);
  }
});

test('χ² of nothing, or without freedom, is no evidence', () => {
  assert.equal(chiSquareTail(5, 0), 1);
  assert.equal(chiSquareTail(0, 3), 1);
});
