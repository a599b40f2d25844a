// Every kind of trouble that files come with, through every reader: what happens stands in the guide, and this keeps it true.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';

import { type Dialect, defaultDialect, isAppError, type Project } from '../../src/core/index.ts';
import { readSample } from '../../src/interfaces/cli/sample.ts';
import { checkBody } from '../../src/services/data/index.ts';
import { type BookSpec, type Cell, xlsxOf } from '../fixtures/xlsx-files.ts';
import { project as base, type DataFixture, openDataFixture } from '../hostile/data-fixture.ts';

let fixture: DataFixture;
before(async () => {
  fixture = await openDataFixture();
});
after(() => fixture.close());

const day = (i: number): string => new Date(Date.UTC(2024, 0, 1) + i * 86_400_000).toISOString().slice(0, 10);
const rows = Array.from({ length: 60 }, (_, i) => `A,${day(i)},${i % 9},note`);
const header = 'item,date,units,note';
const table = (lines: readonly string[], end = '\n'): string => `${[header, ...lines].join(end)}${end}`;
/** The rows with another one in the middle. */
const withRow = (line: string): string => table([...rows.slice(0, 30), line, ...rows.slice(30)]);
const replaced = (at: number, change: (row: string) => string): string =>
  table(rows.map((row, i) => (i === at ? change(row) : row)));
const semicolons = (text: string): string => text.replaceAll(',', ';');

const noon = 45_292;
const dated = (i: number): Cell => ({ number: noon + i, format: 'dd.mm.yyyy' });
const cells = Array.from({ length: 60 }, (_, i): Cell[] => ['A', dated(i), i % 9, 'note']);
const sales = { name: 'Sales', rows: [header.split(','), ...cells] };
const book = (rows: readonly (readonly Cell[])[], change: Partial<BookSpec['sheets'][0]> = {}): Buffer =>
  xlsxOf({ sheets: [{ ...sales, rows: [header.split(','), ...rows], ...change }] });
const cellAt = (at: number, column: number, cell: Cell): Cell[][] =>
  cells.map((row, i) => (i === at ? row.map((own, c) => (c === column ? cell : own)) : row));
const notAvailable: Cell = { attributes: 't="e"', raw: '<v>#N/A</v>' };
const oldKind = Buffer.concat([
  Buffer.of(0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1),
  Buffer.alloc(2000, 1),
]);

/** One row, with as many columns for each period as are named. */
const wide = (namesOf: (date: string) => string[]): string => {
  const names = rows.map((_, i) => namesOf(day(i)));
  return `item,${names.flat()}\nA,${names.flatMap((own, i) => own.map((_, k) => i + k))}\n`;
};
const foreign = table(rows).replace(header, 'Artikel,Datum,Menge,Text');
const called = { columns: { item: 'Artikel', date: 'Datum', units: 'Menge' }, values: {} };

interface Trouble {
  readonly name: string;
  readonly text: string | Uint8Array;
  readonly dialect?: Partial<Dialect>;
}

const troubles: readonly Trouble[] = [
  { name: 'none', text: table(rows) },
  { name: 'a quote that is not closed', text: replaced(9, (row) => row.replace('note', '"note')) },
  {
    name: 'two such quotes, rows between them',
    text: table(
      rows.map((row, i) => (i === 9 || i === 40 ? row.replace('note', i === 9 ? '"note' : 'note"') : row)),
    ),
  },
  { name: 'a cell of two lines', text: replaced(9, (row) => row.replace('note', '"two\nlines, ""said"""')) },
  { name: 'text after a closing quote', text: replaced(9, (row) => row.replace('note', '"note"s')) },
  { name: 'a row with a cell too few', text: replaced(9, (row) => row.replace(',note', '')) },
  { name: 'a row with a cell too many', text: replaced(9, (row) => `${row},more`) },
  { name: 'rows that end in a delimiter', text: table(rows.map((row) => `${row},`)) },
  { name: 'header and rows that end in a delimiter', text: table(rows).replaceAll('\n', ',\n') },
  { name: 'lone CR as line end', text: table(rows, '\r') },
  {
    name: 'CR, LF and CRLF mixed',
    text: table(
      rows.map((row, i) => row + ['\r', '\n', '\r\n'][i % 3]),
      '',
    ).replace(header, `${header}\n`),
  },
  { name: 'a title above the header', text: `Report;;;\nby me;;;\n${semicolons(table(rows))}` },
  {
    name: 'a title, `skipLines: 2`',
    text: `Report;;;\nby me;;;\n${semicolons(table(rows))}`,
    dialect: { skipLines: 2 },
  },
  { name: 'a first line `sep=;`', text: `sep=;\n${semicolons(table(rows))}` },
  {
    name: "comments, `comment: '#'`",
    text: `# by ERP, north\n${withRow('# half')}`,
    dialect: { comment: '#' },
  },
  { name: 'the header again in the middle', text: withRow(header) },
  { name: 'no header', text: `${rows.join('\n')}\n` },
  {
    name: 'commas in the header of a `;` file',
    text: semicolons(table(rows)).replace('note', 'note (a, b, c, d)'),
  },
  {
    name: 'two columns of one name, not read',
    text: table(rows.map((row) => `${row},x`)).replace('note', 'note,note'),
  },
  {
    name: 'two columns of one name, one of them read',
    text: table(rows.map((row) => `${row},x`)).replace('note', 'note,units'),
  },
  {
    name: "subtotals, `leaveOut: [{ column: 'item', startsWith: 'Total' }]`",
    text: withRow('Total A,2024-01-30,99,'),
    dialect: { leaveOut: [{ column: 'item', startsWith: 'Total' }] },
  },
  { name: 'UTF-16 with its mark', text: Buffer.from(`\uFEFF${table(rows)}`, 'utf16le') },
  { name: 'windows-1252', text: Buffer.from(withRow('Größe,2024-01-01,1,ä'), 'latin1') },
  {
    name: "windows-1252, `encoding: 'windows-1252'`",
    text: Buffer.from(withRow('Größe,2024-01-01,1,ä'), 'latin1'),
    dialect: { encoding: 'windows-1252' },
  },
  {
    name: "UTF-8, `encoding: 'windows-1252'`",
    text: withRow('Größe,2024-01-01,1,ä'),
    dialect: { encoding: 'windows-1252' },
  },
  { name: 'a NUL byte', text: withRow('A\0,2024-02-01,1,') },
  { name: 'a number in hexadecimal', text: replaced(9, (row) => row.replace(/,\d,note/, ',0x10,note')) },
  { name: '`1_000`', text: replaced(9, (row) => row.replace(/,\d,note/, ',1_000,note')) },
  { name: '`TRUE` for a number', text: replaced(9, (row) => row.replace(/,\d,note/, ',TRUE,note')) },
  { name: '`"1,234"`', text: replaced(9, (row) => row.replace(/,\d,note/, ',"1,234",note')) },
  { name: 'decimal commas', text: semicolons(table(rows)).replaceAll(/;(\d);note/g, ';$1,5;note') },
  {
    name: "decimal commas, `decimal: ','`",
    text: semicolons(table(rows)).replaceAll(/;(\d);note/g, ';$1,5;note'),
    dialect: { decimal: ',' },
  },
  {
    name: 'dates such as `01/02/2024`',
    text: table(rows.map((row) => row.replace(/(\d{4})-(\d\d)-(\d\d)/, '$3/$2/$1'))),
  },
  {
    name: "the same, `dateFormat: 'dd/MM/yyyy'`",
    text: table(rows.map((row) => row.replace(/(\d{4})-(\d\d)-(\d\d)/, '$3/$2/$1'))),
    dialect: { dateFormat: 'dd/MM/yyyy' },
  },
  {
    name: 'a day that is not in the calendar',
    text: replaced(9, (row) => row.replace(/\d{4}-\d\d-\d\d/, '2024-02-30')),
  },
  { name: 'an empty series', text: replaced(9, (row) => row.replace('A,', ',')) },
  { name: 'gzip', text: gzipSync(table(rows)) },
  { name: 'a header and no row', text: `${header}\n` },
  { name: 'a column for each period', text: wide((date) => [date]) },
  { name: 'several columns for each period', text: wide((date) => [`${date} units`, `${date} returns`]) },
  {
    name: "the same, `periodColumns: '* units'`",
    text: wide((date) => [`${date} units`, `${date} returns`]),
    dialect: { periodColumns: '* units' },
  },
  { name: 'columns of other names', text: foreign },
  { name: 'the same, by a mapping', text: foreign, dialect: { mapped: called } },
  { name: 'a spreadsheet (.xlsx)', text: book(cells) },
  {
    name: 'its numbers in a project of decimal commas',
    text: book(cells),
    dialect: { decimal: ',', thousands: '.', dateFormat: 'MM/dd/yyyy' },
  },
  {
    name: 'days that have no format of dates',
    text: book(cells.map((row, i) => ['A', noon + i, ...row.slice(2)])),
  },
  {
    name: "the same, `dateFormat: 'excel'`",
    text: book(cells.map((row, i) => ['A', noon + i, ...row.slice(2)])),
    dialect: { dateFormat: 'excel' },
  },
  { name: 'two sheets with rows', text: xlsxOf({ sheets: [{ name: 'Notes', rows: [['by me']] }, sales] }) },
  {
    name: "two sheets, `sheet: 'Sales'`",
    text: xlsxOf({ sheets: [{ name: 'Notes', rows: [['by me']] }, sales] }),
    dialect: { sheet: 'Sales' },
  },
  {
    name: 'a hidden sheet beside',
    text: xlsxOf({ sheets: [sales, { ...sales, name: 'Old', state: 'hidden' }] }),
  },
  { name: 'rows that a filter hides', text: book(cells, { hiddenRows: [5, 6] }) },
  {
    name: 'a title above the header of a sheet',
    text: book(cells, { rows: [['Report'], [], header.split(','), ...cells] }),
  },
  {
    name: 'the same, `skipLines: 2`',
    text: book(cells, { rows: [['Report'], [], header.split(','), ...cells], merged: ['A1:D1'] }),
    dialect: { skipLines: 2 },
  },
  { name: 'a series that is merged over rows', text: book(cells, { merged: ['A2:A9'] }) },
  { name: 'an error (`#N/A`) in a cell', text: book(cellAt(9, 2, notAvailable)) },
  {
    name: "the same, `nulls: ['#N/A']`",
    text: book(cellAt(9, 2, notAvailable)),
    dialect: { nulls: ['#N/A'] },
  },
  {
    name: 'a formula whose value was not saved',
    text: book(cellAt(9, 2, { attributes: '', raw: '<f>B2+1</f><v></v>' })),
  },
  { name: 'a spreadsheet of the old kind (.xls)', text: oldKind },
  {
    name: 'a spreadsheet with a password',
    text: Buffer.concat([oldKind, Buffer.from('EncryptedPackage', 'utf16le')]),
  },
];

function happened(error: unknown): string {
  if (isAppError(error)) return `\`${error.code}\``;
  throw error;
}

function counted(good: number, refused: Readonly<Record<string, number | undefined>>): string {
  const named = Object.entries(refused).map(([code, count]) => `${count} \`${code}\``);
  return [`${good} read`, ...named].join(', ');
}

async function throughReaders({ text, dialect }: Trouble): Promise<string[]> {
  const bytes = Buffer.from(text as string);
  const written: Dialect = { ...defaultDialect, ...dialect };
  const project: Project = {
    ...base,
    columns: { series: ['item'], time: 'date', target: 'units' },
    dialect: written,
  };
  const path = await fixture.file('trouble.csv', bytes);
  const columns = { series: ['item'], time: 'date', target: 'units', frequency: 'day' } as const;
  const body = (): string => {
    const checked = checkBody(bytes, {
      project,
      format: 'csv',
      name: 'body',
      now: fixture.clock.now(),
      highs: new Map(),
    });
    return counted(checked.accepted, checked.quarantinedByCode);
  };
  const sample = async (): Promise<string> => {
    const found = await readSample(path, dialect === undefined ? null : written);
    const supposed = Object.entries(found.supposed ?? {}).map(([name, value]) => `supposes ${name} ${value}`);
    return [`${found.rows.length} rows`, ...supposed].join(', ');
  };
  return [
    await fixture.data
      .validateFile(project, path)
      .then(({ accepted, quarantinedByCode }) => counted(accepted, quarantinedByCode), happened),
    await fixture.data
      .readTable({ ...columns, path, dialect: written })
      .then(({ rows }) => counted(rows.kept, rows.refusedByCode), happened),
    text instanceof Uint8Array && text[0] === 0x1f
      ? 'the server unpacks'
      : text instanceof Uint8Array && (text[0] === 0x50 || text[0] === 0xd0)
        ? await fixture.data
            .ingestBody(project, bytes, { format: 'xlsx' })
            .then(({ batch }) => counted(batch.rowsAccepted, batch.quarantinedByCode), happened)
        : await Promise.resolve().then(body).catch(happened),
    await sample().catch(happened),
  ];
}

test('the guide says of every trouble what each reader makes of it', async () => {
  const guide = await readFile(new URL('../../docs/guides/data.md', import.meta.url), 'utf8');
  const lines: string[] = [];
  for (const trouble of troubles)
    lines.push(`| ${[trouble.name, ...(await throughReaders(trouble))].join(' | ')} |`);
  const begin = guide.indexOf('| trouble |');
  const said = guide.slice(begin, guide.indexOf('\n\n', begin)).split('\n').slice(2);
  assert.deepEqual(said, lines, `docs/guides/data.md should say:\n${lines.join('\n')}\n`);
});
