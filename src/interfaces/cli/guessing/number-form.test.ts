import assert from 'node:assert/strict';
import { test } from 'node:test';

import { numberForm, numbersOf } from './number-form.ts';

const forms: readonly [texts: readonly string[], form: string, first: number][] = [
  [['12', '1.230', '999', '2.000', '7.415'], ', . ', 12],
  [['1.234.567', '12', '999.100'], ', . ', 1_234_567],
  [['1,230', '12', '2,000', '7'], '. , ', 1_230],
  [['12.5', '1.25', '0.125'], '.  ', 12.5],
  [['5-', '7', '12.50-'], '.  trailing-minus', -5],
  [['(5)', '7', '1,234.50'], '. , parentheses', -5],
  [['$1,234.50', '$7.00', '-$3.25'], '. , currency', 1_234.5],
  [['$1,234.50', '$99.00'], '. , currency', 1_234.5],
  [['1.234,50 €', '7,00 €'], ', . currency', 1_234.5],
  [['5 %', '7.5 %'], '.  percent', 0.05],
  [["1'234.50", '950.25', '12'], ". ' ", 1_234.5],
  [['1\u2019234', '950', '12'], ". ' ", 1_234],
  [["1'234,50", '950,25'], ", ' ", 1_234.5],
  [['1 234.50', '950.25'], '.   ', 1_234.5],
];
for (const [texts, wanted, first] of forms)
  test(`${texts.join(' ')}: each number is what it says`, () => {
    const form = numberForm('units', texts, ';');
    assert.ok(form !== null);
    assert.equal(`${form.decimal} ${form.thousands} ${form.forms.join(',')}`, wanted);
    assert.equal(form.doubt, null);
    assert.equal(numbersOf(form)(texts[0] ?? ''), first);
  });

test('three digits behind each point may be thousands or a fraction: asked with the words that answer', () => {
  const doubt = numberForm('Menge', ['1.234', '2.345', '3.500'], ';')?.doubt ?? '';
  assert.match(doubt, /1\.234 or 1234.*--dialect "decimal=\." or --dialect "thousands=\. decimal=,"/);
  assert.equal(numberForm('kg', ['1.234', '2.345', '0.500'], ';')?.doubt, null);
});

test('codes of letters and digits are no amounts', () => {
  assert.equal(numberForm('item', ['PEN-01', 'PEN-02', 'PEN-03']), null);
});
