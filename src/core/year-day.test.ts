import assert from 'node:assert/strict';
import { test } from 'node:test';
import { marchYearOf, yearDayOf } from './year-day.ts';

const dayOf = (iso: string): number => Date.parse(`${iso}T00:00:00Z`) / 86_400_000;

test('a date has one place in every year, and only a leap year has the last', () => {
  for (const year of ['1600', '1899', '1900', '1970', '1999', '2000', '2023', '2024', '2100', '2400']) {
    assert.equal(yearDayOf(dayOf(`${year}-03-01`)), 0);
    assert.equal(yearDayOf(dayOf(`${year}-12-25`)), 299);
    assert.equal(yearDayOf(dayOf(`${year}-12-31`)), 305);
    assert.equal(yearDayOf(dayOf(`${year}-01-01`)), 306);
    assert.equal(yearDayOf(dayOf(`${year}-02-28`)), 364);
  }
  assert.equal(yearDayOf(dayOf('2024-02-29')), 365);
});

test('every day follows the one before it, back to year 0 and far ahead', () => {
  let before = yearDayOf(-800_000);
  for (let day = -799_999; day < 400_000; day++) {
    const at = yearDayOf(day);
    const date = new Date(day * 86_400_000);
    const isFirst = date.getUTCMonth() === 2 && date.getUTCDate() === 1;
    assert.equal(marchYearOf(day), date.getUTCFullYear() - (date.getUTCMonth() < 2 ? 1 : 0));
    assert.equal(at, isFirst ? 0 : before + 1, date.toISOString());
    before = at;
  }
});
