// Random tables in random dialects, by a writer of our own: every value comes back as it was written, or the file is refused.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';

import { projectLike } from '../../../../test/fixtures/project.ts';
import { type Dialect, defaultDialect, isAppError, periodLabel } from '../../../core/index.ts';
import { checkBody } from './check-body.ts';

const runs = 300;

const base = projectLike({
  columns: { series: ['item'], time: 'date', target: 'units', past: ['note'], categories: ['note'] },
});

const text = fc.string({
  unit: fc.constantFrom('a', 'B', 'ü', '7', ',', ';', '|', '\t', '"', "'", ' ', '.'),
});
const cells = fc.record({
  item: text.map((written) => written.replaceAll('\t', '')),
  day: fc.integer({ min: 0, max: 120 }),
  units: fc.oneof(
    fc.nat(5000).map(String),
    fc.integer({ min: 1, max: 99_999 }).map((n) => String(n / 100)),
  ),
  note: fc.oneof(text, fc.constantFrom('', 'two\nlines', '"', ', x', '""', 'a\r\nb,c')),
});
const form = fc.record({
  delimiter: fc.constantFrom(',', ';', '\t', '|'),
  isSaid: fc.boolean(),
  quote: fc.constantFrom<'"' | "'">('"', '"', "'"),
  quotesAll: fc.boolean(),
  end: fc.constantFrom('\n', '\r\n', '\r'),
  encoding: fc.constantFrom('utf-8', 'utf-8 with mark', 'utf-16le', 'utf-16be', 'latin1'),
  title: fc.boolean(),
  comment: fc.boolean(),
  sep: fc.boolean(),
  trailing: fc.constantFrom('none', 'rows', 'all'),
  headerAgain: fc.boolean(),
  order: fc.shuffledSubarray(['item', 'date', 'units', 'note'], { minLength: 4 }),
});
type Form = typeof form extends fc.Arbitrary<infer T> ? T : never;

function written(rows: readonly Readonly<Record<string, string>>[], by: Form): Uint8Array {
  const cell = (value: string): string => {
    const special = [by.delimiter, by.quote, '\n', '\r'].some((mark) => value.includes(mark));
    return by.quotesAll || special
      ? `${by.quote}${value.replaceAll(by.quote, by.quote + by.quote)}${by.quote}`
      : value;
  };
  const line = (values: readonly string[], isRow: boolean): string =>
    values.map(cell).join(by.delimiter) +
    (by.trailing === 'all' || (isRow && by.trailing === 'rows') ? by.delimiter : '');
  const header = line(by.order, false);
  const lines = rows.map((row) =>
    line(
      by.order.map((name) => row[name] ?? ''),
      true,
    ),
  );
  if (by.headerAgain) lines.splice(lines.length >> 1, 0, header);
  if (by.comment) lines.splice(lines.length >> 1, 0, '#half');
  if (by.title) lines.unshift(...['Report "of', 'sales'], header);
  else lines.unshift(...(by.sep ? [`sep=${by.delimiter}`] : []), header);
  const all = lines.join(by.end) + by.end;
  switch (by.encoding) {
    case 'utf-8':
      return Buffer.from(all);
    case 'utf-8 with mark':
      return Buffer.from(`\uFEFF${all}`);
    case 'latin1':
      return Buffer.from(all, 'latin1');
    case 'utf-16le':
      return Buffer.from(`\uFEFF${all}`, 'utf16le');
    default:
      return Buffer.from(`\uFEFF${all}`, 'utf16le').swap16();
  }
}

function dialectOf(by: Form): Dialect {
  return {
    ...defaultDialect,
    decimal: '.',
    quote: by.quote,
    delimiter: by.isSaid ? by.delimiter : null,
    comment: by.comment ? '#' : null,
    skipLines: by.title ? 2 : 0,
    encoding: by.encoding === 'latin1' ? 'windows-1252' : null,
  };
}

test('tables in any dialect come back value by value, or are refused', () => {
  fc.assert(
    fc.property(fc.array(cells, { minLength: 1, maxLength: 12 }), form, (table, by) => {
      const rows = table.map(({ item, day, units, note }, i) => ({
        item: `${i}${item}`,
        date: new Date(Date.UTC(2024, 0, 1) + day * 86_400_000).toISOString().slice(0, 10),
        units,
        note,
      }));
      const project = { ...base, dialect: dialectOf(by) };
      const bytes = written(rows, by);
      let found: ReturnType<typeof checkBody>;
      try {
        const now = Date.UTC(2025, 0, 1);
        found = checkBody(bytes, { project, format: 'csv', name: 'f', now, highs: new Map() });
      } catch (error) {
        assert.ok(isAppError(error), String(error));
        assert.ok(!by.isSaid, `a dialect that is said is read: ${error.message}`);
        return;
      }
      const sent = new Map(rows.map((row) => [row.item, row]));
      for (const { seriesId, period, value } of found.observations) {
        const row = sent.get(seriesId);
        if (Number.isNaN(value)) continue;
        assert.ok(row !== undefined, `nobody sent ${seriesId}`);
        assert.deepEqual([periodLabel(base.grid, period), value], [row.date, Number(row.units)]);
      }
      const known = found.observations.filter(({ value }) => !Number.isNaN(value)).length;
      const { 'repeated-header': again = 0, ...refused } = found.quarantinedByCode;
      const lost = Object.values(refused).reduce((sum, count) => sum + count, 0);
      assert.equal(again, by.headerAgain ? 1 : 0);
      assert.ok(known + lost >= rows.length, 'every row is there or counted');
      // What looks like a row in a cell of two lines may cost that row, and is said; else only a note of two lines is no category.
      if (by.isSaid && refused['bad-row'] === undefined)
        assert.deepEqual(
          Object.keys(refused).filter((code) => code !== 'bad-covariate'),
          [],
        );
    }),
    { numRuns: runs },
  );
});
