import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type DraftTable, draftContract } from './draft.ts';
import { readContract } from './read-contract.ts';
import { ContractTally } from './tally.ts';

const table: DraftTable = {
  name: 'shop',
  columns: [
    { name: 'store', role: 'series' },
    { name: 'date', role: 'time' },
    { name: 'units', role: 'number' },
    { name: 'promo', role: 'text' },
  ],
  rows: Array.from({ length: 40 }, (_, i) => [
    i % 2 === 0 ? 'north' : 'south',
    `2024-01-${String(1 + Math.floor(i / 2)).padStart(2, '0')}`,
    i === 7 ? '' : String(i),
    i % 3 === 0 ? 'yes' : 'no',
  ]),
  isRecent: () => true,
  isWhole: true,
  latencyHours: 72,
  numberOf: Number,
};

test('a draft is a contract of the standard without a warning, and the data that it was made from keep it', async () => {
  const text = await draftContract(table);
  const { checks, warnings } = await readContract(text, { file: 'draft.yaml', object: 'shop' });
  assert.deepEqual(warnings, []);
  const tally = new ContractTally({
    checks,
    columns: table.columns.map(({ name }) => name),
    scope: 'table',
    label: String,
    hoursSince: () => 48,
  });
  table.rows.forEach((row, i) => {
    const cells = row.map((cell, at) => (cell === '' ? null : at === 2 ? Number(cell) : cell));
    assert.equal(
      tally.add({ number: i + 1, seriesId: cells[0] as string, period: Math.floor(i / 2), cells }),
      null,
    );
  });
  assert.deepEqual(
    tally.results().map(({ id, status }) => `${id} ${status}`),
    [
      'store.required passed',
      'date.required passed',
      'units.range passed',
      'units.nullValues passed',
      'promo.nullValues passed',
      'promo.invalidValues passed',
      'table.rowCount passed',
      'table.segments passed',
      'table.balance passed',
      'sla.latency passed',
    ],
  );
});

test('each bound says what it rests on', async () => {
  const text = await draftContract(table);
  assert.match(text, /0 to 39 in 39 rows; the bounds leave room for 10 times that/);
  assert.match(text, /1 of 40 rows were empty/);
  assert.match(text, /maximum: 400/);
  // As the project writes numbers.
  const rows = table.rows.map(([store, day]) => [store ?? '', day ?? '', '1.250,5', 'no']);
  const numberOf = (cell: string): number => Number(cell.replace('.', '').replace(',', '.'));
  assert.match(await draftContract({ ...table, rows, numberOf }), /1250.5 to 1250.5 in 40 rows/);
});

test('of a part of a table nothing is said that another row might break', async () => {
  const text = await draftContract({ ...table, isWhole: false, latencyHours: null });
  const { checks } = await readContract(text, { file: 'draft.yaml', object: 'shop' });
  assert.deepEqual(
    checks.map(({ id }) => id),
    ['store.required', 'date.required', 'table.rowCount', 'table.segments'],
  );
  assert.match(text, /Drafted from the first 40 rows/);
});

test('names that are gone from the newest periods are not expected', async () => {
  const isRecent = (row: number): boolean => table.rows[row]?.[0] === 'south';
  const { checks } = await readContract(await draftContract({ ...table, isRecent }), {
    file: 'draft.yaml',
    object: 'shop',
  });
  const segments = checks.find(({ id }) => id === 'table.segments');
  assert.deepEqual(segments?.rule, { kind: 'segments', values: ['south'] });
});

test('cells that are no numbers make no text of a column of numbers, and names keep their blanks', async () => {
  const rows = table.rows.map(([store, day, units], i) => [
    `${store} `,
    day ?? '',
    i === 3 ? 'many' : (units ?? ''),
    '',
  ]);
  const text = await draftContract({ ...table, rows });
  assert.match(text, /0 to 39 in 39 rows/);
  const { checks } = await readContract(text, { file: 'draft.yaml', object: 'shop' });
  const segments = checks.find(({ id }) => id === 'table.segments');
  assert.deepEqual(segments?.rule, { kind: 'segments', values: ['north ', 'south '] });
});
