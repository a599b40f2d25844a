import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { findBounds } from './bounds.ts';
import { selectQuantile } from './select-quantile.ts';

const anyFloat = fc.float({ noNaN: true });

test('bounds ascend, separate values that occur, and are few enough', () => {
  fc.assert(
    fc.property(
      fc.array(anyFloat, { minLength: 1, maxLength: 300 }),
      fc.integer({ min: 2, max: 255 }),
      (given, binsMax) => {
        const values = Float32Array.from(given).sort();
        const bounds = new Float32Array(256);
        const found = findBounds({ values, count: values.length }, binsMax, bounds);
        assert.ok(found <= binsMax - 1);
        for (let i = 0; i < found; i++) {
          assert.ok(i === 0 || bounds[i]! > bounds[i - 1]!);
          assert.ok(
            values.some((value) => value <= bounds[i]!) && values.some((value) => value > bounds[i]!),
          );
        }
        const distinct = new Set(Array.from(values, (value) => value + 0)).size;
        if (distinct <= binsMax) assert.equal(found, distinct - 1);
      },
    ),
  );
});

test('values share the bins evenly, and one that fills a bin alone gets one', () => {
  const values = Float32Array.from({ length: 10_000 }, (_, i) => (i < 4000 ? 0 : i)).sort();
  const bounds = new Float32Array(256);
  const found = findBounds({ values, count: 10_000 }, 100, bounds);
  assert.equal(found, 99);
  assert.equal(bounds[0], 2000);
  const widths = Array.from({ length: 97 }, (_, i) => bounds[i + 2]! - bounds[i + 1]!);
  assert.ok(
    Math.max(...widths) <= 70 && Math.min(...widths) >= 55,
    `${Math.min(...widths)} to ${Math.max(...widths)}`,
  );
});

test('selects what sorting would find, with and without weights', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 1, maxLength: 60 }),
      fc.double({ min: 0.01, max: 0.99, noNaN: true }),
      (given, level) => {
        const sorted = [...given].sort((a, b) => a - b);
        const expected = sorted[Math.max(0, Math.ceil(level * given.length - 1e-9) - 1)];
        const range = { from: 0, to: given.length, level };
        assert.equal(selectQuantile(Float32Array.from(given), null, range), expected);
        const weights = Float32Array.from(given, (_, i) => 1 + (i % 3));
        const wanted = level * weights.reduce((a, b) => a + b);
        const byKey = given.map((key, i) => [key, weights[i]!] as const).sort((a, b) => a[0] - b[0]);
        let sum = 0;
        const heavy = byKey.find(([, weight]) => {
          sum += weight;
          return sum >= wanted;
        });
        assert.equal(selectQuantile(Float32Array.from(given), weights, range), heavy?.[0]);
      },
    ),
  );
});
