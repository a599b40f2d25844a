import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';

import { type Frequency, frequencies, periodLabel, type TimeGrid } from '../../../core/index.ts';
import { timeReader } from './parse-time.ts';
import { TimeZone } from './time-zone.ts';

const berlin = new TimeZone('Europe/Berlin');
const utc = new TimeZone('UTC');

function grid(frequency: Frequency): TimeGrid {
  return { frequency, weekStart: 1 };
}

function labelOf(text: string, frequency: Frequency, zone: TimeZone): string {
  const { period, problem } = timeReader(grid(frequency), zone)(text);
  return problem ?? periodLabel(grid(frequency), period);
}

test('reads the usual ways to write a time', () => {
  for (const [text, frequency, label] of [
    ['2024-02-29', 'day', '2024-02-29'],
    ['20240229', 'day', '2024-02-29'],
    [' 2024-2-9 ', 'day', '2024-02-09'],
    ['2024-02-29 23:59:59.999', 'day', '2024-02-29'],
    ['2024-02-29T10:30Z', 'hour', '2024-02-29T10:00Z'],
    ['2024-02-29T10:30:00+05:30', 'hour', '2024-02-29T05:00Z'],
    ['2024-02-29 13:00:00+00', 'hour', '2024-02-29T13:00Z'],
    ['2024-03', 'month', '2024-03-01'],
    ['2024-Q3', 'quarter', '2024-07-01'],
    ['2024', 'year', '2024-01-01'],
    ['2024-01-03', 'week', '2024-01-01'],
    ['-12', 'step', '-12'],
    ['7.0', 'step', '7'],
    ['2024/01/05', 'day', '2024-01-05'],
    ['2024.1.5', 'day', '2024-01-05'],
    ['2024/01/05 14:30', 'hour', '2024-01-05T14:00Z'],
    ['2024/03', 'month', '2024-03-01'],
    ['2025-W07', 'week', '2025-02-10'],
    ['2025W07', 'week', '2025-02-10'],
    ['2020-W53', 'week', '2020-12-28'],
    ['2025-W07-3', 'day', '2025-02-12'],
    ['Q3 2024', 'quarter', '2024-07-01'],
    ['2024Q3', 'year', '2024-01-01'],
    ['5 Jan 2024', 'day', '2024-01-05'],
    ['05-JAN-2024', 'day', '2024-01-05'],
    ['5. Januar 2024', 'day', '2024-01-05'],
    ['January 5, 2024', 'day', '2024-01-05'],
    ['Jan 2 2024', 'day', '2024-01-02'],
    ['2024-Jan-05', 'day', '2024-01-05'],
    ['Mär 2024', 'month', '2024-03-01'],
  ] as const)
    assert.equal(labelOf(text, frequency, utc), label, text);
});

test('refuses what is not a time of the grid', () => {
  for (const [text, frequency] of [
    ['2024-02-30', 'day'],
    ['2023-02-29', 'day'],
    ['2024-13-01', 'day'],
    ['29.02.2024', 'day'],
    ['03/04/2024', 'day'],
    ['2024', 'day'],
    ['2024-03', 'day'],
    ['yesterday', 'day'],
    ['2024-02-29T24:00', 'hour'],
    ['2024-02-29T10:00+99:00', 'hour'],
    ['1.5', 'step'],
    ['2024-02-29', 'step'],
    ['NaN', 'step'],
    ['2024.1', 'month'],
    ['2024/25', 'month'],
    ['202401', 'month'],
    ['12.01.24', 'day'],
    ['01-12-2024', 'day'],
    ['2024-W53', 'week'],
    ['2025-W07', 'day'],
    ['2025-W07', 'month'],
    ['2024-Q3', 'month'],
    ['Jan 2024', 'day'],
    ['05-Jan-24', 'day'],
    ['Jan-24', 'month'],
    ['1704067200', 'day'],
    ['45292', 'day'],
  ] as const)
    assert.equal(labelOf(text, frequency, utc), 'unreadable', text);
});

test('a pattern reads its own times, and dates that mean the same by every pattern', () => {
  const readerOf = (dateFormat: string, frequency: Frequency, zone = utc) => {
    const read = timeReader(grid(frequency), zone, { dateFormat, shortYearsFrom: 1970 });
    return (text: string): string => {
      const { period, problem } = read(text);
      return problem ?? periodLabel(grid(frequency), period);
    };
  };
  const german = readerOf('dd.MM.yyyy', 'day');
  assert.equal(german('03.04.2024'), '2024-04-03');
  assert.equal(german('2024-04-03'), '2024-04-03');
  assert.equal(german('03/04/2024'), 'unreadable');
  assert.equal(german('20240403'), 'unreadable');
  assert.equal(german('03.04.2201'), 'out-of-range');
  assert.equal(readerOf('yyyyMM', 'month')('202402'), '2024-02-01');
  assert.equal(readerOf('yyyyMM', 'day')('202402'), 'unreadable');
  assert.equal(readerOf('yyyy-ww', 'week')('2022-52'), '2022-12-26');
  assert.equal(readerOf('epoch-s', 'day', berlin)('1704063600'), '2024-01-01');
  assert.equal(readerOf('epoch-ms', 'hour')('1704067200000'), '2024-01-01T00:00Z');
  assert.equal(readerOf('dd.MM.yyyy HH:mm', 'hour', berlin)('31.03.2024 02:30'), 'nonexistent');
  assert.equal(readerOf('excel', 'day')('45292'), '2024-01-01');
});

test('a grid of workdays takes no other day, one of fiscal months no month of the calendar', () => {
  const working = timeReader({ frequency: 'day', weekStart: 1, workdays: [1, 2, 3, 4, 5] }, berlin);
  assert.equal(working('2024-01-05').problem, null);
  assert.equal(working('2024-01-07T23:30Z').problem, null);
  assert.match(working('2024-01-06').hint, /none of the days of the week in workdays/);
  const fiscalYear = { weeks: '4-4-5', endMonth: 12, endWeekday: 6, ends: 'last' } as const;
  const months: TimeGrid = { frequency: 'month', weekStart: 0, fiscalYear };
  const fiscal = timeReader(months, utc);
  assert.equal(periodLabel(months, fiscal('2024-01-28').period), '2024-01-28');
  assert.equal(periodLabel(months, fiscal('2024-01-27').period), '2023-12-31');
  assert.match(fiscal('2024-01').hint, /calendar, not of the fiscal year/);
});

test('weeks of ISO are refused where the weeks of the grid begin on another day', () => {
  const read = timeReader({ frequency: 'week', weekStart: 0 }, utc);
  assert.match(read('2025-W07').hint, /ISO weeks begin on Mondays/);
  assert.equal(read('2024-01-06').problem, null);
});

test('a refused time says what it could mean', () => {
  const hint = (text: string, frequency: Frequency = 'day'): string =>
    timeReader(grid(frequency), utc)(text).hint;
  for (const [found, expected] of [
    [
      hint('03/04/2024'),
      /is 2024-04-03 if the day stands first and 2024-03-04 if the month does: say dialect.dateFormat: "dd\/MM\/yyyy" or "MM\/dd\/yyyy"$/,
    ],
    [hint('31.01.2024'), /^; say dialect.dateFormat: "dd.MM.yyyy"$/],
    [hint('01-31-2024'), /^; say dialect.dateFormat: "MM-dd-yyyy"$/],
    [hint('12.01.24'), /if the day stands first .* "dd.MM.yy" or "MM.dd.yy", and dialect.shortYearsFrom/],
    [hint('02/02/2024'), /whether day or month stands first must be said: dialect.dateFormat: "dd/],
    [hint('202401', 'month'), /"yyyyMM"/],
    [hint('1704067200'), /"epoch-s"/],
    [hint('1704067200000'), /"epoch-ms"/],
    [hint('1704067200000000'), /microseconds .* "epoch-ms"/],
    [hint('1704067200000000000'), /nanoseconds .* "epoch-ms"/],
    [hint('45292'), /"excel"/],
    [hint('5-Jan-24'), /"d-MMM-yy" with dialect.shortYearsFrom/],
    [hint('2024-W53', 'week'), /no such week/],
    [hint('yesterday'), /^$/],
  ] as const)
    assert.match(found, expected);
});

test('a count since 1970 in another unit than was said is refused with its own', () => {
  const hint = (dateFormat: string, text: string): string => {
    const parsed = timeReader(grid('day'), utc, { dateFormat, shortYearsFrom: null })(text);
    assert.notEqual(parsed.problem, null, `${dateFormat} of ${text}`);
    return parsed.hint;
  };
  assert.match(hint('epoch-s', '1704067200000'), /"epoch-ms" would read it/);
  assert.match(hint('epoch-ms', '1704067200'), /"epoch-s" would read it/);
  assert.match(hint('epoch-ms', '1704067200000000'), /microseconds/);
  assert.match(hint('dd/MM/yyyy', '1704067200'), /"epoch-s" would read it/);
});

test('calls times outside the believable range by their own name', () => {
  for (const text of ['0000-01-01', '9999-12-31', '1799-12-31', '2201-01-01'])
    assert.equal(labelOf(text, 'day', utc), 'out-of-range', text);
  assert.equal(labelOf('99999999999', 'step', utc), 'out-of-range');
});

test('hours of daylight saving: the skipped one does not exist, the doubled one is the first', () => {
  assert.equal(labelOf('2024-03-31T01:00', 'hour', berlin), '2024-03-31T00:00Z');
  assert.equal(labelOf('2024-03-31T02:30', 'hour', berlin), 'nonexistent');
  assert.equal(labelOf('2024-03-31T03:00', 'hour', berlin), '2024-03-31T01:00Z');
  assert.equal(labelOf('2024-10-27T02:30', 'hour', berlin), '2024-10-27T00:00Z');
  assert.equal(labelOf('2024-10-27T02:30+01:00', 'hour', berlin), '2024-10-27T01:00Z');
  assert.equal(labelOf('2024-10-27T03:00', 'hour', berlin), '2024-10-27T02:00Z');
});

test('days begin at local midnight: an instant belongs to the local date', () => {
  assert.equal(labelOf('2024-06-01T22:30Z', 'day', berlin), '2024-06-02');
  assert.equal(labelOf('2024-06-01T22:30', 'day', berlin), '2024-06-01');
  assert.equal(labelOf('2024-03-31T02:30', 'day', berlin), '2024-03-31');
});

test('reads back the label of any period of any grid', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...frequencies),
      fc.date({ noInvalidDate: true, ...years }),
      (frequency, date) => {
        const text = frequency === 'step' ? String(date.getTime() % 1e9) : date.toISOString();
        const { period, problem } = timeReader(grid(frequency), utc)(text);
        assert.equal(problem, null);
        const again = timeReader(grid(frequency), utc)(periodLabel(grid(frequency), period));
        assert.equal(again.period, period);
      },
    ),
  );
});

const years = { min: new Date('1801-01-02'), max: new Date('2199-12-30') };

test('local time and back is the same instant, or the first of two', () => {
  const zones = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kolkata'].map(
    (name) => new TimeZone(name),
  );
  const instants = fc.date({ noInvalidDate: true, min: new Date('1971-01-01'), max: new Date('2037-12-31') });
  fc.assert(
    fc.property(fc.constantFrom(...zones), instants, (zone, date) => {
      const ms = Math.floor(date.getTime() / 1000) * 1000;
      const back = zone.toUtc(zone.toLocal(ms));
      assert.ok(back !== null && back <= ms && ms - back <= 3_600_000, `${zone.name} ${date.toISOString()}`);
      assert.equal(zone.toLocal(back), zone.toLocal(ms));
    }),
  );
});

test('an unknown zone is refused', () => {
  assert.throws(() => new TimeZone('Europe/Atlantis'), RangeError);
});
