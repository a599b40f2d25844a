// `evaluate` read files by another reader than `ingest`: 0x10, 1_000 and TRUE were numbers to it, 12.01.24 a date, and one stray quote
// took 67 of 90 rows from both. What one refuses the other refuses, with the same row, code and reason.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';

import { isAppError, type Project } from '../../src/core/index.ts';
import { project as base, type DataFixture, openDataFixture } from '../hostile/data-fixture.ts';

let fixture: DataFixture;
before(async () => {
  fixture = await openDataFixture();
});
after(() => fixture.close());

/** As a file without a project is read: nothing is too early, too late or below zero. */
const project: Project = {
  ...base,
  nonNegative: false,
  columns: { series: ['sku'], time: 'date', target: 'units', stockout: 'oos' },
  contract: { ...base.contract, minValue: null, maxValue: null, unitJumpFactor: 0, futurePeriodsMax: 1e6 },
};
const columns = {
  series: ['sku'],
  time: 'date',
  target: 'units',
  stockout: 'oos',
  frequency: 'day',
} as const;

const day = (i: number): string => new Date(Date.UTC(2024, 0, 1) + i * 86_400_000).toISOString().slice(0, 10);
const goodRows = Array.from({ length: 200 }, (_, i) => `G,${day(i)},${i % 7},0,x`);

test('one stray quote costs one row of a file, to evaluate as to ingest', async () => {
  const rows = Array.from({ length: 90 }, (_, i) => `A-${i % 3},${day(Math.floor(i / 3))},${10 + i},0,ok`);
  rows[20] = `${rows[20]?.slice(0, -2)}"ok`;
  const path = await fixture.file('stray.csv', `sku,date,units,oos,note\n${rows.join('\n')}\n`);
  const { batch, problems } = await fixture.data.ingestFile(project, path);
  assert.deepEqual([batch.rowsAccepted, batch.quarantinedByCode], [89, { 'bad-row': 1 }]);
  assert.match(problems[0]?.reason ?? '', /lines 22 to 91/);
  const table = await fixture.data.readTable({ ...columns, path });
  assert.deepEqual([table.rows.kept, table.rows.refusedByCode], [89, { 'bad-row': 1 }]);
  assert.deepEqual(table.rows.problems, problems);
  assert.equal(table.values.length, 90, 'the period of the refused row is there');
  assert.equal(table.values.filter(Number.isNaN).length, 1, 'and its demand is unknown');
});

test('evaluate refuses the rows that ingest refuses, by number, code and reason', async () => {
  const cell = fc.constantFrom(
    '1',
    '0x10',
    '1_000',
    'TRUE',
    '1,234',
    '"1,234"',
    '',
    'NaN',
    '-5',
    '1e3',
    '€5',
    '9'.repeat(20),
  );
  const time = fc.constantFrom(
    '2024-01-05',
    '12.01.24',
    '01/02/2024',
    '2024-02-30',
    '20240110',
    '',
    'soon',
    '1704067200',
  );
  const row = fc
    .tuple(
      fc.constantFrom('A', 'B', '', '007', '12345678901234567890', '"q'),
      time,
      cell,
      fc.constantFrom('', '1', 'maybe'),
    )
    .map((cells) => [...cells, 'n'].join(','));
  await fc.assert(
    fc.asyncProperty(fc.array(row, { maxLength: 8 }), fc.nat(199), async (odd, at) => {
      const rows = [...goodRows.slice(0, at), ...odd, ...goodRows.slice(at)];
      const path = await fixture.file('odd.csv', `sku,date,units,oos,note\n${rows.join('\n')}\n`);
      const report = await fixture.data.validateFile(project, path);
      const late = report.problems.filter(({ code }) => code === 'conflict').length;
      const table = await fixture.data.readTable({ ...columns, path, conflicts: 'last' });
      const early = report.problems.filter(({ code }) => code !== 'conflict');
      assert.deepEqual(table.rows.problems, early);
      assert.equal(table.rows.refused, report.quarantined - late);
    }),
    { numRuns: 25 },
  );
});

test('a file of which many rows are refused is not scored by the rest', async () => {
  const odd = Array.from({ length: 11 }, (_, i) => `A,${day(i)},0x1${i},0,x`);
  const path = await fixture.file(
    'many.csv',
    `sku,date,units,oos,note\n${[...goodRows, ...odd].join('\n')}\n`,
  );
  await assert.rejects(
    fixture.data.readTable({ ...columns, path }),
    (error) =>
      isAppError(error, 'data/refused-rows') &&
      /11 of 211 rows.*bad-number 11.*row 201: "0x10"/.test(error.message),
  );
  const kept = await fixture.data.readTable({ ...columns, path, where: "sku = 'G'" });
  assert.deepEqual([kept.rows.kept, kept.rows.refused], [200, 0], 'what a filter leaves out is not judged');
});

test('long whole numbers as keys stay apart, and a filter sees numbers, dates and texts', async () => {
  const ids = ['9007199254740992', '9007199254740993'];
  const rows = ids.flatMap((id) => [0, 1, 2].map((i) => `${id},${day(i)},${i},0,x`));
  const path = await fixture.file('ids.csv', `sku,date,units,oos,note\n${rows.join('\n')}\n`);
  const ask = async (where: string): Promise<number> =>
    (await fixture.data.readTable({ ...columns, path, where })).rows.kept;
  assert.equal((await fixture.data.readTable({ ...columns, path })).seriesIds.length, 2);
  assert.equal(await ask("sku = '9007199254740993' and UNITS >= 1"), 2);
  assert.equal(await ask("date >= '2024-01-02' and month(date) = 1 and note like 'x%'"), 4);
  await assert.rejects(ask('nothing = 1'), (error) => isAppError(error, 'data/bad-where'));
});
