import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { onCurve } from './tails.ts';

test('beyond its levels the curve of an exponential distribution goes on exactly', () => {
  const levels = [0.1, 0.4, 0.5, 0.75, 0.9];
  const curve = Float64Array.from(levels, (level) => -3 * Math.log(1 - level));
  for (const level of [0.95, 0.99, 0.9999])
    assert.ok(Math.abs(onCurve(levels, curve, level) + 3 * Math.log(1 - level)) < 1e-9);
  const mirrored = Float64Array.from(levels, (level) => 3 * Math.log(level));
  for (const level of [0.05, 0.001])
    assert.ok(Math.abs(onCurve(levels, mirrored, level) - 3 * Math.log(level)) < 1e-9);
});

test('a single level has no tail', () => {
  assert.deepEqual(
    [0.01, 0.5, 0.99].map((level) => onCurve([0.5], Float64Array.of(7), level)),
    [7, 7, 7],
  );
});

test('the curve never falls, across its levels and beyond them', () => {
  const level = fc.double({ min: 1e-6, max: 1 - 1e-6, noNaN: true });
  const steps = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 4, maxLength: 4 });
  fc.assert(
    fc.property(level, level, steps, (a, b, rises) => {
      let at = -5;
      const curve = Float64Array.from(rises, (rise) => {
        at += rise;
        return at;
      });
      const [low, high] = [Math.min(a, b), Math.max(a, b)].map((each) =>
        onCurve([0.025, 0.1, 0.9, 0.975], curve, each),
      ) as [number, number];
      assert.ok(low <= high);
    }),
    { seed: 6 },
  );
});
