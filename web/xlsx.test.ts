import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { workbook } from './xlsx.ts';

/** Parts of the archive by name, with the sums that it states checked. */
function partsOf(bytes: Uint8Array): Map<string, string> {
  const view = new DataView(bytes.buffer);
  const parts = new Map<string, string>();
  for (let at = 0; view.getUint32(at, true) === 0x04034b50; ) {
    const [size, names] = [view.getUint32(at + 22, true), view.getUint16(at + 26, true)];
    const content = bytes.subarray(at + 30 + names, at + 30 + names + size);
    assert.equal(crc32(content), view.getUint32(at + 14, true));
    const decode = (part: Uint8Array): string => new TextDecoder().decode(part);
    parts.set(decode(bytes.subarray(at + 30, at + 30 + names)), decode(content));
    at += 30 + names + size;
  }
  return parts;
}

const sheetOf = (bytes: Uint8Array): string => partsOf(bytes).get('xl/worksheets/sheet1.xml') ?? '';

test('a workbook holds its parts, each cell under its name', () => {
  const bytes = workbook(
    [{ title: 'item' }, { title: 'units' }],
    [
      ['bread', 4.5],
      ['<b>&"x"', -3e-7],
    ],
  );
  const parts = partsOf(bytes);
  assert.deepEqual(
    [...parts.keys()],
    [
      '[Content_Types].xml',
      '_rels/.rels',
      'xl/workbook.xml',
      'xl/_rels/workbook.xml.rels',
      'xl/styles.xml',
      'xl/worksheets/sheet1.xml',
    ],
  );
  const sheet = sheetOf(bytes);
  assert.match(
    sheet,
    /<c r="A2"[^>]*><is><t xml:space="preserve">bread<\/t><\/is><\/c><c r="B2"><v>4.5<\/v>/,
  );
  assert.match(sheet, /&lt;b&gt;&amp;"x".*<c r="B3"><v>-3e-7<\/v>/);
});

test('text is never a formula nor a number, whatever it looks like', () => {
  const hostile = ['=HYPERLINK("http://evil")', '+1', '-1', '@SUM(A1)', '\tx', '<f>1</f>', '0042'];
  const sheet = sheetOf(
    workbook(
      [{ title: '=a' }],
      hostile.map((text) => [text]),
    ),
  );
  assert.equal(sheet.match(/t="inlineStr"/g)?.length, hostile.length + 1);
  assert.ok(!sheet.includes('<f>') && !/<c[^>]*><v>/.test(sheet));
});

test('days and moments are numbers with a format; what is none stays text, and so does the time before March 1900', () => {
  const columns = [
    { title: 'due', date: 'day' as const },
    { title: 'made', date: 'moment' as const },
  ];
  const sheet = sheetOf(
    workbook(columns, [
      ['1900-03-01', '2026-01-01T12:00:00.000Z'],
      ['1900-02-28', 'yesterday'],
      [null, '2026-01-01T12:00:00+02:00'],
    ]),
  );
  assert.match(sheet, /<c r="A2" s="2"><v>61<\/v><\/c><c r="B2" s="3"><v>46023.5<\/v><\/c>/);
  assert.match(sheet, /<c r="A3"[^>]*t="inlineStr">.*1900-02-28.*yesterday/);
  assert.match(sheet, /<row><c r="B4" s="3">/);
  assert.match(sheet, /made \(UTC\)/);
});

test('any text becomes sound XML, and columns past Z have their names', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary' }), { maxLength: 30 }), (cells) => {
      const sheet = sheetOf(workbook([{ title: 'a' }], [cells]));
      // biome-ignore lint/suspicious/noControlCharactersInRegex: those that XML cannot hold
      assert.ok(!/[\x00-\x08\x0b-\x1f\ufffe\uffff]/.test(sheet));
      assert.equal(sheet.match(/<t /g)?.length, cells.length + 1);
      assert.ok(cells.length < 28 || sheet.includes('r="AB2"'));
    }),
  );
  assert.match(sheetOf(workbook([], [['\u0007 _x0041_']])), /_x0007_ _x005F_x0041_/);
});
