import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { CellTexts } from './cell-texts.ts';
import { KeyTable } from './key-table.ts';

const aCell = fc.oneof(
  fc.constantFrom('', 'a', 'b', 'ab', '\u0000', 'é', 'x'.repeat(24), 'x'.repeat(25), 'y'.repeat(300)),
  fc.nat(5000).map(String),
);

test('keys have the same number exactly when all their cells are the same', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(aCell, aCell), { maxLength: 60 }), (keys) => {
      const table = new KeyTable();
      const numbers = new Map<string, number>();
      for (const cells of keys) {
        table.begin();
        for (const cell of cells) {
          const bytes = Buffer.from(`<${cell}>`);
          table.add(bytes, 1, bytes.length - 1);
        }
        const number = table.end();
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
  const numberOf = (i: number): number => {
    const bytes = Buffer.from(`item-${i}`);
    table.begin();
    table.add(bytes, 0, bytes.length);
    return table.end();
  };
  for (let i = 0; i < 100_000; i++) assert.equal(numberOf(i), i + 1);
  for (let i = 0; i < 100_000; i += 97) assert.equal(numberOf(i), i + 1);
});

test('a cell is the text of its bytes, whatever was read before', () => {
  const texts = new CellTexts();
  fc.assert(
    fc.property(fc.oneof(aCell, fc.string({ unit: 'binary', maxLength: 30 })), (cell) => {
      const bytes = Buffer.from(`"${cell}"`);
      const plain = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(1, -1));
      for (let i = 0; i < 2; i++) assert.equal(texts.text(bytes, 1, bytes.length - 1), plain);
    }),
    { numRuns: 2000 },
  );
});
