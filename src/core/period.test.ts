import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { frequencies, periodLabel, periodOf, periodStart, type TimeGrid } from './period.ts';

/** From the year 1 to 9998: what JavaScript dates and ISO text agree on. */
const moments = fc.integer({
  min: Date.UTC(2000, 0, 1) - 1999 * 365 * 86_400_000,
  max: Date.UTC(9998, 0, 1),
});
const grids = fc.record({
  frequency: fc.constantFrom(...frequencies),
  weekStart: fc.integer({ min: 0, max: 6 }),
});

test('a moment lies between the start of its period and the start of the next', () => {
  fc.assert(
    fc.property(grids, moments, (grid: TimeGrid, ms) => {
      const period = periodOf(grid, ms);
      assert.ok(periodStart(grid, period) <= ms && ms < periodStart(grid, period + 1));
    }),
  );
});

test('the start of a period belongs to that period', () => {
  fc.assert(
    fc.property(grids, fc.integer({ min: -1000, max: 1000 }), (grid: TimeGrid, offset) => {
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

test('years before 100 are not moved into the twentieth century', () => {
  const grid: TimeGrid = { frequency: 'year', weekStart: 1 };
  assert.equal(new Date(periodStart(grid, 50)).getUTCFullYear(), 50);
});
