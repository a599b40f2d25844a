import assert from 'node:assert/strict';
import { test } from 'node:test';
import { calledTotals } from './called-totals.ts';

test('finds what is called a total beside what is not', () => {
  const totals = [
    'A Total',
    'Grand Total',
    'Summe A',
    'Summe: A',
    'Total',
    'Sous-total',
    'Total général',
    'north/Gesamt',
  ];
  assert.deepEqual(calledTotals(['A', ...totals, 'north/A']), totals);
  const others = ['A', 'Totalizer 5', 'Summer hat', 'Subtotalizer', 'all', 'Gesamtschule', 'x'.repeat(300)];
  assert.deepEqual(calledTotals(others), []);
});

test('a file of totals alone is what it says', () => {
  assert.deepEqual(calledTotals(['Total']), []);
  assert.deepEqual(calledTotals([]), []);
});
