import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { projectLike } from '../../../../test/fixtures/project.ts';
import { systemTimers } from '../../jobs/index.ts';
import { DuckDb } from './duckdb.ts';
import type { RequestTable } from './requests-task.ts';
import { sourceLimits } from './source-kind.ts';

const project = projectLike({
  horizonSteps: 3,
  columns: {
    series: ['store', 'item'],
    time: 'date',
    target: 'units',
    known: ['price', 'event'],
    categories: ['event'],
  },
});
/** 2024-01-01. */
const cutoff = 19_723;

let folder: string;
let engine: DuckDb;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'almanac-requests-'));
  engine = new DuckDb({ scratchFolder: join(folder, 'scratch'), timers: systemTimers });
});

after(async () => {
  await engine.close();
  await rm(folder, { recursive: true, force: true });
});

async function read(text: string): Promise<RequestTable> {
  const path = join(folder, 'requests.txt');
  await writeFile(path, text);
  const input = {
    path,
    name: 'requests.txt',
    project,
    from: cutoff + 1,
    to: cutoff + 3,
    limits: sourceLimits,
  };
  return await engine.run('readRequests', input, { limitMs: 60_000 });
}

const cells = (table: RequestTable, name: string): (number | string | null)[] | undefined => {
  const column = table.columns.find((one) => one.name === name);
  return column && Array.from(column.values, (v) => (Number.isNaN(v) ? null : (column.labels?.[v] ?? v)));
};

test('series come in the order of the file, once each, and no column is needed but theirs', async () => {
  const table = await read('item,store,note\nb,n,1\n"a/1",n,2\nb,n,3\n');
  assert.deepEqual(table.seriesIds, ['n/b', 'n/a%2F1']);
  assert.deepEqual([table.columns, table.rows, table.rowsOutside], [[], 3, 0]);
});

test('plans stand at their steps: later rows win cell by cell, other periods are counted and left out', async () => {
  const table = await read(
    [
      'store,item,date,price,event',
      'n,a,2024-01-02,1.5,fair',
      'n,a,2024-01-04,2,',
      'n,b,2024-01-03,,sale',
      'n,a,2024-01-02,,sale',
      'n,a,2024-01-01,9,fair',
      'n,a,2024-01-05,9,fair',
      'n,c,,,',
    ].join('\n'),
  );
  assert.deepEqual(table.seriesIds, ['n/a', 'n/b', 'n/c']);
  assert.deepEqual(cells(table, 'price'), [1.5, null, 2, ...Array(6).fill(null)]);
  assert.deepEqual(cells(table, 'event'), ['sale', null, null, null, 'sale', null, null, null, null]);
  assert.equal(table.rowsOutside, 2);
});

test('NDJSON is read alike, and thousands of series keep their plans', async () => {
  const lines = Array.from({ length: 3000 }, (_, i) =>
    JSON.stringify({ store: 'n', item: `i${i}`, date: '2024-01-03', price: i }),
  );
  const table = await read(lines.join('\n'));
  assert.equal(table.seriesIds.length, 3000);
  assert.ok(cells(table, 'price')?.every((cell, at) => cell === (at % 3 === 1 ? Math.floor(at / 3) : null)));
});

test('a file that makes no sense is refused with the row at fault', async () => {
  const head = 'store,item,date,price\n';
  for (const [text, code, says] of [
    [`${head}n,a,2024-01-02,1\nn,a,tomorrow,1\n`, 'data/bad-time', /row 2: "tomorrow"/],
    [`${head}n,a,,1\n`, 'data/bad-time', /row 1: .*no time in "date"/],
    [`${head}n,a,2024-01-02,cheap\n`, 'data/bad-number', /row 1: column "price"/],
    [`${head}n,,2024-01-02,1\n`, 'data/damaged-file', /row 1: it names no series in store, item/],
    [`${head}n,a\n`, 'data/damaged-file', /row 1/],
    ['item,date\na,2024-01-02\n', 'data/missing-column', /store/],
    ['', 'data/no-rows', /empty/],
  ] as const)
    await assert.rejects(read(text), (error: Error & { code?: string }) => {
      assert.equal(error.code, code, error.message);
      assert.match(error.message, says);
      return true;
    });
});

test('rows with times that plan nothing known are refused: a column is misspelt', async () => {
  await assert.rejects(read('store,item,date,prise\nn,a,2024-01-02,1.5\n'), {
    code: 'data/missing-column',
    message: /columns known ahead are price, event/,
  });
});

test('a planned number that can be read in two ways is asked about, as in a history', async () => {
  await assert.rejects(read('store;item;date;price\nn;a;2024-01-02;1.299\n'), {
    code: 'data/ambiguous-number',
  });
});
