import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';

import { CsvScanner, fieldText, readCsvHeader } from './csv-scanner.ts';

/** Records as text fields; `cuts` are the places where the bytes are divided into chunks. */
function scan(
  text: string,
  cuts: readonly number[] = [],
  delimiter = ',',
): { rows: string[][]; end: string | null } {
  const bytes = Buffer.from(text);
  const rows: string[][] = [];
  const scanner = new CsvScanner({
    delimiter,
    fieldsMax: 100,
    recordBytesMax: 10_000,
    onRecord: (record) => {
      const fields = Array.from({ length: record.fieldCount }, (_, i) => fieldText(record, i));
      rows.push(record.problem === null ? fields : [record.problem]);
    },
  });
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  for (let i = 1; i < places.length; i++) scanner.push(bytes.subarray(places[i - 1], places[i]));
  return { rows, end: scanner.end() };
}

test('splits records by LF, CRLF and CR, and passes over empty lines', () => {
  assert.deepEqual(scan('a,b\r\n1,2\n\n3,4\r5,6').rows, [
    ['a', 'b'],
    ['1', '2'],
    ['3', '4'],
    ['5', '6'],
  ]);
});

test('keeps delimiters, line ends and doubled quotes inside quotes', () => {
  assert.deepEqual(scan('"a,1","say ""hi""\nthere",\n').rows, [['a,1', 'say "hi"\nthere', '']]);
});

test('names text after a closing quote, and goes on with the next record', () => {
  assert.deepEqual(scan('"a"x,1\nb,2\n').rows, [['text follows a closing quote'], ['b', '2']]);
});

test('says where a quote is never closed', () => {
  assert.match(scan('a,b\n1,"2\n3,4\n').end ?? '', /record 2 opens a quote/);
});

test('ends when one record is longer than allowed', () => {
  const scanner = new CsvScanner({ delimiter: ',', fieldsMax: 2, recordBytesMax: 100, onRecord: () => {} });
  assert.match(scanner.push(Buffer.alloc(200, 'x')) ?? '', /longer than 100 bytes/);
});

test('finds the delimiter in the header, outside quotes', () => {
  assert.deepEqual(readCsvHeader(Buffer.from('\uFEFFa;"b,c,d,e";f\n1;2;3')), {
    columns: ['a', 'b,c,d,e', 'f'],
    delimiter: ';',
  });
  assert.equal(readCsvHeader(Buffer.from('a\tb\n')).delimiter, '\t');
  assert.deepEqual(readCsvHeader(Buffer.from('only')).columns, ['only']);
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
        assert.equal(found.end, null);
        assert.deepEqual(found.rows, rows);
      },
    ),
  );
});
