import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isAppError } from '../../../core/index.ts';
import { newRawRow, type RowFields } from './raw-row.ts';
import { TableHeader } from './table-header.ts';

const fields: RowFields = {
  series: ['item'],
  time: 'day',
  target: 'units',
  stockout: null,
  extras: ['price'],
};
const words = { name: 'f.csv', line: 'line', joined: 'files', split: 'file' } as const;
const headerOf = (given: Partial<RowFields> = {}, headerRows?: number): TableHeader =>
  new TableHeader(words, { fields: { ...fields, ...given }, headerRows });

test('a header says where the columns stand, and again further down where they stand from there on', () => {
  const header = headerOf();
  header.read(['item', 'day', 'units', 'note']);
  assert.deepEqual(header.places, { series: [0], time: 1, target: 2, stockout: -1, extras: [-1] });
  const again = ['note', 'units', 'price', 'item', 'day'];
  const row = { ...newRawRow(fields), series: ['note'], time: 'units', target: 'price' };
  assert.ok(header.mayBeAgain(row) && header.isAgain(again), 'a name is worth a look');
  header.readAgain(again, { row, line: 7 });
  assert.deepEqual(header.places, { series: [3], time: 4, target: 1, stockout: -1, extras: [2] });
  assert.deepEqual(
    [row.problem, row.problemCode, row.readable],
    [
      'line 7 is a header again, as in files that were joined: rows below are read by it',
      'repeated-header',
      false,
    ],
  );
});

test('a key that is called as a column, or a row that lacks one, is no header', () => {
  const header = headerOf();
  header.read(['item', 'day', 'units']);
  assert.ok(header.mayBeAgain({ series: ['item'], time: 'day', target: '5', extras: [] }), 'it is looked at');
  assert.ok(!header.isAgain(['item', 'day', '5']), 'and is none');
  assert.ok(
    !header.mayBeAgain({ series: ['units'], time: '2024-01-01', target: '', extras: [] }),
    'most rows are not',
  );
});

test('of two rows the lower one comes again, below the same upper one', () => {
  const header = headerOf({ target: '2024 units' }, 2);
  header.read(['', '', '2024', '']);
  assert.equal(header.places, null);
  header.read(['item', 'day', 'units', 'price']);
  assert.deepEqual(header.names, ['item', 'day', '2024 units', '2024 price']);
  assert.ok(header.isAgain(['item', 'day', 'units', 'price']), 'its names are those of both rows');
});

test('a wide table keeps its periods', () => {
  const wide = { time: null, target: null, extras: ['2024-01', '2024-02'], isWide: true };
  const header = headerOf(wide);
  header.read(['item', '2024-01', '2024-02', '']);
  const row = newRawRow(fields);
  header.readAgain(['item', '2024-02', '2024-01'], { row, line: 3 });
  assert.throws(
    () => header.readAgain(['item', '2024-02', '2024-03'], { row, line: 9 }),
    (error) => isAppError(error, 'data/damaged-file') && /line 9 .* split the file there/.test(error.message),
  );
});

test('there are at most 4096 columns', () => {
  assert.throws(() => headerOf().read(['item'], 4097), /f\.csv has more than 4096 columns/);
});
