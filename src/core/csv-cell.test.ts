import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { csvCell, textOfCell } from './csv-cell.ts';

const unquoted = (cell: string): string =>
  cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell;
const tricky = fc.string({ unit: fc.constantFrom(...'\'=+-@\t\r\n",;a1'), maxLength: 6 });

describe('csvCell', () => {
  it('takes the formula out of a text, and leaves others alone', () => {
    assert.equal(csvCell("=cmd|' /C calc'!A0", 'safe'), "'=cmd|' /C calc'!A0");
    assert.equal(csvCell('-12', 'safe'), "'-12");
    assert.equal(csvCell('\t=1', 'safe'), '"\'\t=1"');
    assert.equal(csvCell("o'brien = 1", 'safe'), "o'brien = 1");
    assert.equal(csvCell('=1+1', 'exact'), '=1+1');
    assert.equal(csvCell('a"b,c', 'exact'), '"a""b,c"');
  });

  it('never begins with what runs, and can be undone', () => {
    fc.assert(
      fc.property(tricky, (text) => {
        const cell = unquoted(csvCell(text, 'safe'));
        assert.doesNotMatch(cell, /^[=+\-@\t\r]/);
        assert.equal(textOfCell(cell), text);
        assert.equal(unquoted(csvCell(text, 'exact')), text);
      }),
    );
  });
});
