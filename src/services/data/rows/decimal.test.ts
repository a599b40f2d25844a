import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decimalLengthMax, decimalOf } from './decimal.ts';

test('reads numbers as they are written in cells', () => {
  const cases: [string, number][] = [
    ['0', 0],
    ['+5', 5],
    ['-3.25', -3.25],
    ['5.', 5],
    ['.5', 0.5],
    ['1e3', 1000],
    ['1.5E-3', 0.0015],
    ['007', 7],
  ];
  for (const [text, value] of cases) assert.equal(decimalOf(text), value, text);
});

test('takes nothing else for a number', () => {
  for (const text of ['', '.', '-', '1,5', '0x10', '1e', '1e1000', '1_000', 'Infinity', 'NaN', ' 1', '1.2.3'])
    assert.ok(Number.isNaN(decimalOf(text)), text);
});

test('a text longer than any number is none', () => {
  assert.equal(decimalOf('1'.repeat(decimalLengthMax)), Number('1'.repeat(decimalLengthMax)));
  assert.ok(Number.isNaN(decimalOf('1'.repeat(decimalLengthMax + 1))));
});

test('short decimals are to the bit what the language reads', () => {
  const parts = fc.tuple(fc.stringMatching(/^\d{0,12}$/), fc.stringMatching(/^(?:\.\d{0,12})?$/));
  fc.assert(
    fc.property(parts, ([whole, fraction]) => {
      const text = whole + fraction;
      const expected = text === '' || text === '.' ? Number.NaN : Number(text);
      assert.ok(Object.is(decimalOf(text), expected), text);
    }),
    { numRuns: 5000 },
  );
});
