import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type DataFixture, openDataFixture, project } from '../../../test/hostile/data-fixture.ts';
import { periodOf } from '../../core/index.ts';
import { systemTimers } from '../jobs/index.ts';
import { DuckDb } from './engine/duckdb.ts';
import { SealedReader } from './sealed-past.ts';

const day = (text: string): number => periodOf(project.grid, Date.parse(text));
const range = { from: day('2024-05-01'), to: day('2024-05-03') };
let fixture: DataFixture;
let engine: DuckDb;

before(async () => {
  fixture = await openDataFixture();
  engine = new DuckDb({ scratchFolder: join(fixture.folder, 'sealed'), timers: systemTimers });
  const lines = [
    'item,date,units,out',
    'c,2024-05-02,7,0',
    'a,2024-04-30,9,0',
    'a,2024-05-01,4,0',
    'a,2024-05-02,1,1',
    'b,2024-05-03,,0',
    'b,2024-05-01,0,0',
  ];
  await fixture.data.ingestFile(project, await fixture.file('rows.csv', `${lines.join('\n')}\n`));
});
after(async () => {
  await engine.close();
  await fixture.close();
});

test('what is sealed of some periods is what the latest batch says: demand, stock-out, unknown or no row', async () => {
  const past = await reader().read(project.name, range);
  const of = (series: string): number[] => [0, 1, 2].map((k) => past.at(series, range.from + k));
  assert.deepEqual(of('a'), [4, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]);
  assert.deepEqual(of('b'), [0, Number.NEGATIVE_INFINITY, Number.NaN]);
  assert.deepEqual(of('c'), [Number.NEGATIVE_INFINITY, 7, Number.NEGATIVE_INFINITY]);
  assert.deepEqual(of('nobody'), Array(3).fill(Number.NEGATIVE_INFINITY));
  assert.equal(past.batchSeqAt('a', range.from), 1);
  assert.equal(past.batchSeqAt('a', range.to), 0);
});

test('a series that does not fit is unknown, never without demand', async () => {
  const past = await reader({ cellsMax: 7 }).read(project.name, range);
  assert.equal(past.at('b', range.from), 0);
  assert.deepEqual(
    [0, 1, 2].map((k) => past.at('c', range.from + k)),
    [Number.NaN, Number.NaN, Number.NaN],
  );
});

test('where some series are named, others take no room from them', async () => {
  const past = await reader({ cellsMax: 3 }).read(project.name, range, ['c', `o'clock`]);
  assert.equal(past.at('c', day('2024-05-02')), 7);
  const none = await reader().read(project.name, range, [`o'clock`]);
  assert.equal(none.at(`o'clock`, range.from), Number.NEGATIVE_INFINITY);
});

function reader(options: { readonly cellsMax?: number } = {}): SealedReader {
  const { store, blobs: files } = fixture;
  return new SealedReader({ store, files, engine, limitMs: 60_000 }, options);
}
