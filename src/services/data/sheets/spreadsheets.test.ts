// What every kind of cell and sheet becomes, through the ways in that a file has.

import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { type BookSpec, type Cell, xlsxOf } from '../../../../test/fixtures/xlsx-files.ts';
import { project as base, type DataFixture, openDataFixture } from '../../../../test/hostile/data-fixture.ts';
import { type Dialect, defaultDialect, isAppError, type Project, periodLabel } from '../../../core/index.ts';
import { readSample } from '../../../interfaces/cli/sample.ts';

let fixture: DataFixture;
beforeEach(async () => {
  fixture = await openDataFixture();
});
afterEach(() => fixture.close());

const project: Project = {
  ...base,
  columns: { series: ['item'], time: 'date', target: 'units', known: ['price'] },
};
const header = ['item', 'date', 'units', 'price'];
const day = (number: number): Cell => ({ number, format: 'dd/mm/yyyy' });

interface Read {
  readonly rows: [string, string, number, unknown][];
  readonly refused: string[];
}

async function read(
  spec: BookSpec,
  dialect: Partial<Dialect> = {},
  change: Partial<Project> = {},
): Promise<Read> {
  const given = { ...project, ...change, dialect: { ...defaultDialect, ...dialect } };
  const path = await fixture.file('book.xlsx', xlsxOf(spec));
  await fixture.data.ingestFile(given, path);
  const rows: Read['rows'] = [];
  for await (const page of fixture.data.observationsSince(project.name, 0))
    for (const row of page.rows)
      if (row.status < 3)
        rows.push([row.seriesId, periodLabel(given.grid, row.period), row.value, row.covariates?.price]);
  const refused = await fixture.data.quarantine(project.name, { limit: 100 });
  return { rows, refused: refused.map(({ code, reason }) => `${code}: ${reason}`) };
}

async function refusal(spec: BookSpec, dialect: Partial<Dialect> = {}): Promise<string> {
  const given = { ...project, dialect: { ...defaultDialect, ...dialect } };
  const path = await fixture.file('book.xlsx', xlsxOf(spec));
  try {
    await fixture.data.validateFile(given, path);
  } catch (error) {
    if (isAppError(error)) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'read';
}

const sheet = (rows: readonly (readonly Cell[] | null)[]): BookSpec => ({
  sheets: [{ name: 'Sales', rows }],
});

test('numbers are their doubles, dates come by their formats, texts are read by the dialect', async () => {
  const { rows, refused } = await read(
    sheet([
      header,
      ['A', day(45292), 1.234, 2.5],
      ['A', day(45293), { number: 0.1 + 0.2, format: '0.00' }, '1.234,5'],
      [7, { number: 45294.5, format: 'yyyy-mm-dd hh:mm' }, { number: 0.05, format: '0%' }, null],
      [
        { number: 42, format: '00000' },
        { number: 45295, format: '[$-F800]dddd, mmmm dd, yyyy' },
        '1.234',
        '5',
      ],
      ['B', '05.01.2024', 12345678.25, { number: 1e-7, format: 'General' }],
    ]),
    { decimal: ',', thousands: '.', dateFormat: 'dd.MM.yyyy' },
    { contract: { ...project.contract, maxValue: null } },
  );
  assert.deepEqual(refused, []);
  assert.deepEqual(rows.sort(), [
    ['00042', '2024-01-04', 1234, 5],
    ['7', '2024-01-03', 0.05, undefined],
    ['A', '2024-01-01', 1.234, 2.5],
    ['A', '2024-01-02', 0.30000000000000004, 1234.5],
    ['B', '2024-01-05', 12345678.25, 1e-7],
  ]);
});

test('days are counted from 1900 or 1904 as the workbook says, also where a setting says that numbers are days', async () => {
  for (const dateFormat of [null, 'excel']) {
    const cell = (number: number): Cell => (dateFormat === null ? day(number) : number);
    const of1904 = { ...sheet([header, [`A${dateFormat}`, cell(43830), 1]]), date1904: true };
    assert.deepEqual((await read(of1904, { dateFormat })).rows.at(-1), [
      `A${dateFormat}`,
      '2024-01-01',
      1,
      undefined,
    ]);
    const of1900 = sheet([header, [`B${dateFormat}`, cell(45292), 1]]);
    assert.deepEqual((await read(of1900, { dateFormat })).rows.at(-1), [
      `B${dateFormat}`,
      '2024-01-01',
      1,
      undefined,
    ]);
  }
});

test('shared and inline texts, parts of rich text, escapes and white space; empty rows and columns are none', async () => {
  const rich: Cell = {
    attributes: 't="inlineStr"',
    raw: '<is><r><rPr><b/></rPr><t xml:space="preserve">North </t></r><r><t>A&amp;B</t></r><rPh sb="0" eb="1"><t>x</t></rPh></is>',
  };
  const formula: Cell = { attributes: 't="str"', raw: '<f>A2&amp;"x"</f><v>made_x005F_x</v>' };
  const empty: Cell = { attributes: 's="1"', raw: '' };
  const { rows, refused } = await read({
    sheets: [
      {
        name: 'Sales',
        isInline: true,
        rows: [
          null,
          [null, ...header, null],
          [null, rich, day(45292), 1, empty, empty],
          [empty, empty, empty],
          null,
          [null, formula, day(45293), { attributes: '', raw: '<f>1+1</f><v>2</v>' }],
          ...Array.from({ length: 5 }, () => [empty, empty, empty, empty]),
        ],
      },
    ],
  });
  assert.deepEqual(refused, []);
  assert.deepEqual(rows.sort(), [
    ['North A&B', '2024-01-01', 1, undefined],
    ['made_x', '2024-01-02', 2, undefined],
  ]);
});

test('errors, formulas without a value, durations, false dates and keys that are none are refused with sheet and cell', async () => {
  const error = (text: string): Cell => ({ attributes: 't="e"', raw: `<v>${text}</v>` });
  const { rows, refused } = await read(
    sheet([
      header,
      ['A', day(45292), error('#DIV/0!'), 1],
      ['A', day(45293), error('#N/A'), error('#N/A')],
      ['A', day(45294), { attributes: '', raw: '<f>SUM(A1)</f><v></v>' }],
      ['A', day(45295), { number: 1.5, format: '[h]:mm' }],
      ['A', { number: -3, format: 'yyyy-mm-dd' }, 1],
      [true, day(45296), 1],
      [{ number: 12, format: '"Art. "00' }, day(45297), 1],
      ['A', day(45298), day(5)],
      ['A', { number: 0.5, format: 'hh:mm' }, 1],
      [{ attributes: '', raw: '<v>9007199254740993</v>' }, day(45299), 1],
      [{ attributes: '', raw: '<v>1.5E+20</v>' }, day(45299), 1],
    ]),
    { nulls: ['#N/A'] },
  );
  assert.deepEqual(refused, [
    'bad-cell: cell C2 of sheet "Sales" holds the error #DIV/0!',
    'bad-cell: cell C4 of sheet "Sales" holds a formula whose value was not saved: open the file in a spreadsheet program and save it',
    'bad-number: "36:00:00" is not a number',
    'bad-cell: cell B6 of sheet "Sales" holds -3 as a date, which no calendar has',
    'bad-cell: cell A7 of sheet "Sales" holds true: a series is named by a text or a number',
    'bad-cell: cell A8 of sheet "Sales" holds the number 12, shown with words around it by its format: write the key as text',
    'bad-number: "1900-01-05" is not a number',
    'bad-time: "12:00:00" is not a time of frequency day',
    'bad-cell: cell A12 of sheet "Sales" holds the number 150000000000000000000, past 2^53, whose digits are lost: write the key as text',
  ]);
  assert.deepEqual(rows.sort(), [
    ['9007199254740993', '2024-01-08', 1, undefined],
    ['A', '2024-01-02', Number.NaN, undefined],
  ]);
});

test('formulas that are to be calculated at opening have no value yet', async () => {
  const book = {
    ...sheet([header, ['A', day(45292), { attributes: '', raw: '<f>1+1</f><v>0</v>' }]]),
    fullCalcOnLoad: true,
  };
  const { refused } = await read(book);
  assert.match(
    refused[0] ?? '',
    /cell C2 of sheet "Sales" holds a formula that was saved without being calculated/,
  );
});

test('several sheets are a question, hidden ones are named and not read, a name answers', async () => {
  const rows = [header, ['A', day(45292), 1]];
  const two = {
    sheets: [
      { name: 'Jan', rows },
      { name: 'Feb', rows: [header, ['B', day(45323), 2]] },
      { name: 'Blank', rows: [] },
    ],
  };
  assert.equal(
    await refusal(two),
    'data/ambiguous-sheet: book.xlsx has 2 sheets ("Jan", "Feb"): say which with dialect.sheet: "Jan"',
  );
  assert.match(
    await refusal(two, { sheet: 'Mar' }),
    /^data\/no-sheet: book\.xlsx has no sheet "Mar"; it has: "Jan", "Feb", "Blank"/,
  );
  assert.deepEqual((await read(two, { sheet: 'Feb' })).rows, [['B', '2024-02-01', 2, undefined]]);
  const path = await fixture.file(
    'hidden.xlsx',
    xlsxOf({
      sheets: [
        { name: 'Old', rows, state: 'hidden' },
        { name: 'New', rows: [...rows, ['A', day(45293), 2]], hiddenRows: [3] },
      ],
    }),
  );
  const { findings, accepted } = await fixture.data.validateFile(project, path);
  assert.equal(accepted, 2);
  assert.deepEqual(
    findings.filter(({ kind }) => kind === 'hidden').map(({ message }) => message),
    [
      '1 row of the sheet "New" is hidden in it, and was read like the others',
      'hidden sheets ("Old") were not read',
    ],
  );
});

test('merged cells over rows are refused, those of a title are not; a title is skipped by setting', async () => {
  const rows = [['Report of sales'], null, header, ['A', day(45292), 1], [null, day(45293), 2]];
  const book = (merged: string[]): BookSpec => ({ sheets: [{ name: 'S', rows, merged }] });
  assert.match(
    await refusal(book([])),
    /^data\/missing-column: .*the header is line 3, not line 1: skip the lines above it with dialect.skipLines = 2/,
  );
  assert.equal(await refusal(book(['A1:D2']), { skipLines: 2 }), 'read');
  assert.match(
    await refusal(book(['A1:D1', 'A4:A5']), { skipLines: 2 }),
    /^data\/merged-cells: .*sheet "S": the cells A4:A5 are merged/,
  );
});

test('a table with a column for each period is read cell by cell, by dates in its header too', async () => {
  const { rows } = await read(
    sheet([
      ['item', { number: 45292, format: 'mmm yy' }, { number: 45323, format: 'mmm yy' }],
      ['A', 1.5, 2],
      ['B', 3, null],
    ]),
    { decimal: ',', thousands: '.' },
    { grid: { frequency: 'month', weekStart: 1 } },
  );
  assert.deepEqual(rows.sort(), [
    ['A', '2024-01-01', 1.5, undefined],
    ['A', '2024-02-01', 2, undefined],
    ['B', '2024-01-01', 3, undefined],
    ['B', '2024-02-01', Number.NaN, undefined],
  ]);
});

test('a header again in the middle is named; a sample says which sheet and lines it supposes', async () => {
  const rows = [['Sales 2024'], header, ['A', day(45292), 1], header, ['A', day(45293), 2]];
  const spec = {
    sheets: [
      { name: 'Notes', rows: [['see below']] },
      { name: 'Data', rows },
    ],
  };
  const { rows: read_, refused } = await read(spec, { sheet: 'Data', skipLines: 1 });
  assert.deepEqual(
    [read_.length, refused],
    [
      2,
      ['repeated-header: row 4 is a header again, as in tables that were joined: rows below are read by it'],
    ],
  );
  const found = await readSample(await fixture.file('book.xlsx', xlsxOf(spec)));
  assert.deepEqual(found.supposed, { sheet: 'Data', skipLines: 1 });
  assert.deepEqual(found.columns, header);
  assert.deepEqual(found.rows[0], ['A', '2024-01-01', '1', '']);
});

test('evaluate reads what ingest reads', async () => {
  const path = await fixture.file(
    'book.xlsx',
    xlsxOf(sheet([header, ['A', day(45292), 1.5, 2], ['A', day(45293), '2,5', 3]])),
  );
  const table = await fixture.data.readTable({
    path,
    series: ['item'],
    time: 'date',
    target: 'units',
    frequency: 'day',
    known: ['price'],
    dialect: { ...defaultDialect, decimal: ',' },
    where: 'price >= 2',
  });
  assert.deepEqual([...table.values], [1.5, 2.5]);
});
