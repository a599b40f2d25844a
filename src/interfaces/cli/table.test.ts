import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type Column, displayWidth, formatTable } from './table.ts';
import { bytes, count, decimal, duration, moment, percent, plural } from './words.ts';

interface Row {
  readonly name: string;
  readonly n: number;
}
const columns: readonly Column<Row>[] = [
  { title: 'name', value: (row) => row.name },
  { title: 'n', value: (row) => String(row.n), align: 'right' },
];

describe('formatTable', () => {
  it('aligns texts left and numbers right, without trailing spaces', () => {
    const rows = [
      { name: 'bolts', n: 7 },
      { name: 'nitrile gloves', n: 1200 },
    ];
    assert.equal(
      formatTable(columns, rows),
      ['name               n', 'bolts              7', 'nitrile gloves  1200'].join('\n'),
    );
  });

  it('prints the header alone without rows', () => {
    assert.equal(formatTable(columns, []), 'name  n');
  });

  it('counts colours as nothing and wide characters as two', () => {
    assert.equal(displayWidth('\u001b[31mred\u001b[39m'), 3);
    assert.equal(displayWidth('日本'), 4);
    assert.equal(displayWidth('e\u0301'), 1);
    const [, wide, plain] = formatTable(columns, [
      { name: '日本', n: 1 },
      { name: 'abcd', n: 1 },
    ]).split('\n') as [string, string, string];
    assert.equal(displayWidth(wide), displayWidth(plain));
  });

  it('gives every line of right-aligned columns one width', () => {
    const row = fc.record({ name: fc.string({ unit: 'grapheme-ascii', maxLength: 20 }), n: fc.nat() });
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 10 }), (rows) => {
        const widths = formatTable(columns, rows).split('\n').map(displayWidth);
        assert.equal(new Set(widths).size, 1);
      }),
    );
  });
});

describe('words', () => {
  it('writes what is not known as a dash, never as NaN', () => {
    for (const value of [null, undefined, Number.NaN, Number.POSITIVE_INFINITY]) {
      assert.equal(decimal(value), '-');
      assert.equal(percent(value), '-');
    }
    assert.equal(duration(null), '-');
    assert.equal(moment(null), '-');
  });

  it('writes numbers, sizes and times as people do', () => {
    assert.equal(count(1234567), '1,234,567');
    assert.equal(percent(0.1234), '12.3 %');
    assert.equal(bytes(999), '999 B');
    assert.equal(bytes(1_500_000), '1.5 MB');
    assert.equal(duration(850), '850 ms');
    assert.equal(duration(12_340), '12.3 s');
    assert.equal(duration(245_000), '4 min 05 s');
    assert.equal(moment(0), '1970-01-01 00:00:00Z');
    assert.equal(plural(1, 'row'), '1 row');
    assert.equal(plural(2, 'series', 'series'), '2 series');
  });
});
