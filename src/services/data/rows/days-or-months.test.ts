import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DaysOrMonths } from './days-or-months.ts';

const days = { frequency: 'day', weekStart: 1 } as const;
const months = { frequency: 'month', weekStart: 1 } as const;
function found(
  texts: readonly string[],
  dateFormat = 'MM/dd/yyyy',
  grid: typeof days | typeof months = days,
) {
  const order = new DaysOrMonths({ dateFormat, shortYearsFrom: null }, grid);
  for (const [i, text] of texts.entries()) order.add(text, i + 1);
  return order.found();
}
const two = (value: number): string => String(value).padStart(2, '0');
const range = (from: number, to: number, make: (i: number) => string): string[] =>
  Array.from({ length: to - from + 1 }, (_, i) => make(from + i));

test('twelve days of February are not the second of every month', () => {
  const texts = range(1, 12, (day) => `${two(day)}/02/2024`);
  assert.deepEqual(found(texts), {
    text: '01/02/2024',
    row: 1,
    own: '2024-01-02',
    swapped: '2024-02-01',
  });
  assert.equal(found(texts, 'dd/MM/yyyy'), null, 'the format that follows day by day');
});

test('a date that can be read in one way, few dates, and longer periods are no question', () => {
  const texts = range(1, 12, (day) => `${two(day)}/02/2024`);
  assert.equal(found([...texts, '01/13/2024']), null);
  assert.equal(found(texts.slice(0, 5)), null);
  assert.equal(found(texts, 'MM/dd/yyyy', months), null);
  // Sold now and then: neither reading follows day by day.
  assert.equal(
    found(['01/02/2024', '03/05/2024', '04/11/2024', '06/01/2024', '08/07/2024', '11/10/2024']),
    null,
  );
  assert.equal(found(['2024-01-02'], 'yyyy-MM-dd'), null);
});
