import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';

import { dateFormat, isoWeekDay } from './date-format.ts';
import { monthNamed } from './month-names.ts';

function read(pattern: string, text: string, shortYearsFrom: number | null = 1970): string | null {
  const format = dateFormat(pattern, shortYearsFrom);
  if ('problem' in format) return `! ${format.problem}`;
  const fields = format.read(text);
  if (fields === null) return null;
  const { year, month, day, ms, span, offsetMs } = fields;
  const date = `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
  return `${span} ${date}${ms === 0 ? '' : ` +${ms}`}${offsetMs === null ? '' : ' UTC'}`;
}

test('reads dates by their pattern', () => {
  for (const [pattern, text, found] of [
    ['dd.MM.yyyy', '31.01.2024', 'day 2024-01-31'],
    ['MM/dd/yyyy', '01/31/2024', 'day 2024-01-31'],
    ['d/M/yyyy', '3/4/2024', 'day 2024-04-03'],
    ['M/d/yyyy', '3/4/2024', 'day 2024-03-04'],
    ['d-MMM-yy', '5-Mar-24', 'day 2024-03-05'],
    ['d-MMM-yy', '5-MÄR-71', 'day 1971-03-05'],
    ['d. MMMM yyyy', '5. März 2024', 'day 2024-03-05'],
    ['MMM yyyy', 'déc. 2023', 'month 2023-12-01'],
    ['dd.MM.yy', '12.01.69', 'day 2069-01-12'],
    ['yyyyMM', '202402', 'month 2024-02-01'],
    ['MM/yyyy', '02/2024', 'month 2024-02-01'],
    ['yyyy', '2024', 'year 2024-01-01'],
    ['yyyyMMdd', '20240229', 'day 2024-02-29'],
    ["yyyy-'W'ww", '2025-W07', 'week 2025-02-10'],
    ['yyyy-ww', '2025-07', 'week 2025-02-10'],
    ['ww/yyyy', '53/2020', 'week 2020-12-28'],
    ['yyyyww', '202501', 'week 2024-12-30'],
    ["yyyy-'W'ww-e", '2025-W07-3', 'day 2025-02-12'],
    ['yyyy-Qq', '2024-Q3', 'quarter 2024-07-01'],
    ["q'. Quartal' yyyy", '2. Quartal 2024', 'quarter 2024-04-01'],
    ['dd.MM.yyyy HH:mm', '31.01.2024  14:30', 'day 2024-01-31 +52200000'],
    ['M/d/yyyy h:mm:ss a', '1/31/2024 12:00:01 AM', 'day 2024-01-31 +1000'],
    ['M/d/yyyy h:mm a', '1/31/2024 12:00 p.m.', 'day 2024-01-31 +43200000'],
    ['yyyy-MM-ddTHH:mm:ss.SSS', '2024-01-31T00:00:00.57', 'day 2024-01-31 +570'],
    ['epoch-s', '1704067200', 'day 2024-01-01 UTC'],
    ['epoch-s', '1704067200.5', 'day 2024-01-01 +500 UTC'],
    ['epoch-s', '-86400', 'day 1969-12-31 UTC'],
    ['epoch-ms', '1704153599999', 'day 2024-01-01 +86399999 UTC'],
    ['excel', '45292', 'day 2024-01-01'],
    ['excel', '45292.5', 'day 2024-01-01 +43200000'],
    ['excel', '61', 'day 1900-03-01'],
  ] as const)
    assert.equal(read(pattern, text), found, `${pattern} ${text}`);
});

test('refuses what does not fit, and what no calendar has', () => {
  for (const [pattern, text] of [
    ['dd.MM.yyyy', '31.02.2024'],
    ['dd.MM.yyyy', '1.2.2024'],
    ['dd.MM.yyyy', '01.02.24'],
    ['dd.MM.yyyy', '01/02/2024'],
    ['dd.MM.yyyy', '01x02x2024'],
    ['dd.MM.yyyy', '13.13.2024'],
    ['dd.MM.yyyy HH:mm', '01.02.2024 24:00'],
    ['M/d/yyyy h:mm a', '1/31/2024 13:00 PM'],
    ['yyyyMM', '202413'],
    ['yyyyMM', '20240101'],
    ["yyyy-'W'ww", '2024-W53'],
    ["yyyy-'W'ww", '2020-W54'],
    ["yyyy-'W'ww", '2020-W00'],
    ['yyyy-Qq', '2024-Q5'],
    ['d-MMM-yyyy', '5-Foo-2024'],
    ['epoch-ms', '1704067200'],
    ['epoch-s', 'now'],
    ['excel', '60'],
    ['excel', '2024-01-01'],
  ] as const)
    assert.equal(read(pattern, text), null, `${pattern} ${text}`);
});

test('says what is wrong with a pattern', () => {
  for (const [pattern, problem] of [
    ['dd.MM', /no year/],
    ['dd.yyyy', /d without M/],
    ['dMyyyy', /d of one or two digits with no mark/],
    ['yyyy-MM-dd hh:mm', /h without a/],
    ['yyyy-MM-dd mm', /m without H/],
    ['yyyy MM ww', /more than one of month, week/],
    ['yyyy-yy', /y twice/],
    ['yyyy-MM-dd z', /has z, which is none of/],
    ["yyyy 'at", /quote that is not closed/],
    ['dd.MM.yy', /two digits: say in shortYearsFrom/],
  ] as const)
    assert.match(read(pattern, '', null) ?? '', problem, pattern);
});

test('a text that fits only with day and month swapped is known as such', () => {
  const format = dateFormat('dd/MM/yyyy', null);
  assert.ok(!('problem' in format) && format.swapped !== null);
  assert.equal(format.read('01/13/2024'), null);
  assert.equal(format.swapped('01/13/2024')?.day, 13);
  const named = dateFormat('dd-MMM-yyyy', null);
  assert.ok(!('problem' in named) && named.swapped === null);
});

const parts = { yyyy: 'year', MM: 'month', dd: 'day', HH: 'hour', mm: 'minute' } as const;
const days = fc.date({ noInvalidDate: true, min: new Date('1971-01-01'), max: new Date('2069-12-31') });
const two = (number: number): string => String(number).padStart(2, '0');

test('what is written to a pattern is read as the same moment, whatever the order and the marks', () => {
  fc.assert(
    fc.property(
      days,
      fc.shuffledSubarray(['yyyy', 'MM', 'dd'], { minLength: 3 }),
      fc.constantFrom('.', '/', '-', ' ', ''),
      fc.boolean(),
      fc.boolean(),
      (date, order, mark, hasTime, isShort) => {
        const wall: Record<string, number> = {
          year: date.getUTCFullYear(),
          month: date.getUTCMonth() + 1,
          day: date.getUTCDate(),
          hour: date.getUTCHours(),
          minute: date.getUTCMinutes(),
        };
        const fields = [...order, ...(hasTime ? ['HH', 'mm'] : [])] as (keyof typeof parts)[];
        const write = (name: keyof typeof parts): string => {
          const number = wall[parts[name]] ?? 0;
          return name === 'yyyy' ? (isShort ? two(number % 100) : String(number)) : two(number);
        };
        const pattern = fields.map((name) => (name === 'yyyy' && isShort ? 'yy' : name)).join(mark);
        const format = dateFormat(pattern, 1970);
        assert.ok(!('problem' in format), pattern);
        const found = format.read(fields.map(write).join(mark));
        assert.deepEqual(
          [found?.year, found?.month, found?.day, found?.ms],
          [
            wall.year,
            wall.month,
            wall.day,
            hasTime ? ((wall.hour ?? 0) * 60 + (wall.minute ?? 0)) * 60_000 : 0,
          ],
        );
      },
    ),
  );
});

test('weeks of ISO: every day is in one week, seven days long, and week 53 is there when it is', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1900, max: 2100 }), fc.integer({ min: -3, max: 60 }), (year, week) => {
      const monday = isoWeekDay(year, week, 1);
      const thursday = isoWeekDay(year, week, 4);
      if (monday === null || thursday === null) {
        assert.ok(week < 1 || week > 52);
        return;
      }
      assert.equal(thursday.year, year);
      const at = Date.UTC(monday.year, monday.month - 1, monday.day);
      assert.equal(new Date(at).getUTCDay(), 1);
      const ordinal = Math.round(
        (Date.UTC(thursday.year, thursday.month - 1, thursday.day) - Date.UTC(year, 0, 1)) / 86_400_000,
      );
      assert.equal(week, Math.floor(ordinal / 7) + 1);
    }),
  );
});

test('knows the names of months as many locales write them', () => {
  for (const locale of ['en', 'de', 'fr', 'es', 'it', 'pt', 'nl', 'sv', 'da', 'nb'])
    for (const month of ['short', 'long'] as const)
      for (let i = 0; i < 12; i++) {
        const format = new Intl.DateTimeFormat(locale, { month, day: 'numeric', timeZone: 'UTC' });
        const name = format.formatToParts(Date.UTC(2024, i, 5)).find(({ type }) => type === 'month')?.value;
        assert.equal(monthNamed(name ?? ''), i + 1, `${locale} ${name}`);
      }
  assert.equal(monthNamed('lis'), undefined);
});

test('a pattern of steps reads their numbers, and stands alone', () => {
  const format = dateFormat("'d_'n", null);
  assert.ok(!('problem' in format) && format.step !== null);
  assert.deepEqual(['d_1886', 'd_0', 'd_', 'x_1', 'd_1a', 'd_-1'].map(format.step), [
    1886,
    0,
    null,
    null,
    null,
    null,
  ]);
  assert.equal(format.read('d_1886'), null);
  assert.match(JSON.stringify(dateFormat('yyyy n', null)), /beside others/);
});
