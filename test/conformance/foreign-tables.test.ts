// Files by other writers: Python's csv and json modules, pandas, pyarrow, openpyxl, XlsxWriter. These 120 were kept from seed 7 of
// `npm run -s bench -- fuzz-readers --tables 120 --seed 7 --save test/fixtures/tables`, which writes and reads as many as one likes.

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import type { Frequency } from '../../src/core/index.ts';
import { compareTable, type ForeignTable, foreignTables, openContext } from '../fixtures/foreign-tables.ts';
import { type Cell, xlsxOf } from '../fixtures/xlsx-files.ts';

async function withContext(
  use: (context: Awaited<ReturnType<typeof openContext>>, folder: string) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'almanac-foreign-'));
  const context = await openContext(folder);
  try {
    await use(context, folder);
  } finally {
    context.engine.close();
    await rm(folder, { recursive: true, force: true });
  }
}

test('what other programs write comes back value by value, or is refused with the reason that it has', () =>
  withContext(async (context) => {
    const folder = fileURLToPath(new URL('../fixtures/tables', import.meta.url));
    const tables = await foreignTables(folder);
    let read = 0;
    for (const table of tables) {
      const found = await compareTable(table, folder, context);
      assert.deepEqual(found.differences, [], `${table.file} of ${table.writer}`);
      read += found.read;
    }
    assert.equal(tables.length, 120);
    assert.ok(read > 900, `${read} rows were read`);
  }));

test('a value that is not what was written is found', () =>
  withContext(async (context) => {
    const folder = fileURLToPath(new URL('../fixtures/tables', import.meta.url));
    const tables = (await foreignTables(folder)).filter(({ rows }) =>
      rows.some(({ value }) => value !== null),
    );
    for (const writer of new Set(tables.map((table) => table.writer))) {
      const table = tables.find((one) => one.writer === writer) as ForeignTable;
      const rows = table.rows.map((row) => ({ ...row, value: row.value === null ? null : row.value + 1 }));
      assert.notDeepEqual((await compareTable({ ...table, rows }, folder, context)).differences, [], writer);
    }
  }));

const dateFormats = ['yyyy-mm-dd', 'dd/mm/yyyy', '[$-409]d-mmm-yy;@', 'd. mmmm yyyy', 'm/d/yyyy h:mm'];
const numberFormats = ['General', '0.00', '#,##0.00', '0%', '"€" #,##0.00', '0.00E+00'];
const rows = fc.record({
  key: fc.oneof(
    fc
      .string({ unit: fc.constantFrom('a', 'ü', '<', '&', '"', ' ', '_x0041_', '0') })
      .map((text) => `k${text}`),
    fc.nat(99_999),
  ),
  day: fc.integer({ min: 0, max: 10_000 }),
  value: fc.oneof(
    fc.constant(null),
    fc.integer({ min: -1000, max: 1_000_000 }),
    fc.double({ min: -1e9, max: 1e9, noNaN: true }),
  ),
  price: fc.oneof(fc.constant(null), fc.double({ min: 0, max: 1e6, noNaN: true })),
  asText: fc.boolean(),
  shown: fc.nat(5),
});
const form = fc.record({
  isInline: fc.boolean(),
  date1904: fc.boolean(),
  title: fc.boolean(),
  left: fc.nat(2),
  gaps: fc.boolean(),
  decimal: fc.constantFrom<'.' | ','>('.', ','),
  order: fc.shuffledSubarray(['item', 'date', 'units', 'price'], { minLength: 4 }),
});

test('sheets of our own writer come back value by value', () =>
  withContext(async (context, folder) => {
    await fc.assert(
      fc.asyncProperty(fc.array(rows, { minLength: 1, maxLength: 10 }), form, async (sent, by) => {
        const written = (value: number | null, of: { asText: boolean; shown: number }): Cell => {
          if (value === null) return null;
          if (of.asText) return String(value).replace('.', by.decimal);
          return { number: value, format: numberFormats[of.shown] ?? 'General' };
        };
        const told = sent.map((row, i) => ({
          ...row,
          key: typeof row.key === 'number' ? row.key * 10 + i : `${i}${row.key}`,
        }));
        const lines = told.map((row): Cell[] => {
          const cells: Record<string, Cell> = {
            item: typeof row.key === 'string' ? row.key.replaceAll('_x0041_', '_x005F_x0041_') : row.key,
            date: {
              number: 36_526 + row.day - (by.date1904 ? 1462 : 0),
              format: dateFormats[row.shown] ?? 'yyyy-mm-dd',
            },
            units: written(row.value, row),
            price: written(row.price, row),
          };
          return [...Array<Cell>(by.left).fill(null), ...by.order.map((name) => cells[name] ?? null)];
        });
        const spaced = by.gaps ? lines.flatMap((line) => [null, line]) : lines;
        const header: Cell[] = [...Array<Cell>(by.left).fill(null), ...by.order];
        const book = xlsxOf({
          date1904: by.date1904,
          sheets: [
            {
              name: 'S',
              isInline: by.isInline,
              rows: [...(by.title ? [['Report']] : []), header, ...spaced],
            },
          ],
        });
        await writeFile(join(folder, 'own.xlsx'), book);
        const table: ForeignTable = {
          file: 'own.xlsx',
          writer: 'own',
          frequency: 'day' satisfies Frequency,
          columns: { series: ['item'], time: 'date', target: 'units', known: ['price'] },
          dialect: { decimal: by.decimal, skipLines: by.title ? 1 : 0 },
          said: true,
          beside: [],
          rows: told.map(({ key, day, value, price }) => ({
            key: [String(key)],
            time: new Date(Date.UTC(2000, 0, 1 + day)).toISOString().slice(0, 10),
            value: value === 0 ? 0 : value,
            out: false,
            price: price === 0 ? 0 : price,
            kind: null,
            code: null,
            may: [],
          })),
        };
        assert.deepEqual((await compareTable(table, folder, context)).differences, []);
      }),
      { numRuns: 120 },
    );
  }));
