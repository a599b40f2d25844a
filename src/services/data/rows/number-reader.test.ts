import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';

import { decimalMarks, type NumberForm, numberForms, thousandsMarks } from '../../../core/index.ts';
import { type NumberDialect, numberHint, numberReader } from './number-reader.ts';

const plain: NumberDialect = { decimal: null, thousands: '', numberForms: [] };
const german: NumberDialect = { decimal: ',', thousands: '.', numberForms: [] };
const english: NumberDialect = { decimal: '.', thousands: ',', numberForms: [] };
const withForms = (dialect: NumberDialect, ...forms: NumberForm[]): NumberDialect => ({
  ...dialect,
  numberForms: forms,
});

test('reads what a dialect writes', () => {
  for (const [dialect, text, value] of [
    [plain, '1.234', 1.234],
    [plain, '\u22125', -5],
    [german, '1.234', 1234],
    [german, '-1.234.567,89', -1234567.89],
    [german, '1234,5', 1234.5],
    [german, ',5', 0.5],
    [german, '1,5e3', 1500],
    [english, '+1,234.50', 1234.5],
    [{ ...german, thousands: ' ' }, '1\u00a0234,5', 1234.5],
    [{ ...german, thousands: ' ' }, '1\u202f234\u202f567', 1234567],
    [{ ...plain, thousands: "'" }, '1\u2019234.5', 1234.5],
    [{ ...plain, thousands: "'" }, "1'234'567", 1234567],
    [withForms(german, 'currency'), '1.234,50 €', 1234.5],
    [withForms(english, 'currency'), '-$1,234.50', -1234.5],
    [withForms(english, 'currency'), '$-5', -5],
    [withForms(english, 'currency'), 'CHF 12.50', 12.5],
    [withForms(english, 'currency'), 'US$3', 3],
    [withForms(german, 'percent'), '12,5 %', 0.125],
    [withForms(plain, 'percent'), '5.7%', 0.057],
    [withForms(english, 'parentheses', 'currency'), '($1,234)', -1234],
    [withForms(german, 'trailing-minus'), '1.234,5-', -1234.5],
    [withForms(german, 'trailing-minus', 'currency'), '5,00 €-', -5],
  ] as const)
    assert.equal(numberReader(dialect)(text), value, text);
});

test('refuses what it does not write', () => {
  for (const [dialect, text] of [
    [plain, '1,5'],
    [plain, '1 234'],
    [plain, '5 €'],
    [plain, '5%'],
    [plain, '(5)'],
    [plain, '5-'],
    [german, '12.5'],
    [german, '0.123'],
    [german, '1.23'],
    [german, '1.2345'],
    [german, '12.34.567'],
    [german, '1,234.5'],
    [german, '1,2,3'],
    [german, '1.234e3'],
    [english, '1,23,45'],
    [english, '123,45,678'],
    [english, '1,234,56'],
    [english, '1,5'],
    [withForms(plain, 'parentheses'), '(-5)'],
    [withForms(plain, 'parentheses'), '(5'],
    [withForms(plain, 'trailing-minus'), '-5-'],
    [withForms(plain, 'currency'), '€5€'],
    [withForms(plain, 'currency'), '12 PCS'],
    [withForms(plain, 'currency', 'percent'), '€5%'],
    [withForms(plain, 'percent'), '5%%'],
    [withForms(plain, 'percent'), '1e3%'],
    [withForms(plain, ...numberForms), '-'],
    [withForms(plain, ...numberForms), '€'],
    [withForms(plain, ...numberForms), '()'],
  ] as const)
    assert.ok(Number.isNaN(numberReader(dialect)(text)), text);
});

test('amounts of two currencies are no numbers of one column', () => {
  const read = numberReader(withForms(plain, 'currency'));
  assert.deepEqual([read('€5'), read('$5'), read('6 €'), read('7')], [5, Number.NaN, 6, 7]);
});

test('names the settings that would read a number', () => {
  for (const [dialect, text, hint] of [
    [plain, '12,5', '; dialect.decimal: "," would read it'],
    [plain, '1.234,5', '; dialect.decimal: "," and dialect.thousands: "." would read it'],
    [plain, '5 €', '; "currency" among dialect.numberForms would read it'],
    [
      plain,
      '(5,5 %)',
      '; dialect.decimal: "," and "percent" among dialect.numberForms and "parentheses" among dialect.numberForms would read it',
    ],
    [german, '12.5', '; dialect.decimal: "." and dialect.thousands: "" would read it'],
    [plain, '0x10', ''],
    [plain, '1_000', ''],
    [plain, 'seven', ''],
    ...['#N/A', 'n/a', 'NaN', 'null', '\\N', '-', '#DIV/0!', '?'].map(
      (text) =>
        [
          plain,
          text,
          `; where it means that nothing is known, ${JSON.stringify(text)} among dialect.nulls reads it`,
        ] as const,
    ),
  ] as const)
    assert.equal(numberHint(text, dialect), hint, text);
});

/** Locales with the marks of many countries: an independent writer. */
const locales = [
  ['en-US', { decimal: '.', thousands: ',' }],
  ['en-IN', { decimal: '.', thousands: ',' }],
  ['de-DE', { decimal: ',', thousands: '.' }],
  ['de-CH', { decimal: '.', thousands: "'" }],
  ['de-AT', { decimal: ',', thousands: ' ' }],
  ['fr-FR', { decimal: ',', thousands: ' ' }],
  ['es-ES', { decimal: ',', thousands: '.' }],
  ['it-IT', { decimal: ',', thousands: '.' }],
  ['pt-BR', { decimal: ',', thousands: '.' }],
  ['pl-PL', { decimal: ',', thousands: ' ' }],
  ['sv-SE', { decimal: ',', thousands: ' ' }],
  ['nb-NO', { decimal: ',', thousands: ' ' }],
  ['cs-CZ', { decimal: ',', thousands: ' ' }],
  ['tr-TR', { decimal: ',', thousands: '.' }],
  ['ru-RU', { decimal: ',', thousands: ' ' }],
  ['ja-JP', { decimal: '.', thousands: ',' }],
  ['he-IL', { decimal: '.', thousands: ',' }],
  ['ar-EG', { decimal: '.', thousands: ',' }],
  ['hi-IN', { decimal: '.', thousands: ',' }],
] as const;

test('what Intl writes in a locale is read as the same number by its dialect, or refused', () => {
  const styles = ['decimal', 'currency', 'percent'] as const;
  let read = 0;
  fc.assert(
    fc.property(
      fc.constantFrom(...locales),
      fc.record({
        units: fc.integer({ min: -2_000_000_000, max: 2_000_000_000 }),
        digits: fc.integer({ min: 0, max: 6 }),
        style: fc.constantFrom(...styles),
        code: fc.constantFrom('EUR', 'USD', 'CHF', 'PLN', 'SEK', 'BRL'),
        accounting: fc.boolean(),
        forms: fc.subarray([...numberForms]),
      }),
      ([locale, marks], { units, digits, style, code, accounting, forms }) => {
        const value = Number(`${units}e-${digits}`);
        const percent = style === 'percent';
        const text = new Intl.NumberFormat(locale, {
          style,
          minimumFractionDigits: percent ? Math.max(0, digits - 2) : digits,
          maximumFractionDigits: 10,
          ...(style === 'currency'
            ? { currency: code, currencySign: accounting ? 'accounting' : 'standard' }
            : {}),
        }).format(value);
        const found = numberReader({ ...marks, numberForms: forms })(text.trim());
        assert.ok(Number.isNaN(found) || found + 0 === value + 0, `${locale} ${text}: ${found}`);
        if (!Number.isNaN(found)) read += 1;
        if (style === 'decimal' && !/[^\d.,'’\s\u2212-]/.test(text) && !locale.endsWith('-IN'))
          assert.equal(found + 0, value + 0, `${locale} ${text}`);
      },
    ),
    { numRuns: 2000 },
  );
  assert.ok(read > 400);
});

test('a number without marks is the same in every dialect', () => {
  fc.assert(
    fc.property(
      fc.stringMatching(/^[+-]?\d{1,9}(e\d)?$/),
      fc.constantFrom(...decimalMarks),
      fc.constantFrom(...thousandsMarks),
      (text, decimal, thousands) => {
        if (thousands === decimal) return;
        assert.equal(numberReader({ decimal, thousands, numberForms: [] })(text), Number(text));
      },
    ),
  );
});

test('any text of any dialect ends in a number or NaN, quickly', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(...'0123456789.,-+() €$%e\u00a0'), maxLength: 150 }),
      fc.constantFrom(...decimalMarks),
      fc.constantFrom(...thousandsMarks),
      (text, decimal, thousands) => {
        if (thousands === decimal) return;
        const value = numberReader({ decimal, thousands, numberForms })(text.trim());
        assert.equal(typeof value, 'number');
        assert.ok(typeof numberHint(text.trim(), { decimal, thousands, numberForms: [] }) === 'string');
      },
    ),
  );
});
