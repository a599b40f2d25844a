import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';

import { isAppError } from '../../../core/index.ts';
import { csvSettings } from './csv-form.ts';
import { CsvRows } from './csv-rows.ts';
import type { RowFields } from './raw-row.ts';

const fields: RowFields = {
  series: ['sku'],
  time: 'date',
  target: 'units',
  stockout: null,
  extras: ['note'],
};

interface ReadRow {
  readonly cells: readonly (string | null)[];
  readonly code: string | null;
  readonly problem: string | null;
  readonly readable: boolean;
}

function read(text: string, settings = csvSettings, cut = 1 << 20): ReadRow[] {
  const bytes = Buffer.from(text);
  const rows: ReadRow[] = [];
  const reader = new CsvRows({
    name: 'f.csv',
    fields,
    head: bytes,
    settings,
    sink: ({ series, time, target, extras, problem, problemCode, readable }) =>
      rows.push({
        cells: [...series, time, target, ...extras],
        code: problem === null ? null : problemCode,
        problem,
        readable,
      }),
  });
  for (let at = 0; at < bytes.length; at += cut) reader.push(bytes.subarray(at, at + cut));
  reader.end();
  return rows;
}

const good = (text: string): (string | null)[][] =>
  read(text)
    .filter(({ code }) => code === null)
    .map(({ cells }) => [...cells]);

test('reads rows whose lines end in a delimiter, with the header or without it', () => {
  const rows = [
    ['A', '2024-01-01', '1', null],
    ['A', '2024-01-02', '2', null],
  ];
  assert.deepEqual(good('sku,date,units\nA,2024-01-01,1,\nA,2024-01-02,2,\n'), rows);
  assert.deepEqual(good('sku,date,units,\nA,2024-01-01,1,\nA,2024-01-02,2\n'), rows);
});

test('names ragged rows, and says of what period they are where their cells are in place', () => {
  const rows = read('sku,date,units,note\nA,2024-01-01,1\nA,2024-01-02,2,x,y\nA,2024-01-03,3,z\n');
  assert.deepEqual(
    rows.map(({ problem }) => problem),
    ['it has 3 fields, the header has 4', 'it has 5 fields, the header has 4', null],
  );
  assert.ok(rows.every(({ readable }) => readable));
  const shifted = read('date,units,sku\n2024-01-01,5,5,A\n')[0];
  assert.equal(shifted?.readable, false, 'no series named 5');
});

test('a header in the middle is set aside, and rows below are read by it', () => {
  const rows = read('sku,date,units,note\nA,2024-01-01,1,\ndate,sku,units\n2024-01-02,B,7\n');
  assert.deepEqual(
    rows.map(({ code }) => code),
    [null, 'repeated-header', null],
  );
  assert.match(rows[1]?.problem ?? '', /line 3 is a header again/);
  assert.deepEqual(rows[2]?.cells, ['B', '2024-01-02', '7', null]);
});

test('says where the header is when lines stand above it, and reads it when they are skipped', () => {
  const report = 'Report: sales;;;\nMade on 1 February;;;\n;;;\nsku;date;units;note\nA;2024-01-01;0;x\n';
  assert.throws(
    () => read(report),
    (error) =>
      isAppError(error, 'data/missing-column') && /line 4, not line 1.*skipLines = 3/.test(error.message),
  );
  assert.deepEqual(read(report, { ...csvSettings, skipLines: 3 })[0]?.cells, ['A', '2024-01-01', '0', 'x']);
});

test('says that a header is missing', () => {
  assert.throws(
    () => read('A,2024-01-01,1\nA,2024-01-02,2\n'),
    (error) => isAppError(error, 'data/no-header') && /A, 2024-01-01, 1/.test(error.message),
  );
});

test('two columns of one name are refused only when they are read', () => {
  assert.equal(good('sku,date,units,x,x\nA,2024-01-01,1,y,z\n').length, 1);
  assert.throws(
    () => read('sku,date,units,note,Note\nA,2024-01-01,1,y,z\n'),
    (error) => isAppError(error, 'data/duplicate-column'),
  );
});

test('a cell of several lines is one cell, in the first column too', () => {
  const rows = good('note,sku,date,units\n"two\nlines",A,2024-01-01,1\n"a, b\nc",B,2024-01-02,2\n');
  assert.deepEqual(rows, [
    ['A', '2024-01-01', '1', 'two\nlines'],
    ['B', '2024-01-02', '2', 'a, b\nc'],
  ]);
});

test('an empty quoted note is no opening of the next line', () => {
  const rows = good('sku,date,units,note\n"A","2024-01-01","1",""\n"A","2024-01-02","2",""\n');
  assert.deepEqual(rows[1], ['A', '2024-01-02', '2', '']);
});

test('a stray quote at any place changes no other line without a word', () => {
  const note = fc.oneof(
    fc.constantFrom('', 'ok', 'a "b" c', ', x', 'two\nlines', '"', 'x,y', 'a\n, b'),
    fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', ' '), maxLength: 6 }),
  );
  const row = fc.record({
    sku: fc.constantFrom('A', 'B-1', 'c d'),
    day: fc.integer({ min: 1, max: 28 }),
    units: fc.nat(99),
    note,
    quoted: fc.boolean(),
  });
  fc.assert(
    fc.property(
      fc.array(row, { minLength: 2, maxLength: 12 }),
      fc.nat(),
      fc.constantFrom('\n', '\r\n'),
      fc.integer({ min: 1, max: 60 }),
      (table, place, end, cut) => {
        const quote = (text: string, always: boolean): string =>
          always || /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
        const days = table.map(({ day }) => `2024-01-${String(day).padStart(2, '0')}`);
        const records = table.map(({ sku, units, note, quoted }, i) =>
          [sku, days[i] ?? '', String(units), note].map((cell) => quote(cell, quoted)).join(','),
        );
        const clean = ['sku,date,units,note', ...records].join(end);
        const from = clean.indexOf(end) + end.length;
        const at = from + (place % (clean.length - from + 1));
        const touched = records.findIndex((_, i) => at <= from + records.slice(0, i + 1).join(end).length);
        const rows = read(`${clean.slice(0, at)}"${clean.slice(at)}`, csvSettings, cut);
        const landed = rows.filter(({ code }) => code === null).map(({ cells }) => JSON.stringify(cells));
        for (const [i, { sku, units, note }] of table.entries()) {
          if (i === touched) continue;
          const cells = JSON.stringify([sku, days[i], String(units), note]);
          const found = landed.indexOf(cells);
          if (found >= 0) landed.splice(found, 1);
          else
            assert.ok(
              rows.some(({ code }) => code === 'bad-row'),
              `row ${i + 1} is gone, and nothing was refused`,
            );
        }
        // What has no series or no time is refused by the rules of rows.
        const odd = landed.filter((cells) => /^\["[^"]+","\d{4}-\d\d-\d\d"/.test(cells));
        assert.ok(odd.length <= 1, `rows that nobody wrote: ${odd.join(' ')}`);
      },
    ),
    { numRuns: 400 },
  );
});
