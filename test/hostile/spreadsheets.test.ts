// Hostile workbooks and archives: each ends in a typed error that says what and where, in bounded time and memory, and the next
// good one is taken in. Every file is made here, at run time.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { AppError, type Project } from '../../src/core/index.ts';
import { type BookSpec, type Cell, escaped, xlsxOf, type ZipPart, zipOf } from '../fixtures/xlsx-files.ts';
import { project as base, type DataFixture, openDataFixture } from './data-fixture.ts';

let fixture: DataFixture;
const project: Project = { ...base, columns: { series: ['item'], time: 'date', target: 'units' } };
const mebibyte = 1024 ** 2;

before(async () => {
  fixture = await openDataFixture({
    limits: { textBytesMax: 32 * mebibyte, lineBytesMax: mebibyte },
  } as Parameters<typeof openDataFixture>[0]);
});
after(() => fixture.close());

const main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';
const header: Cell[] = ['item', 'date', 'units'];
const row: Cell[] = ['a', '2024-05-01', 5];
const good: BookSpec = { sheets: [{ name: 'S', rows: [header, row] }] };
const sheetPart = 'xl/worksheets/sheet1.xml';

function withSheet(inner: string, change: Partial<ZipPart> = {}): Buffer {
  return xlsxOf({
    ...good,
    parts: [
      { name: sheetPart, bytes: `<worksheet ${main}><sheetData>${inner}</sheetData></worksheet>`, ...change },
    ],
  });
}

const inline = (cells: readonly string[], number: number): string =>
  `<row r="${number}">${cells.map((text) => `<c t="inlineStr"><is><t>${escaped(text)}</t></is></c>`).join('')}</row>`;
const head = inline(['item', 'date', 'units'], 1);
const part = (name: string, bytes: string | Uint8Array): Buffer =>
  xlsxOf({ ...good, parts: [{ name, bytes }] });

async function refusal(bytes: Uint8Array): Promise<AppError> {
  const path = await fixture.file('hostile.xlsx', bytes);
  const begun = performance.now();
  try {
    await fixture.data.validateFile(project, path);
  } catch (error) {
    assert.ok(error instanceof AppError, String(error));
    assert.ok(performance.now() - begun < 30_000, 'it was refused in time');
    return error;
  }
  return assert.fail('it was read');
}

const entities = `<!DOCTYPE sst [<!ENTITY a "aaaaaaaaaa">${'bcdefghij'
  .split('')
  .map((name, i) => `<!ENTITY ${name} "${`&${'abcdefghij'[i]};`.repeat(10)}">`)
  .join('')}]>`;

const broken: [name: string, bytes: () => Uint8Array, code: string, message: RegExp][] = [
  [
    'entities that unfold',
    () => part('xl/sharedStrings.xml', `${entities}<sst ${main}><si><t>&j;</t></si></sst>`),
    'data/damaged-file',
    /document type/,
  ],
  [
    'an entity of another file',
    () =>
      withSheet('', {
        bytes: `<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]><worksheet ${main}><sheetData><row><c t="str"><v>&x;</v></c></row></sheetData></worksheet>`,
      }),
    'data/damaged-file',
    /document type/,
  ],
  [
    'an entity that nobody declared',
    () => withSheet(`${head}<row><c t="str"><v>&x;</v></c></row>`),
    'data/damaged-file',
    /cannot be read as XML/,
  ],
  [
    'elements without end within each other',
    () => withSheet('<a>'.repeat(200_000)),
    'data/damaged-file',
    /nested deeper than 64/,
  ],
  [
    'one endless text',
    () => withSheet(`${head}<row><c t="str"><v>${'x'.repeat(5 * mebibyte)}</v></c></row>`),
    'data/damaged-file',
    /longer than|no mark between/,
  ],
  [
    'one endless mark',
    () => withSheet(`${head}<row ${Array.from({ length: 400_000 }, (_, i) => `a${i}="1"`).join(' ')}></row>`),
    'data/damaged-file',
    /no mark between/,
  ],
  [
    'an endless comment',
    () => withSheet(`${head}<!--${'x'.repeat(5 * mebibyte)}-->`),
    'data/damaged-file',
    /no mark between/,
  ],
  [
    'a text of endless parts',
    () =>
      withSheet(
        `${head}<row><c t="inlineStr"><is>${'<r><t>0123456789abcdef</t></r>'.repeat(200_000)}</is></c></row>`,
      ),
    'data/damaged-file',
    /longer than 1048576 characters/,
  ],
  [
    'a row of endless texts',
    () =>
      withSheet(
        head +
          inline(
            Array.from({ length: 4000 }, () => 'x'.repeat(1000)),
            2,
          ),
      ),
    'data/damaged-file',
    /in row 2 more than 1048576 characters/,
  ],
  [
    'a zip bomb of empty rows',
    () => withSheet(`${head}${'<row/>'.repeat(8_000_000)}`),
    'data/',
    /has a row|unpacks to more than 33554432 bytes/,
  ],
  [
    'a zip bomb of texts that are shared',
    () => part('xl/sharedStrings.xml', `<sst ${main}>${'<si><t/></si>'.repeat(5_100_000)}</sst>`),
    'data/too-large',
    /more than 5000000 texts/,
  ],
  [
    'a zip bomb of formats',
    () =>
      part('xl/styles.xml', `<styleSheet ${main}><cellXfs>${'<xf/>'.repeat(200_000)}</cellXfs></styleSheet>`),
    'data/damaged-file',
    /more than 100000 formats/,
  ],
  [
    'more sheets than anybody has',
    () =>
      xlsxOf({
        ...good,
        parts: [
          {
            name: 'xl/workbook.xml',
            bytes: `<workbook ${main}><sheets>${'<sheet name="x" r:id="rId1"/>'.repeat(2000)}</sheets></workbook>`,
          },
        ],
      }),
    'data/damaged-file',
    /more than 1000 sheets/,
  ],
  [
    'a part larger than it says',
    () => withSheet(head, { said: { bytes: 10 } }),
    'data/damaged-file',
    /sheet1\.xml" in it is damaged/,
  ],
  [
    'a part with a wrong checksum',
    () => withSheet(head + inline(['a', '2024-05-01', '5'], 2), { said: { crc: 1 } }),
    'data/damaged-file',
    /sheet1\.xml" in it is damaged/,
  ],
  [
    'an encrypted part',
    () => withSheet(head, { said: { flags: 1 } }),
    'data/unsupported-format',
    /encrypted/,
  ],
  [
    'a part that is there twice',
    () =>
      zipOf([
        { name: '[Content_Types].xml', bytes: '' },
        { name: 'xl/a.xml', bytes: '1' },
        { name: 'XL\\A.xml', bytes: '2' },
      ]),
    'data/damaged-file',
    /is in it twice/,
  ],
  [
    'a workbook that is none',
    () => part('xl/workbook.xml', '<html/>'),
    'data/damaged-file',
    /main part is no workbook/,
  ],
  [
    'relations outside the archive',
    () =>
      part(
        '_rels/.rels',
        '<Relationships><Relationship Id="a" Type="x/officeDocument" Target="../../../../etc/passwd"/></Relationships>',
      ),
    'data/damaged-file',
    /"etc\/passwd" is missing/,
  ],
  [
    'a sheet that breaks off',
    () => withSheet('', { bytes: `<worksheet ${main}><sheetData>${head}<row><c><v>1` }),
    'data/damaged-file',
    /cannot be read as XML/,
  ],
  [
    'a sheet that is no XML',
    () => withSheet('', { bytes: 'item,date,units\n' }),
    'data/damaged-file',
    /cannot be read as XML/,
  ],
  [
    'a sheet in another encoding',
    () =>
      withSheet('', {
        bytes: Buffer.from(`<?xml version="1.0" encoding="ISO-8859-1"?><worksheet ${main}/>`),
      }),
    'data/damaged-file',
    /its encoding is ISO-8859-1/,
  ],
  [
    'bytes that are no UTF-8',
    () =>
      withSheet('', {
        bytes: Buffer.concat([Buffer.from('<worksheet><sheetData>'), Buffer.of(0xff, 0xfe, 0xfd)]),
      }),
    'data/damaged-file',
    /not UTF-8/,
  ],
  [
    'rows that go back',
    () => withSheet(`${head}<row r="5"><c><v>1</v></c></row><row r="3"><c><v>1</v></c></row>`),
    'data/damaged-file',
    /a row "3" after row 5/,
  ],
  [
    'a row past the last one',
    () => withSheet(`${head}<row r="99999999"/>`),
    'data/damaged-file',
    /a row "99999999"/,
  ],
  [
    'cells that go back',
    () => withSheet(`${head}<row r="2"><c r="C2"><v>1</v></c><c r="A2"><v>1</v></c></row>`),
    'data/damaged-file',
    /a cell "A2" in row 2/,
  ],
  [
    'a cell of another row',
    () => withSheet(`${head}<row r="2"><c r="A9"><v>1</v></c></row>`),
    'data/damaged-file',
    /a cell "A9" in row 2/,
  ],
  [
    'a cell past the last column',
    () => withSheet(`${head}<row r="2"><c r="XFE2"><v>1</v></c></row>`),
    'data/damaged-file',
    /a cell "XFE2"/,
  ],
  [
    'a text that is not there',
    () => withSheet(`${head}<row r="2"><c t="s"><v>7000</v></c></row>`),
    'data/damaged-file',
    /a text "7000" that is not there/,
  ],
  [
    'an unknown type of cell',
    () => withSheet(`${head}<row r="2"><c t="zz"><v>7</v></c></row>`),
    'data/damaged-file',
    /unknown type "zz"/,
  ],
  [
    'merged cells that are none',
    () =>
      withSheet('', {
        bytes: `<worksheet ${main}><sheetData>${head}${inline(['a', '2024-05-01', '5'], 2)}</sheetData><mergeCells><mergeCell ref="B9:A1"/></mergeCells></worksheet>`,
      }),
    'data/damaged-file',
    /merged cells "B9:A1"/,
  ],
  [
    'five thousand columns',
    () =>
      withSheet(
        inline(
          Array.from({ length: 5000 }, (_, i) => `c${i}`),
          1,
        ),
      ),
    'data/',
    /columns|no column/,
  ],
];

for (const [name, bytes, code, message] of broken)
  test(`${name}: ${code}`, async () => {
    const error = await refusal(bytes());
    assert.ok(error.code.startsWith(code), `${error.code}: ${error.message}`);
    assert.match(error.message, message);
    const { accepted } = await fixture.data.validateFile(
      project,
      await fixture.file('good.xlsx', xlsxOf(good)),
    );
    assert.equal(accepted, 1);
  });

test('numbers that no double holds and characters that no key has are refused row by row', async () => {
  const cells = [
    '<c r="A2" t="str"><v>_x0000_</v></c><c r="B2" t="str"><v>2024-05-01</v></c><c r="C2"><v>1</v></c>',
    '<c r="A3" t="str"><v>_xD800_</v></c><c r="B3" t="str"><v>2024-05-01</v></c><c r="C3"><v>1</v></c>',
    '<c r="A4" t="str"><v>b</v></c><c r="B4" t="str"><v>2024-05-01</v></c><c r="C4"><v>1e999</v></c>',
    '<c r="A5" t="str"><v>b</v></c><c r="B5" t="str"><v>2024-05-02</v></c><c r="C5"><v>0x10</v></c>',
    '<c r="A6" t="str"><v>b</v></c><c r="B6" t="str"><v>2024-05-03</v></c><c r="C6" s="9999999"><v>6</v></c>',
  ].map((inner, i) => `<row r="${i + 2}">${inner}</row>`);
  const path = await fixture.file('cells.xlsx', withSheet(head + cells.join('')));
  const report = await fixture.data.validateFile(project, path);
  assert.deepEqual([report.accepted, report.quarantinedByCode], [1, { 'bad-series': 2, 'bad-cell': 2 }]);
});
