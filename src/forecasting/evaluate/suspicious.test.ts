import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type SuspicionKind, suspicionsOf } from './suspicious.ts';

const of = (values: readonly number[], silentPeriods = 0) =>
  suspicionsOf(Float64Array.from(values), { silentPeriods, season: 7 });
const kinds = (values: readonly number[], silentPeriods = 0): SuspicionKind[] =>
  of(values, silentPeriods).map(({ kind }) => kind);
const nan = Number.NaN;
/** A year of a calm item. */
const calm = Array.from({ length: 364 }, (_, i) => 20 + (i % 7) + ((i * 5) % 3));
const withAt = (at: number, value: number): number[] => calm.map((y, i) => (i === at ? value : y));

test('a calm history has nothing to look at, however long ago it began', () => {
  assert.deepEqual(kinds(calm), []);
  assert.deepEqual(kinds([nan, ...calm, nan]), []);
});

test('a series that sold and has been silent for longer than its own gaps explain has ended', () => {
  assert.deepEqual(of(calm, 40), [{ kind: 'ended', at: 363, periods: 40 }]);
  assert.deepEqual(of([...calm, ...Array(30).fill(0)], 10), [{ kind: 'ended', at: 363, periods: 40 }]);
  assert.deepEqual(kinds(calm, 6), [], 'shorter than a cycle');
  // Spare parts are silent for a year and go on.
  assert.deepEqual(kinds([3, ...Array(200).fill(0), 2, ...Array(300).fill(0), 5], 350), []);
});

test('a single sale, and none at all, are told apart', () => {
  assert.deepEqual(of([0, 0, 4, 0], 100), [{ kind: 'once', at: 2, value: 4 }]);
  assert.deepEqual(of([0, nan, 0]), [{ kind: 'never', periods: 2 }]);
  assert.deepEqual(kinds([nan, nan]), [], 'of what is unknown nothing is said');
  assert.deepEqual(kinds([]), []);
});

test('demand below zero is counted, with the lowest', () => {
  assert.deepEqual(of([5, -2, 6, -9, 7]), [{ kind: 'negative', at: 3, value: -9, periods: 2 }]);
});

test('the same demand in every known period is suspicious, the same size now and then is not', () => {
  assert.deepEqual(of(Array(8).fill(5)), [{ kind: 'constant', value: 5, periods: 8 }]);
  assert.deepEqual(kinds(Array(7).fill(5)), []);
  assert.deepEqual(kinds(Array.from({ length: 60 }, (_, i) => (i % 4 === 0 ? 1 : 0))), []);
});

test('one slip of the keyboard is an outlier, a lumpy series is not', () => {
  assert.deepEqual(of(withAt(100, 2300)), [{ kind: 'outlier', at: 100, value: 2300, usual: 24 }]);
  assert.deepEqual(kinds(withAt(100, 60)), [], 'a good day is none');
  const orders = Array.from({ length: 300 }, (_, i) => (i % 12 === 0 ? 400 : i % 5));
  assert.deepEqual(kinds(orders), [], 'where large orders come again and again');
});

test('a change of unit is named as that, and not as outliers', () => {
  const [first] = of(calm.map((y, i) => (i < 300 ? y : 12 * y)));
  assert.deepEqual(first, { kind: 'unit-change', at: 300, until: null, factor: 12 });
});

test('scaling demand changes no verdict', () => {
  const value = fc.oneof(fc.integer({ min: 0, max: 50 }), fc.constant(nan), fc.constant(-3));
  fc.assert(
    fc.property(fc.array(value, { maxLength: 80 }), fc.integer({ min: 0, max: 60 }), (values, silent) => {
      const scaled = values.map((y) => y * 64);
      assert.deepEqual(kinds(scaled, silent), kinds(values, silent));
      assert.ok(of(values, silent).every((found) => !('at' in found) || found.at < values.length));
    }),
  );
});
