import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';

import { type DataFixture, openDataFixture } from '../../../test/hostile/data-fixture.ts';
import { isAppError, ObservationStatus, periodLabel } from '../../core/index.ts';
import { buildPanel } from './build-panel.ts';
import type { Table } from './engine/table-columns.ts';
import type { TableOptions } from './table.ts';

let fixture: DataFixture;
before(async () => {
  fixture = await openDataFixture();
});
after(() => fixture.close());

const columns = { series: ['item'], time: 'date', target: 'units', frequency: 'day' } as const;

async function read(content: string | Uint8Array, change: Partial<TableOptions> = {}): Promise<Table> {
  const path = await fixture.file(`table-${change.path ?? 'x.csv'}`, content);
  return fixture.data.readTable({ ...columns, ...change, path });
}

/** The table as text, one line per row. */
function lines(table: Table): string[] {
  return table.seriesIds.flatMap((id, s) =>
    Array.from({ length: (table.offsets[s + 1] ?? 0) - (table.offsets[s] ?? 0) }, (_, i) => {
      const row = (table.offsets[s] ?? 0) + i;
      return `${id} ${periodLabel(table.grid, table.periods[row] ?? 0)} ${table.values[row]}`;
    }),
  );
}

test('takes what a project says of periods, keys, limits and categories', async () => {
  const content =
    'item,date,units,grade\nA,2024-01-06,2,1\na ,2024-01-07,3,2\na,2024-01-08,-4,1\na,2024-01-14,99,2\n';
  const quiet = content + Array.from({ length: 60 }, (_, i) => `b,2024-02-${1 + (i % 28)},1,1`).join('\n');
  const table = await read(quiet, {
    frequency: 'week',
    weekStart: 0,
    keys: 'fold',
    nonNegative: true,
    maxValue: 50,
    known: ['grade'],
    categories: ['grade'],
    conflicts: 'last',
  });
  assert.deepEqual(lines(table).slice(0, 4), [
    'a 2023-12-31 2',
    'a 2024-01-07 3',
    'a 2024-01-14 NaN',
    'b 2024-01-28 3',
  ]);
  assert.deepEqual(table.rows.refusedByCode, { negative: 1, 'above-max': 1 });
  assert.equal(table.extras[0]?.kind, 'text');
  const days = await read('item,date,units\na,2024-01-05,1\na,2024-01-08,2\n', { workdays: [1, 2, 3, 4, 5] });
  assert.equal((days.periods[1] ?? 0) - (days.periods[0] ?? 0), 1, 'Monday follows Friday');
  await assert.rejects(read(csv, { categories: ['units'] }), (error) =>
    isAppError(error, 'data/bad-covariate'),
  );
});

test('with rule quarantine rows of a period that contradict each other are set aside, whatever their time', async () => {
  const good = Array.from({ length: 60 }, (_, i) => `b,2024-${1 + (i % 12)}-${1 + Math.floor(i / 12)},1`);
  const content = [
    'item,date,units',
    'a,2024-01-01,5',
    'a,2024-01-01,5',
    'a,2024-01-01T08:00,7',
    'a,2024-01-02,3',
    'a,2024-01-02T09:00,3',
    'a,2024-01-03,',
    'a,2024-01-03T10:00,4',
  ];
  const padded = good.map((line) => line.replace(/-(\d)(?=[-,])/g, '-0$1'));
  const table = await read([...content, ...padded].join('\n'), { conflicts: 'quarantine' });
  assert.deepEqual(lines(table).slice(0, 3), ['a 2024-01-01 NaN', 'a 2024-01-02 3', 'a 2024-01-03 4']);
  assert.deepEqual(table.rows.refusedByCode, { conflict: 3 });
  assert.deepEqual([table.rows.refused, table.rows.kept, table.rows.duplicates], [3, 64, 2]);
  await assert.rejects(
    read(content.join('\n'), { conflicts: 'quarantine' }),
    /3 of 7 rows are refused \(conflict 3\): series a has both 5 and 7 at 2024-01-01/,
  );
});

const csv = 'item,date,units\nb,2024-01-02,2\na,2024-01-02,\na,2024-01-01,1.5\n';
const asRead = ['a 2024-01-01 1.5', 'a 2024-01-02 NaN', 'b 2024-01-02 2'];

test('reads CSV, its gzip, other delimiters and line ends, NDJSON and Parquet alike', async () => {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const source = join(fixture.folder, 'source.csv');
  const parquet = join(fixture.folder, 'rows.parquet');
  await writeFile(source, csv);
  await connection.run(`COPY (FROM '${source}') TO '${parquet}' (FORMAT parquet)`);
  connection.closeSync();
  instance.closeSync();
  const ndjson =
    '{"item":"b","date":"2024-01-02","units":2}\n{"item":"a","date":"2024-01-02","units":null}\n';
  const found = [
    await read(csv),
    await read(gzipSync(csv)),
    await read(`\uFEFF${csv.replaceAll(',', ';').replaceAll('\n', '\r\n')}`),
    await read(csv.replaceAll('\n', '\r')),
    await read(`${ndjson}{"item":"a","date":"2024-01-01","units":1.5}\n`),
    await fixture.data.readTable({ ...columns, path: parquet }),
  ];
  for (const table of found) assert.deepEqual(lines(table), asRead);
  assert.deepEqual(found[0]?.rows, {
    read: 3,
    kept: 3,
    refused: 0,
    refusedByCode: {},
    problems: [],
    duplicates: 0,
    merged: 0,
    unjoined: 0,
  });
});

test('keeps series ids as written, and joins composite keys', async () => {
  const table = await read('item,site,date,units\n007,a/b,2024-01-01,1\n7,a%,2024-01-01,2\n', {
    series: ['item', 'site'],
  });
  assert.deepEqual(table.seriesIds, ['007/a%2Fb', '7/a%25']);
});

test('a file without a series column is one series', async () => {
  const table = await read('date,units\n2024-01-01,1\n2024-01-02,2\n', { series: [] });
  assert.deepEqual(lines(table), ['all 2024-01-01 1', 'all 2024-01-02 2']);
});

test('joins by the series key, filters after the join, and brings columns along', async () => {
  const meta = await fixture.file('meta.csv', 'item,class,size\na,fast,1\nb,slow,\n');
  const table = await read(`${csv}c,2024-01-01,9\n`, {
    join: meta,
    where: "class in ('fast', 'slow') -- a comment",
    static: ['class', 'size'],
  });
  assert.deepEqual(lines(table), asRead);
  assert.deepEqual(table.extras, [
    { kind: 'text', name: 'class', role: 'static', codes: Int32Array.of(0, 0, 1), labels: ['fast', 'slow'] },
    { kind: 'number', name: 'size', role: 'static', values: Float64Array.of(1, 1, Number.NaN) },
  ]);
});

test('a join file with a key twice would multiply rows and is refused', async () => {
  const meta = await fixture.file('twice.csv', 'item,class\na,x\na,y\n');
  await assert.rejects(read(csv, { join: meta }), (error) => isAppError(error, 'data/bad-join'));
});

test('marks test rows by the split column', async () => {
  const split = 'item,date,units,set\na,2024-01-01,1,train\na,2024-01-02,2,train\na,2024-01-04,3,TEST\n';
  const table = await read(split, { split: 'set' });
  assert.deepEqual([...(table.test ?? [])], [0, 0, 1]);
  assert.deepEqual([...buildPanel(table, { gaps: 'zero' }).testSteps], [1]);
  await assert.rejects(read(split.replace('train', 'holdout'), { split: 'set' }), (error) =>
    isAppError(error, 'data/bad-split'),
  );
});

test('adds up rows of different times in one period, counts identical rows once, refuses contradictions', async () => {
  const hours = 'item,date,units\na,2024-01-01 09:00,1\na,2024-01-01 17:00,2\na,2024-01-01 17:00,2\n';
  const table = await read(hours);
  assert.deepEqual(lines(table), ['a 2024-01-01 3']);
  assert.deepEqual([table.rows.merged, table.rows.duplicates], [1, 1]);
  const against = 'item,date,units\na,2024-01-01,1\na,2024-01-01,2\n';
  await assert.rejects(read(against), (error) => isAppError(error, 'data/conflicting-rows'));
  assert.deepEqual(lines(await read(against, { conflicts: 'sum' })), ['a 2024-01-01 3']);
  assert.deepEqual(lines(await read(against, { conflicts: 'last' })), ['a 2024-01-01 2']);
});

test('a type that changes late in the file is read by its last kind', async () => {
  const many = Array.from({ length: 30_000 }, (_, i) => `a,${i},1,${i}`).join('\n');
  const table = await read(`item,t,units,code\n${many}\na,30000,2,x9\n`, {
    time: 't',
    frequency: 'step',
    where: "code != 'x9'",
  });
  assert.equal(table.rows.kept, 30_000);
});

test('says which row holds what is not a number or not a time', async () => {
  await assert.rejects(
    read('item,date,units\na,2024-01-01,1\na,2024-01-02,"1,234"\n'),
    (error) =>
      isAppError(error, 'data/refused-rows') &&
      /1 of 2 rows.*bad-number 1.*row 2: "1,234"/.test(error.message),
  );
  await assert.rejects(
    read('item,date,units\na,2024-01-01,1\na,soon,2\n'),
    (error) => isAppError(error, 'data/refused-rows') && /bad-time 1.*row 2: "soon"/.test(error.message),
  );
});

test('a stock-out column makes a period unknown, whatever was sold, and one such row the whole period', async () => {
  const rows = [
    'a,2024-01-01 09:00,4,no',
    'a,2024-01-01 17:00,1,YES',
    'a,2024-01-02,0,1',
    'a,2024-01-03,7,',
    'a,2024-01-04,,0',
    'a,2024-01-05,,true',
  ];
  const table = await read(`item,date,units,oos\n${rows.join('\n')}\n`, { stockout: 'oos' });
  const { observed, missing, stockout } = ObservationStatus;
  assert.deepEqual([...(table.status ?? [])], [stockout, stockout, observed, missing, stockout]);
  assert.equal(table.values[0], 5, 'what was sold is kept');
  for (const gaps of ['zero', 'missing', 'fill'] as const) {
    const [history] = buildPanel(table, { gaps }).panel.series;
    const known = [...(history?.values ?? [])].map(Number.isFinite);
    assert.deepEqual(known, [false, false, true, false, false], gaps);
  }
  assert.equal((await read(csv)).status, null);
});

test('flags of a stock-out column read alike in CSV and NDJSON', async () => {
  const ndjson = [1, 2, 3].map((day) => ({ item: 'a', date: `2024-01-0${day}`, units: day, oos: day === 2 }));
  const table = await read(ndjson.map((row) => JSON.stringify(row)).join('\n'), { stockout: 'oos' });
  const { observed, stockout } = ObservationStatus;
  assert.deepEqual([...(table.status ?? [])], [observed, stockout, observed]);
});

test('says which row of a stock-out column is neither yes nor no, and refuses a column with another role', async () => {
  const rows = 'item,date,units,oos\na,2024-01-01,1,0\na,2024-01-02,1,Maybe\na,2024-01-03,1,2\n';
  await assert.rejects(
    read(rows, { stockout: 'oos' }),
    (error) =>
      isAppError(error, 'data/refused-rows') && /2 of 3 rows.*bad-flag 2.*row 2: "Maybe"/.test(error.message),
  );
  await assert.rejects(read(rows, { stockout: 'gone' }), (error) => isAppError(error, 'data/missing-column'));
  for (const change of [{ stockout: 'units' }, { stockout: 'item' }, { stockout: 'oos', known: ['oos'] }])
    await assert.rejects(read(rows, change), (error) => isAppError(error, 'data/bad-covariate'));
});

test('with rule sum a period of which a row was refused is unknown, unless that row had no demand', async () => {
  const good = Array.from(
    { length: 60 },
    (_, i) => `b,2024-${String(1 + (i % 12)).padStart(2, '0')}-0${1 + Math.floor(i / 12)},1`,
  );
  const content = [
    'item,date,units',
    'a,2024-01-01,5',
    'a,2024-01-01,x',
    'a,2024-01-02,3',
    'a,2024-01-02,4',
    ...good,
  ];
  const table = await read(content.join('\n'), { conflicts: 'sum' });
  assert.deepEqual(lines(table).slice(0, 2), ['a 2024-01-01 NaN', 'a 2024-01-02 7']);
  assert.equal(table.rows.refused, 1);
  const last = await read(content.join('\n'), { conflicts: 'last' });
  assert.deepEqual(lines(last)[0], 'a 2024-01-01 5');
});
