import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';

import { projectLike } from '../../../../test/fixtures/project.ts';
import { type Dialect, defaultDialect, isAppError, periodLabel } from '../../../core/index.ts';
import { checkBody } from './check-body.ts';

const base = projectLike({
  columns: { series: ['item'], time: 'date', target: 'units' },
  nonNegative: false,
  contract: { minValue: null, maxValue: null, unitJumpFactor: 0, historyPeriodsMin: 4 },
});

/** Writers of countries: `Intl` is the independent one for numbers and dates. */
const countries = [
  { locale: 'de-DE', decimal: ',', thousands: '.', dateFormat: 'dd.MM.yyyy' },
  { locale: 'fr-FR', decimal: ',', thousands: ' ', dateFormat: 'dd/MM/yyyy' },
  { locale: 'it-IT', decimal: ',', thousands: '.', dateFormat: 'dd/MM/yyyy' },
  { locale: 'pl-PL', decimal: ',', thousands: ' ', dateFormat: 'dd.MM.yyyy' },
  { locale: 'en-US', decimal: '.', thousands: ',', dateFormat: 'MM/dd/yyyy' },
  { locale: 'en-GB', decimal: '.', thousands: ',', dateFormat: 'dd/MM/yyyy' },
  { locale: 'sv-SE', decimal: ',', thousands: ' ', dateFormat: 'yyyy-MM-dd' },
] as const;

const tables = fc.record({
  country: fc.constantFrom(...countries),
  grouping: fc.boolean(),
  digits: fc.constantFrom(0, 1, 2, 3),
  isoDates: fc.boolean(),
  rows: fc.uniqueArray(
    fc.tuple(fc.integer({ min: 0, max: 1500 }), fc.integer({ min: -9_999_999, max: 9_999_999 })),
    { minLength: 1, maxLength: 15, selector: ([day]) => day },
  ),
});
type Table = typeof tables extends fc.Arbitrary<infer T> ? T : never;

const dayMs = 86_400_000;
const start = Date.UTC(2020, 0, 1);

function written({ country, grouping, digits, isoDates, rows }: Table): string {
  const number = new Intl.NumberFormat(country.locale, {
    useGrouping: grouping,
    minimumFractionDigits: digits,
  });
  const date = new Intl.DateTimeFormat(country.locale, {
    day: '2-digit',
    month: '2-digit',
    year: 'numeric',
    timeZone: 'UTC',
  });
  const lines = rows.map(([day, units]) => {
    const at = start + day * dayMs;
    const text = isoDates ? new Date(at).toISOString().slice(0, 10) : date.format(at);
    return `A;${text};${number.format(Number(`${units}e-${digits}`))}`;
  });
  return `item;date;units\n${lines.join('\n')}\n`;
}

/** By date; null when the whole is refused. */
function read(text: string, dialect: Partial<Dialect>): Map<string, number> | null {
  try {
    const { observations } = checkBody(Buffer.from(text), {
      project: { ...base, dialect: { ...defaultDialect, ...dialect } },
      format: 'csv',
      name: 'table',
      now: Date.UTC(2026, 0, 1),
      highs: new Map(),
    });
    const values = observations.filter(({ status }) => status === 0);
    return new Map(values.map(({ period, value }) => [periodLabel(base.grid, period), value]));
  } catch (error) {
    if (isAppError(error) && error.code.startsWith('data/ambiguous-')) return null;
    throw error;
  }
}

function expected({ digits, rows }: Table): Map<string, number> {
  return new Map(
    rows.map(([day, units]) => [
      new Date(start + day * dayMs).toISOString().slice(0, 10),
      Number(`${units}e-${digits}`),
    ]),
  );
}

const sorted = (map: Map<string, number>): [string, number][] =>
  [...map].map(([date, value]): [string, number] => [date, value + 0]).sort(([a], [b]) => (a < b ? -1 : 1));

test('a table of any country is read value by value by the dialect that says how it is written', () => {
  fc.assert(
    fc.property(tables, (table) => {
      const { decimal, thousands, dateFormat } = table.country;
      const found = read(written(table), { decimal, thousands, dateFormat });
      assert.deepEqual(sorted(found ?? new Map()), sorted(expected(table)), written(table));
    }),
    { numRuns: 300 },
  );
});

test('read by another dialect, or by none, a value is the one that was written, or refused: never another', () => {
  const others = fc.oneof(
    fc.constant<Partial<Dialect>>({}),
    fc.constantFrom<Partial<Dialect>>({ dateFormat: 'dd.MM.yyyy' }, { dateFormat: 'yyyy-MM-dd' }),
  );
  fc.assert(
    fc.property(tables, others, (table, dialect) => {
      const right = expected(table);
      for (const [date, value] of read(written(table), dialect) ?? [])
        assert.equal(value + 0, (right.get(date) ?? Number.NaN) + 0, `${date} of ${written(table)}`);
    }),
    { numRuns: 500 },
  );
});

test('a rule that looks at a column that is not there refuses the table instead of taking its totals in', () => {
  const leaveOut = [{ column: 'level', equals: 'total' }];
  const ruled = projectLike({ dialect: { ...defaultDialect, leaveOut } });
  const { series, time, target } = ruled.columns;
  const read = (header: string) =>
    checkBody(new TextEncoder().encode(`${header}\na,2024-05-01,5,item\na,2024-05-02,9,total\n`), {
      project: ruled,
      format: 'csv',
      name: 'f',
      now: Date.UTC(2024, 5, 1),
      highs: new Map(),
    });
  assert.throws(() => read(`${series.join()},${time},${target},Level`), { code: 'data/missing-column' });
  assert.equal(read(`${series.join()},${time},${target},level`).accepted, 1);
});
