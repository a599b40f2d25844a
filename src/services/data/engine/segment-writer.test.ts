import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { Engine } from './engine.ts';
import { SegmentWriter } from './segment-writer.ts';
import { sqlText } from './sql-text.ts';

let scratch: string;
let engine: Engine;

before(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'almanac-segment-'));
  const setup = { scratchFolder: scratch, limits: { memoryBytesMax: 256 * 1024 ** 2, threads: 1 } };
  engine = await Engine.open(setup, scratch, new AbortController().signal);
});

after(async () => {
  engine.close();
  await rm(scratch, { recursive: true, force: true });
});

interface Row {
  readonly series: number;
  readonly period: number;
  readonly value: number;
  readonly status: number;
  /** Price, colour, never said, part and its status. */
  readonly beside: readonly number[];
}

const ids = ['a', 'b/\u{1F600}', 'c "quoted"', 'ﬀ'];
const colours = ['red', '', 'größer'];

function write(name: string, rows: readonly Row[]): string {
  const path = join(scratch, name);
  const columns = [
    { name: 'price', labels: null },
    { name: 'colour', labels: colours },
    { name: 'never', labels: null },
  ];
  const writer = new SegmentWriter(path, { ids, columns, hasParts: true });
  for (const { series, period, value, status, beside } of rows)
    writer.add(series, period, value, status, beside);
  writer.end();
  assert.equal(writer.rows, rows.length);
  return path;
}

const orNull = (value: number): number | null => (Number.isNaN(value) ? null : value);

/** As the engine says them, in the order of the file. */
function expected({ series, period, value, status, beside }: Row): unknown[] {
  const [price = 0, colour = 0, , part = 0, partStatus = 0] = beside;
  const text = Number.isNaN(colour) ? null : (colours[colour] ?? null);
  return [
    ids[series],
    period,
    orNull(value),
    status,
    null,
    orNull(price),
    text,
    orNull(part),
    orNull(partStatus),
  ];
}

const columnsRead =
  'series_id, period, value, status, batch_seq, covariate_price, covariate_colour, part_value, part_status';

const unknown = fc.constant(Number.NaN);
const aNumber = fc.oneof(
  unknown,
  fc.constantFrom(0, -0, 1, 2.5),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);
const aRow: fc.Arbitrary<Row> = fc.record({
  series: fc.nat(ids.length - 1),
  period: fc.oneof(fc.nat(20), fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })),
  value: aNumber,
  status: fc.nat(5),
  beside: fc.tuple(
    aNumber,
    fc.oneof(unknown, fc.nat(colours.length - 1)),
    unknown,
    aNumber,
    fc.oneof(unknown, fc.nat(5)),
  ),
});

/** Says something of every column, so that each is there. */
const full: Row = { series: 1, period: 7, value: 1, status: 0, beside: [2, 1, Number.NaN, 3, 0] };

test('a segment holds for the engine what was written, bit for bit', async () => {
  let file = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(aRow, { maxLength: 60 }), async (some) => {
      const rows = [...some, full];
      const path = write(`some-${file++}.parquet`, rows);
      const read = await engine.rows(`SELECT ${columnsRead} FROM read_parquet(${sqlText(path)})`);
      assert.deepStrictEqual(read, rows.map(expected));
    }),
    { numRuns: 40 },
  );
});

test('columns of which no row says anything are left out', async () => {
  const path = write('narrow.parquet', [
    { series: 0, period: 1, value: 3, status: 0, beside: [1, 0, Number.NaN, Number.NaN, Number.NaN] },
  ]);
  const columns = await engine.rows(`SELECT column_name, column_type FROM (DESCRIBE FROM ${sqlText(path)})`);
  assert.deepEqual(columns, [
    ['series_id', 'VARCHAR'],
    ['period', 'INTEGER'],
    ['value', 'DOUBLE'],
    ['status', 'UTINYINT'],
    ['batch_seq', 'BIGINT'],
    ['covariate_price', 'DOUBLE'],
    ['covariate_colour', 'VARCHAR'],
  ]);
});

test('columns that are read together are all there where one of them says something', async () => {
  const nothing = [Number.NaN, Number.NaN, Number.NaN];
  const path = write('waiting.parquet', [
    {
      series: 0,
      period: 1,
      value: Number.NaN,
      status: 1,
      beside: [...nothing, Number.NaN, 4, 1, ...nothing, 1],
    },
  ]);
  const columns = await engine.rows(`SELECT column_name, column_type FROM (DESCRIBE FROM ${sqlText(path)})`);
  assert.deepEqual(columns.slice(5), [
    ['part_value', 'DOUBLE'],
    ['part_status', 'UTINYINT'],
    ['refused_rows', 'INTEGER'],
    ['answered_rows', 'INTEGER'],
    ['open_value', 'DOUBLE'],
    ['open_status', 'UTINYINT'],
    ['open_rows', 'INTEGER'],
  ]);
});

test('a segment of several row groups says of each what it holds, so that readers pass over the others', async () => {
  const perSeries = 70_000;
  const rows = ids.flatMap((_, series) =>
    Array.from({ length: perSeries }, (_, i) => ({
      series,
      period: i,
      // As many different numbers as rows: none of them is worth a dictionary.
      value: series * perSeries + i + 0.25,
      status: 0,
      beside: [i % 3, Number.NaN, Number.NaN, Number.NaN, Number.NaN],
    })),
  );
  const path = write('large.parquet', rows);
  const file = `read_parquet(${sqlText(path)})`;
  for (const [series, id] of ids.entries()) {
    const [found] = await engine.rows(
      `SELECT count(*), sum(value), min(period), max(period), sum(covariate_price) FROM ${file} WHERE series_id = ${sqlText(id)}`,
    );
    const first = series * perSeries + 0.25;
    const sum = perSeries * first + (perSeries * (perSeries - 1)) / 2;
    assert.deepEqual(found, [perSeries, sum, 0, perSeries - 1, 69_999]);
  }
  const groups = await engine.rows(
    `SELECT row_group_num_rows, stats_min_value, stats_max_value FROM parquet_metadata(${sqlText(path)}) WHERE path_in_schema = 'value' ORDER BY row_group_id`,
  );
  assert.deepEqual(groups, [
    [122_880, '0.25', '122879.25'],
    [122_880, '122880.25', '245759.25'],
    [34_240, '245760.25', '279999.25'],
  ]);
});

test('a segment of no rows is a file of none', async () => {
  const path = write('none.parquet', []);
  assert.deepEqual(await engine.rows(`SELECT count(*) FROM read_parquet(${sqlText(path)})`), [[0]]);
});
