import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { CellTexts, RepeatedText } from './cell-texts.ts';
import { KeyTable } from './key-table.ts';

const aCell = fc.oneof(
  fc.constantFrom('', 'a', 'b', 'ab', '\u0000', 'é', 'x'.repeat(24), 'x'.repeat(25), 'y'.repeat(300)),
  fc.nat(5000).map(String),
);

/** As a reader of records asks. */
function numberOf(table: KeyTable, cells: readonly string[]): number {
  const bytes = Buffer.from(`<${cells.join('>')}>`);
  const starts = new Int32Array(cells.length);
  const ends = new Int32Array(cells.length);
  cells.forEach((cell, i) => {
    starts[i] = i === 0 ? 1 : ends[i - 1]! + 1;
    ends[i] = starts[i]! + Buffer.byteLength(cell);
  });
  const expected = table.expected(bytes, starts, { ends, columns: [...cells.keys()] });
  if (expected > 0) return expected;
  table.begin();
  for (const i of cells.keys()) table.add(bytes, starts[i]!, ends[i]!);
  return table.end();
}

test('keys have the same number exactly when all their cells are the same', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(aCell, aCell), { maxLength: 60 }), (keys) => {
      const table = new KeyTable();
      const numbers = new Map<string, number>();
      // Twice, so that keys come after each other as they did before.
      for (const cells of [...keys, ...keys]) {
        const number = numberOf(table, cells);
        // Long keys have none.
        if (Buffer.byteLength(cells.join('')) + 4 > 512) assert.equal(number, 0);
        else {
          const known = numbers.get(JSON.stringify(cells)) ?? numbers.size + 1;
          assert.equal(number, known);
          numbers.set(JSON.stringify(cells), known);
        }
      }
    }),
  );
});

test('a hundred thousand keys keep their numbers while the table grows', () => {
  const table = new KeyTable();
  const number = (i: number): number => numberOf(table, [`item-${i}`]);
  for (let i = 0; i < 100_000; i++) assert.equal(number(i), i + 1);
  for (let i = 0; i < 100_000; i += 97) assert.equal(number(i), i + 1);
});

test('a cell is the text of its bytes, whatever was read before', () => {
  const texts = new CellTexts();
  const repeated = new RepeatedText(texts);
  fc.assert(
    fc.property(fc.oneof(aCell, fc.string({ unit: 'binary', maxLength: 30 })), (cell) => {
      const bytes = Buffer.from(`"${cell}"`);
      const plain = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(1, -1));
      for (let i = 0; i < 2; i++) {
        assert.equal(texts.text(bytes, 1, bytes.length - 1), plain);
        assert.equal(repeated.text(bytes, 1, bytes.length - 1), plain);
      }
    }),
    { numRuns: 2000 },
  );
});
