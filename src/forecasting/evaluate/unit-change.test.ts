import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Rng } from '../../core/index.ts';
import { unitChange, unitFactors } from './unit-change.ts';

/** Days of demand around 20 with a weekly rhythm and noise. */
function days(count: number, seed: number): Float64Array {
  const rng = new Rng(seed);
  return Float64Array.from({ length: count }, (_, i) => 18 + 3 * (i % 7 === 5 ? 1 : 0) + rng.below(6));
}

test('finds every factor, up and down, where it begins', () => {
  fc.assert(
    fc.property(
      fc.nat(1000),
      fc.constantFrom(...unitFactors),
      fc.boolean(),
      fc.integer({ min: 20, max: 70 }),
      (seed, size, up, from) => {
        const factor = up ? size : 1 / size;
        const values = days(90, seed).map((value, i) => (i < from ? value : value * factor));
        const found = unitChange(values);
        assert.equal(found?.at, from);
        // Tens and dozens are 20 % apart, and demand varies by more: those are counted below.
        if (size === 10 || size === 12) assert.ok(Math.abs(Math.log((found?.factor ?? 0) / factor)) < 0.2);
        else assert.ok(Math.abs((found?.factor ?? 0) / factor - 1) < 1e-9);
      },
    ),
    { numRuns: 100 },
  );
});

test('tells tens from dozens, but for one case in a thousand', () => {
  let wrong = 0;
  for (let seed = 0; seed < 500; seed++)
    for (const size of [10, 12])
      for (const factor of [size, 1 / size]) {
        const values = days(90, seed).map((value, i) => (i < 20 + (seed % 50) ? value : value * factor));
        if (Math.abs((unitChange(values)?.factor ?? 0) / factor - 1) > 1e-9) wrong++;
      }
  assert.ok(wrong <= 2, `${wrong} of 2000`);
});

test('finds cases that came for pieces for a week, and when it is over', () => {
  const values = days(90, 1).map((value, i) => (i >= 60 && i < 66 ? value / 12 : value));
  assert.deepEqual(unitChange(values), { factor: 1 / 12, at: 60, until: 66 });
});

test('is silent about a few days, growth, endings and other factors', () => {
  const base = days(90, 1);
  assert.equal(unitChange(base), null);
  const promotion = base.map((value, i) => (i >= 60 && i < 64 ? value * 12 : value));
  assert.equal(unitChange(promotion), null, 'four days say too little');
  assert.equal(unitChange(base.map((value, i) => value * 1.05 ** i)), null, 'growth');
  assert.equal(unitChange(base.map((value, i) => (i < 70 ? value : 0))), null, 'sold no more');
  assert.equal(
    unitChange(base.map((value, i) => (i < 60 ? value : value * 4))),
    null,
    'no unit is four of another',
  );
  assert.equal(
    unitChange(base.map((value, i) => (i < 87 ? value : value * 12))),
    null,
    'three days say too little',
  );
  assert.equal(unitChange(new Float64Array(0)), null);
});
