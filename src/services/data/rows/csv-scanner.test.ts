import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';

import { CsvScanner, fieldText } from './csv-scanner.ts';

/** Records as text fields; `cuts` are the places where the bytes are divided into chunks. */
function scan(text: string, cuts: readonly number[] = [], fields = 0): string[][] {
  const bytes = Buffer.from(text);
  const rows: string[][] = [];
  const scanner = new CsvScanner({
    delimiter: ',',
    fieldsMax: 100,
    recordBytesMax: 10_000,
    ...(fields === 0 ? {} : { isRow: (record) => record.fieldCount === fields }),
    onRecord: (record) => {
      const fields = Array.from({ length: record.fieldCount }, (_, i) => fieldText(record, i));
      rows.push(record.problem === null ? fields : [record.problem]);
    },
  });
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  for (let i = 1; i < places.length; i++) scanner.push(bytes.subarray(places[i - 1], places[i]));
  scanner.end();
  return rows;
}

test('splits records by LF, CRLF and CR, and passes over empty lines', () => {
  assert.deepEqual(scan('a,b\r\n1,2\n\n3,4\r5,6'), [
    ['a', 'b'],
    ['1', '2'],
    ['3', '4'],
    ['5', '6'],
  ]);
});

test('keeps delimiters, line ends and doubled quotes inside quotes', () => {
  assert.deepEqual(scan('"a,1","say ""hi""\nthere",\n'), [['a,1', 'say "hi"\nthere', '']]);
});

test('names text after a closing quote, and goes on with the next record', () => {
  assert.deepEqual(scan('"a"x,1\nb,2\n'), [['text follows a closing quote'], ['b', '2']]);
});

test('a quote that is never closed costs its own line, and those below are read', () => {
  for (const end of ['\n', '\r', '\r\n'])
    assert.deepEqual(scan(['a,b', '1,"2', '3,4', '5,6'].join(end)), [
      ['a', 'b'],
      ['line 2 opens a quote that would make one row of lines 2 to 4: these are read by themselves'],
      ['3', '4'],
      ['5', '6'],
    ]);
  assert.deepEqual(scan('a,b\n1,"2'), [['a', 'b'], ['line 2 opens a quote that is not closed']]);
});

test('a quote that closes in another line with the wrong number of cells costs its own line', () => {
  assert.deepEqual(scan('a,b\n1,"2\n3,4\n5,"6"\n7,8\n', [], 2), [
    ['a', 'b'],
    ['line 2 opens a quote that would make one row of lines 2 to 4: these are read by themselves'],
    ['3', '4'],
    ['5', '6'],
    ['7', '8'],
  ]);
});

test('a quote that is not closed within the longest record costs its own line', () => {
  const long = Array.from({ length: 3000 }, (_, i) => `${i},x`);
  const rows = scan(['a,b', '1,"2', ...long].join('\n'), [20, 9_000, 11_000]);
  assert.equal(rows.length, 2 + long.length);
  assert.match(rows[1]?.[0] ?? '', /^line 2 opens a quote/);
  assert.deepEqual(rows.at(-1), ['2999', 'x']);
});

test('passes over lines at the top and comments, and knows the line of each record', () => {
  const lines: number[] = [];
  const scanner = new CsvScanner({
    delimiter: ';',
    comment: '#',
    skipLines: 2,
    fieldsMax: 9,
    recordBytesMax: 1000,
    onRecord: (record) => lines.push(record.line),
  });
  const bytes = Buffer.from('title "\r\nby me\r\n# x\r\na;b\r\n"1\r\n2";3\r\n\r\n#\r\n4;5');
  for (const byte of bytes) scanner.push(Uint8Array.of(byte));
  scanner.end();
  assert.deepEqual(lines, [4, 5, 9]);
});

test('ends when one record is longer than allowed', () => {
  const scanner = new CsvScanner({ delimiter: ',', fieldsMax: 2, recordBytesMax: 100, onRecord: () => {} });
  assert.match(scanner.push(Buffer.alloc(200, 'x')) ?? '', /longer than 100 bytes/);
});

test('gives the same records however the bytes are divided, and every field as it was written', () => {
  const field = fc.string({ unit: fc.constantFrom('a', 'ü', '€', '🙂', ',', '"', '\n', '\r', ' ', ';') });
  const table = fc.array(fc.array(field, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(
      table,
      fc.array(fc.nat(500), { maxLength: 8 }),
      fc.constantFrom('\n', '\r\n'),
      (rows, cuts, end) => {
        const text = rows
          .map((row) => row.map((value) => `"${value.replaceAll('"', '""')}"`).join(','))
          .join(end);
        const found = scan(text, cuts);
        assert.deepEqual(found, rows);
      },
    ),
  );
});
