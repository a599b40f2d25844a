import assert from 'node:assert/strict';
import { test } from 'node:test';

import { type FiscalYear, fiscalPatterns, periodOf, periodStart } from '../../../core/index.ts';
import { guessGrid } from './guess-grid.ts';

const dayMs = 86_400_000;
const start = Date.UTC(2023, 0, 2);
const days = (count: number): number[] => Array.from({ length: count }, (_, i) => start + i * dayMs);
const plain = { name: 'date', isEvents: false, isWhole: true };

test('working days are those that have rows, when the others never do', () => {
  const worked = days(60).filter((ms) => ![0, 6].includes(new Date(ms).getUTCDay()));
  assert.deepEqual(guessGrid('day', worked, plain).grid.workdays, [1, 2, 3, 4, 5]);
  assert.equal(guessGrid('day', days(60), plain).grid.workdays, undefined);
  // One Saturday is evidence enough that rows of one may come.
  assert.equal(guessGrid('day', [...worked, start + 5 * dayMs], plain).grid.workdays?.length, undefined);
  assert.equal(guessGrid('day', worked.slice(0, 15), plain).grid.workdays, undefined);
  assert.equal(guessGrid('day', worked, { ...plain, isEvents: true }).grid.workdays, undefined);
  // Of a part of a file the rest may have such days.
  assert.equal(guessGrid('day', worked, { ...plain, isWhole: false }).grid.workdays, undefined);
});

test('weeks begin on the day of their dates, or end on it where the name says so', () => {
  const saturdays = days(70).filter((ms) => new Date(ms).getUTCDay() === 6);
  assert.equal(guessGrid('week', saturdays, plain).grid.weekStart, 6);
  assert.equal(guessGrid('week', saturdays, { ...plain, name: 'week_ending' }).grid.weekStart, 0);
});

test('every fiscal year is found again from its months, begun or ended', () => {
  for (const weeks of fiscalPatterns)
    for (const endMonth of [1, 6, 12])
      for (const ends of ['last', 'nearest'] as const) {
        const fiscalYear: FiscalYear = { weeks, endMonth, endWeekday: 6, ends };
        const grid = { frequency: 'month', weekStart: 1, fiscalYear } as const;
        // Eight years hold a year of 53 weeks, which says when years end.
        const months = Array.from({ length: 96 }, (_, i) => periodStart(grid, 2016 * 12 + i));
        const found = guessGrid('month', months, { ...plain, name: 'period_start' }).grid;
        const ended = months.slice(1).map((ms) => ms - dayMs);
        const again = guessGrid('month', ended, { ...plain, name: 'period_end' }).grid;
        for (const guess of [found, again]) {
          assert.notEqual(guess.fiscalYear, undefined);
          const first = periodOf(guess, months[0] ?? 0);
          for (const [i, ms] of months.entries()) assert.equal(periodStart(guess, first + i), ms);
        }
      }
});

test('months of the calendar are none of whole weeks', () => {
  const months = Array.from({ length: 24 }, (_, i) => Date.UTC(2022, i, 1));
  assert.equal(guessGrid('month', months, plain).grid.fiscalYear, undefined);
});
