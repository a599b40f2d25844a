import assert from 'node:assert/strict';
import { test } from 'node:test';

import { dateOrder, saysDayFirst } from './date-order.ts';
import { noHints } from './guessed-setting.ts';

const march = ['03/04/2024', '03/05/2024', '03/06/2024'];

test('a number above 12 says which is the day', () => {
  assert.equal(dateOrder('date', ['01/02/2024', '31/03/2024'], noHints)?.dateFormat, 'dd/MM/yyyy');
  assert.equal(dateOrder('date', ['1/2/2024', '3/31/2024'], noHints)?.dateFormat, 'M/d/yyyy');
  assert.equal(dateOrder('date', ['2024-31-01', '2024-02-03'], noHints)?.dateFormat, 'yyyy-dd-MM');
});

test('where no number does, another column, the name of the file or the moment may', () => {
  const found = (hints: Partial<typeof noHints>): string | null =>
    dateOrder('date', march, { ...noHints, ...hints })?.dateFormat ?? null;
  assert.equal(found({ dayFirst: true }), 'dd/MM/yyyy');
  assert.equal(found({ file: 'sales-2024-03.csv' }), 'MM/dd/yyyy');
  assert.equal(found({ file: 'sales_202403.csv' }), 'MM/dd/yyyy');
  // Early in June the third of June has been and the sixth of March as well; in May one of them has not.
  assert.equal(found({ now: Date.UTC(2024, 4, 10) }), 'MM/dd/yyyy');
  for (const nothing of [{}, { file: 'sales-2024-03-15.csv' }, { now: Date.UTC(2024, 5, 10) }])
    assert.match(
      dateOrder('date', march, { ...noHints, ...nothing })?.doubt ?? '',
      /--dialect "dateFormat=dd\/MM\/yyyy" or --dialect "dateFormat=MM\/dd\/yyyy"/,
    );
});

test('a column whose years could be days says nothing of other columns', () => {
  assert.equal(saysDayFirst(['31/01/2024', '01/02/2024']), true);
  assert.equal(saysDayFirst(['01/31/2024']), false);
  assert.equal(saysDayFirst(['01/02/2024']), null);
  assert.equal(saysDayFirst(['23-01-02', '23-01-03']), null);
  assert.equal(saysDayFirst(['a', '']), null);
});

test('twelve months within a year may be twelve days of January', () => {
  const year = Array.from({ length: 12 }, (_, i) => `01/${String(i + 1).padStart(2, '0')}/2023`);
  assert.notEqual(dateOrder('date', year, noHints)?.doubt, null);
  const two = [...year, ...year.map((text) => text.replace('2023', '2024'))];
  assert.equal(dateOrder('date', two, noHints)?.doubt, null);
  assert.equal(dateOrder('date', two, noHints)?.dateFormat, 'dd/MM/yyyy');
});
