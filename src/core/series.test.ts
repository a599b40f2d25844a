import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { canonicalJson } from './canonical-json.ts';
import { seriesIdOf } from './series.ts';

test('different composite keys never become the same series id', () => {
  const keys = fc.array(fc.string({ unit: fc.constantFrom('a', '/', '%', '2', 'F', '5') }), {
    minLength: 2,
    maxLength: 3,
  });
  fc.assert(
    fc.property(keys, keys, (a, b) => {
      assert.equal(seriesIdOf(a) === seriesIdOf(b), JSON.stringify(a) === JSON.stringify(b));
    }),
  );
});

test('a single key is the series id as it stands', () => {
  assert.equal(seriesIdOf(['A/17%']), 'A/17%');
});

test('data without a series column are one series, named all', () => {
  assert.equal(seriesIdOf([]), 'all');
});

test('canonical JSON does not depend on the order of keys, and refuses what JSON cannot say', () => {
  assert.equal(canonicalJson({ b: [{ y: 1, x: 2 }], a: null }), '{"a":null,"b":[{"x":2,"y":1}]}');
  assert.throws(() => canonicalJson({ a: Number.NaN }), /NaN/);
  assert.throws(() => canonicalJson([Number.POSITIVE_INFINITY]), /infinity/);
});
