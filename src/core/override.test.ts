import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { overriddenValue, quantileAbout } from './override.ts';

test('a number is meant as it is said: itself, a share more, or units more', () => {
  assert.equal(overriddenValue({ kind: 'value', amount: 7 }, 10), 7);
  assert.equal(overriddenValue({ kind: 'percent', amount: -25 }, 10), 7.5);
  assert.equal(overriddenValue({ kind: 'units', amount: -12 }, 10), -2);
});

test('raised to four times, distances from the mean double; halved, they halve', () => {
  assert.equal(quantileAbout(40, { mean: 10, quantile: 16 }), 52);
  assert.equal(quantileAbout(5, { mean: 10, quantile: 16 }), 8);
  assert.equal(quantileAbout(0, { mean: 10, quantile: 16 }), 0);
  assert.equal(quantileAbout(6, { mean: 0, quantile: 2 }), 8);
  // Of what hardly ever sells, the spread is no measure.
  assert.equal(quantileAbout(20, { mean: 0.001, quantile: 1 }), 40);
  assert.equal(quantileAbout(20, { mean: Number.MIN_VALUE, quantile: 1 }), 40);
});

const units = fc.oneof(fc.constant(0), fc.double({ min: 1e-6, max: 1e6, noNaN: true }));

test('quantiles keep their order, never fall below zero for a mean that is lowered, and are untouched at the mean itself', () => {
  fc.assert(
    fc.property(units, units, units, units, (value, mean, a, b) => {
      const [low, high] = a < b ? [a, b] : [b, a];
      const of = (quantile: number): number => quantileAbout(value, { mean, quantile });
      assert.ok(of(low) <= of(high));
      assert.equal(quantileAbout(mean, { mean, quantile: a }), a);
      if (value < mean) assert.ok(of(low) >= -1e-9 * mean);
    }),
  );
});

test('moving a quantile is the same in any unit', () => {
  fc.assert(
    fc.property(units, units, units, fc.constantFrom(0.5, 2, 1024), (value, mean, quantile, scale) => {
      const scaled = quantileAbout(value * scale, { mean: mean * scale, quantile: quantile * scale });
      const expected = scale * quantileAbout(value, { mean, quantile });
      assert.ok(Math.abs(scaled - expected) <= 1e-9 * scale * (value + mean + quantile + 1));
    }),
  );
});
