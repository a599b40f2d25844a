import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { exactExp, exactHalving, exactLn } from './exact.ts';

test('exp is exact to two units of the last place, and bounded', () => {
  for (let x = -699; x < 700; x += 0.37) {
    const expected = Math.exp(x);
    assert.ok(Math.abs(exactExp(x) - expected) <= 4 * 2 ** -53 * expected, `${x}`);
  }
  assert.equal(exactExp(0), 1);
  assert.equal(exactExp(1e9), exactExp(700));
});

/** Two units of the last place, and half a one for the platform's own. */
const tolerance = 2.5 * 2 ** -52;

test('ln is exact to two units of the last place, from the smallest number to the largest', () => {
  fc.assert(
    fc.property(fc.double({ min: Number.MIN_VALUE, max: Number.MAX_VALUE, noNaN: true }), (x) => {
      const expected = Math.log(x);
      assert.ok(Math.abs(exactLn(x) - expected) <= tolerance * Math.abs(expected), `${x}`);
    }),
    { numRuns: 2000 },
  );
  // Near 1, where ln(x) is as small as the rounding of 1.
  fc.assert(
    fc.property(fc.double({ min: 0.5, max: 2, noNaN: true }), (x) => {
      const expected = Math.log(x);
      assert.ok(Math.abs(exactLn(x) - expected) <= tolerance * Math.abs(expected), `${x}`);
    }),
    { numRuns: 2000 },
  );
});

test('ln of 1 is 0, of 0 minus infinity, of a negative number nothing', () => {
  assert.equal(exactLn(1), 0);
  assert.equal(exactLn(0), Number.NEGATIVE_INFINITY);
  assert.equal(exactLn(Number.POSITIVE_INFINITY), Number.POSITIVE_INFINITY);
  assert.ok(Number.isNaN(exactLn(-1)) && Number.isNaN(exactLn(Number.NaN)));
  assert.equal(exactLn(Number.MIN_VALUE), Math.log(Number.MIN_VALUE));
});

test('exp of what is unknown is unknown', () => {
  assert.ok(Number.isNaN(exactExp(Number.NaN)));
});

test('weights halve with every half-life', () => {
  assert.equal(exactHalving(0), 1);
  for (let x = 1; x < 60; x++) assert.ok(Math.abs(exactHalving(x) * 2 ** x - 1) < 1e-14);
});

test('the bits are those of every engine', () => {
  // From the same operations in CPython 3; numbers printed so that they can be read back bit for bit.
  assert.deepEqual(
    [0.1, -3.7, 11.9].map(exactExp),
    [1.1051709180756477, 0.024723526470339388, 147266.6252405527],
  );
  assert.deepEqual([0.3, 3.7, 1e9].map(exactLn), [-1.2039728043259361, 1.308332819650179, 20.72326583694641]);
});
