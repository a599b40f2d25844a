import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fiscalPatterns } from './fiscal-year.ts';
import { frequencies, isWorkday, periodLabel, periodOf, periodStart, type TimeGrid } from './period.ts';

/** From the year 1 to 9998: what JavaScript dates and ISO text agree on. */
const moments = fc.integer({
  min: Date.UTC(2000, 0, 1) - 1999 * 365 * 86_400_000,
  max: Date.UTC(9998, 0, 1),
});
const grids = fc.record({
  frequency: fc.constantFrom(...frequencies),
  weekStart: fc.integer({ min: 0, max: 6 }),
});
const fiscalYears = fc.record({
  weeks: fc.constantFrom(...fiscalPatterns),
  endMonth: fc.integer({ min: 1, max: 12 }),
  endWeekday: fc.integer({ min: 0, max: 6 }),
  ends: fc.constantFrom('last' as const, 'nearest' as const),
});
/** Also with workdays and fiscal years. */
const anyGrid = fc
  .tuple(grids, fc.option(fc.subarray([0, 1, 2, 3, 4, 5, 6], { minLength: 1 })), fc.option(fiscalYears))
  .map(
    ([grid, workdays, fiscalYear]): TimeGrid => ({
      ...grid,
      ...(workdays === null ? {} : { workdays }),
      ...(fiscalYear === null ? {} : { fiscalYear }),
    }),
  );

test('a moment lies between the start of its period and the start of the next', () => {
  fc.assert(
    fc.property(anyGrid, moments, (grid: TimeGrid, ms) => {
      const period = periodOf(grid, ms);
      assert.ok(periodStart(grid, period) <= ms && ms < periodStart(grid, period + 1));
    }),
  );
});

test('the start of a period belongs to that period', () => {
  fc.assert(
    fc.property(anyGrid, fc.integer({ min: -1000, max: 1000 }), (grid: TimeGrid, offset) => {
      const period = periodOf(grid, Date.UTC(2024, 1, 29)) + offset;
      assert.equal(periodOf(grid, periodStart(grid, period)), period);
    }),
  );
});

test('weeks begin on the day the project says', () => {
  for (let weekStart = 0; weekStart <= 6; weekStart++) {
    const grid: TimeGrid = { frequency: 'week', weekStart };
    const start = periodStart(grid, periodOf(grid, Date.UTC(2026, 10, 21)));
    assert.equal(new Date(start).getUTCDay(), weekStart);
  }
});

test('labels are ISO dates, hours carry their time, steps stay numbers', () => {
  const at = Date.UTC(2024, 1, 29, 13, 30);
  const label = (frequency: TimeGrid['frequency']): string =>
    periodLabel({ frequency, weekStart: 1 }, periodOf({ frequency, weekStart: 1 }, at));
  assert.equal(label('hour'), '2024-02-29T13:00Z');
  assert.equal(label('day'), '2024-02-29');
  assert.equal(label('week'), '2024-02-26');
  assert.equal(label('month'), '2024-02-01');
  assert.equal(label('quarter'), '2024-01-01');
  assert.equal(label('year'), '2024-01-01');
  assert.equal(periodLabel({ frequency: 'step', weekStart: 1 }, 17), '17');
});

test('workdays count alone, and what lies between belongs to the one before', () => {
  const grid: TimeGrid = { frequency: 'day', weekStart: 1, workdays: [1, 2, 3, 4, 5] };
  const friday = periodOf(grid, Date.UTC(2024, 0, 5));
  assert.equal(periodLabel(grid, friday), '2024-01-05');
  assert.equal(periodOf(grid, Date.UTC(2024, 0, 7)), friday);
  assert.equal(periodLabel(grid, friday + 1), '2024-01-08');
  assert.equal(periodLabel(grid, friday + 5), '2024-01-12');
  assert.deepEqual(
    [5, 6].map((day) => isWorkday(grid, Date.UTC(2024, 0, day))),
    [true, false],
  );
});

/** The calendar of the National Retail Federation: 2023 ended on 2024-02-03 and had 53 weeks, 2024 on 2025-02-01. */
test('months of a retail year have 4, 5 and 4 weeks, the last one of a long year 5', () => {
  const fiscalYear = { weeks: '4-5-4', endMonth: 1, endWeekday: 6, ends: 'nearest' } as const;
  const grid: TimeGrid = { frequency: 'month', weekStart: 0, fiscalYear };
  const first = periodOf(grid, Date.UTC(2023, 0, 29));
  const starts = Array.from({ length: 14 }, (_, i) => periodLabel(grid, first + i));
  assert.deepEqual(starts, [
    '2023-01-29',
    '2023-02-26',
    '2023-04-02',
    '2023-04-30',
    '2023-05-28',
    '2023-07-02',
    '2023-07-30',
    '2023-08-27',
    '2023-10-01',
    '2023-10-29',
    '2023-11-26',
    '2023-12-31',
    '2024-02-04',
    '2024-03-03',
  ]);
  const quarter: TimeGrid = { ...grid, frequency: 'quarter' };
  assert.equal(periodLabel(quarter, periodOf(quarter, Date.UTC(2024, 1, 3))), '2023-10-29');
  const year: TimeGrid = { ...grid, frequency: 'year' };
  assert.equal(periodLabel(year, periodOf(year, Date.UTC(2024, 1, 4))), '2024-02-04');
});

test('a fiscal year has 52 or 53 weeks and ends on its weekday, within a week of the end of its month', () => {
  fc.assert(
    fc.property(fiscalYears, fc.integer({ min: 1900, max: 2200 }), (fiscalYear, calendarYear) => {
      const grid: TimeGrid = { frequency: 'year', weekStart: 1, fiscalYear };
      const [start, next] = [periodStart(grid, calendarYear), periodStart(grid, calendarYear + 1)];
      const end = new Date(next - 86_400_000);
      assert.ok([52, 53].includes((next - start) / (7 * 86_400_000)));
      assert.equal(end.getUTCDay(), fiscalYear.endWeekday);
      const off = (end.getTime() - Date.UTC(calendarYear, fiscalYear.endMonth, 0)) / 86_400_000;
      assert.ok(fiscalYear.ends === 'last' ? off > -7 && off <= 0 : Math.abs(off) <= 3);
    }),
  );
});

test('years before 100 are not moved into the twentieth century', () => {
  const grid: TimeGrid = { frequency: 'year', weekStart: 1 };
  assert.equal(new Date(periodStart(grid, 50)).getUTCFullYear(), 50);
});
