import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Rng } from '../../core/index.ts';
import { factorOfRun, factorTogether, fits, type Usual, UsualValues } from './unit-evidence.ts';

function usualOf(values: readonly number[]): Usual {
  const usual = new UsualValues();
  for (const value of values) usual.add(value);
  return usual.summary();
}

const pieces = usualOf(Array.from({ length: 30 }, (_, i) => 15 + ((i * 7) % 11)));
const kilograms = (seed: number): Usual => {
  const rng = new Rng(seed);
  return usualOf(Array.from({ length: 30 }, () => 2 + rng.below(1000) / 1000));
};

test('multiples in a row are another unit, with the factor that explains them', () => {
  assert.deepEqual(factorOfRun([240, 216, 192, 228, 264, 252, 204], pieces), { factor: 12, isSure: true });
  assert.equal(factorOfRun([240, 216], pieces), null, 'two are chance');
  assert.equal(factorOfRun([241, 217, 193, 229, 265, 253, 205], pieces), null, 'no multiples');
  const twelfths = [20, 17, 23, 16, 19, 22, 21].map((one) => one / 12);
  assert.deepEqual(factorOfRun(twelfths, pieces), { factor: 1 / 12, isSure: true });
  const written = twelfths.map((one) => Number(one.toFixed(3)));
  assert.deepEqual(factorOfRun(written, pieces), { factor: 1 / 12, isSure: true }, 'with few decimals');
  assert.equal(factorOfRun([2, 1, 2, 2, 1], pieces), null, 'so few may be sold');
  const dozens = usualOf(Array.from({ length: 20 }, (_, i) => 12 * (20 + (i % 7))));
  assert.deepEqual(
    factorOfRun([20, 23, 26], dozens),
    { factor: 1 / 12, isSure: true },
    'full cases come singly',
  );
  assert.equal(factorOfRun([24, 12, 24], dozens), null, 'two cases are sold where twenty were');
  assert.equal(factorOfRun([40, 36, 32, 38, 44], pieces), null, 'twice as much is no unit');
});

test('a factor is not sure while another explains the same few values', () => {
  // Multiples of 24 are multiples of 12 as well.
  const wide = usualOf(Array.from({ length: 30 }, (_, i) => 8 + ((i * 7) % 23)));
  assert.deepEqual(factorOfRun([288, 336, 312, 264], wide), { factor: 24, isSure: false });
});

test('fractions say nothing in a row, and together only what other factors do not say as well', () => {
  assert.equal(factorOfRun([2500, 2600, 2400, 2700], kilograms(1)), null);
  const at = (factor: number): { value: number; usual: Usual }[] =>
    [1, 2, 3, 4].map((seed) => ({ value: 2.5 * factor, usual: kilograms(seed) }));
  assert.deepEqual(factorTogether(at(1000)), { factor: 1000, isSure: true });
  assert.equal(factorTogether(at(12))?.isSure, false, '10 would do as well');
  assert.equal(factorTogether(at(1)), null);
  assert.equal(factorTogether(at(4)), null);
  assert.equal(factorTogether(at(1000).slice(0, 2)), null, 'two series are too few');
  const some = [...at(1000).slice(0, 3), ...at(1), ...at(1)];
  assert.equal(factorTogether(some), null, 'most series must agree');
});

test('a value fits a factor where it is usual without it, and is not as it stands', () => {
  assert.ok(fits(240, 12, pieces));
  assert.ok(!fits(20, 12, pieces));
  assert.ok(!fits(600, 12, pieces));
  assert.ok(fits(20 / 12, 1 / 12, pieces));
});

test('what is usual follows the newest values', () => {
  const usual = new UsualValues();
  for (let i = 0; i < 13; i++) usual.add(1000);
  assert.ok(!usual.isEnough);
  for (let i = 0; i < 30; i++) usual.add(10 + (i % 3));
  assert.equal(usual.sideOf(1000), 1);
  assert.equal(usual.sideOf(11), 0);
  assert.equal(usual.sideOf(1), -1);
  assert.deepEqual([usual.summary().low, usual.summary().high, usual.summary().median], [10, 12, 11]);
});
