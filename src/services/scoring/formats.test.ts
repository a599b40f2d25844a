import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import type { CsvRule, TimeGrid } from '../../core/index.ts';
import type { ForecastBlock } from './forecast-block.ts';
import { encoderOf } from './formats.ts';
import type { FileFormat } from './scoring-plan.ts';

const levels = [0.1, 0.9];
const day: TimeGrid = { frequency: 'day', weekStart: 1 };

const values = fc.double({ min: -1e12, max: 1e12, noNaN: true });
const ids = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
  .filter((id) => !/[\p{Cc}\p{Cs}]/u.test(id));

/** A block of some series; the numbers follow from `seed`. */
function blockOf(
  seriesIds: readonly string[],
  numbers: readonly number[],
  grid: TimeGrid = day,
): ForecastBlock {
  const horizon = 3;
  const count = (1 + levels.length) * seriesIds.length * horizon;
  return {
    grid,
    version: 7,
    horizon,
    levels,
    series: seriesIds.map((id, i) => ({
      id,
      // Series of one file may begin at different periods.
      cutoff: 20_000 + (i % 2),
      source: i % 2 ? 'baseline' : 'model',
      reason: i % 2 ? 'new-series' : null,
      predictionId: null,
    })),
    values: Float64Array.from({ length: count }, (_, i) => numbers[i % numbers.length] as number),
    // Every other row is overridden.
    overridden: Float64Array.from({ length: seriesIds.length * horizon }, (_, i) =>
      i % 2 ? (numbers[i % numbers.length] as number) : Number.NaN,
    ),
  };
}

async function fileOf(
  format: FileFormat,
  blocks: readonly ForecastBlock[],
  grid = day,
  csv: CsvRule = 'exact',
): Promise<Uint8Array> {
  const encoder = encoderOf(format, { grid, levels, logged: false, csv });
  const pieces: Uint8Array[] = [];
  const joiner = encoder.join(async (bytes) => void pieces.push(bytes));
  await joiner.begin();
  for (const block of blocks) await joiner.add(encoder.encode(block));
  await joiner.end();
  return Buffer.concat(pieces);
}

/** What another program reads in the file. */
async function read(sql: string): Promise<unknown[][]> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run("SET TimeZone = 'UTC'");
  try {
    return (await connection.runAndReadAll(sql)).getRowsJS() as unknown[][];
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

const numbersSql = `series, step, mean, "q0.1", "q0.9", version, CAST(cutoff AS VARCHAR), CAST(timestamp AS VARCHAR), source, coalesce(reason, ''), coalesce(CAST(override AS DOUBLE), -7e77)`;

test('all formats hold the same rows, whatever the parts and the texts, and numbers keep their bits', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'almanac-formats-'));
  try {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(ids, { maxLength: 4 }), { minLength: 1, maxLength: 4 }),
        fc.array(values, { minLength: 1, maxLength: 7 }),
        async (parts, numbers) => {
          const blocks = parts.map((part) => blockOf(part, numbers));
          const expected = blocks.flatMap(rowsOf);
          const parquet = join(folder, 'f.parquet');
          await writeFile(parquet, await fileOf('parquet', blocks));
          assert.deepEqual(await read(`SELECT ${numbersSql} FROM read_parquet('${parquet}')`), expected);
          const ndjson = new TextDecoder().decode(await fileOf('ndjson', blocks));
          const objects = ndjson
            .split('\n')
            .slice(0, -1)
            .map((line) => Object.values(JSON.parse(line)));
          assert.deepEqual(
            objects.map(([id, time, step, mean, low, high, version, cutoff, source, reason, override]) =>
              [id, step, mean, low, high, version, cutoff, time, source, reason ?? '', override ?? -7e77].map(
                plain,
              ),
            ),
            expected.map((row) => row.map(plain)),
          );
          const csv = join(folder, 'f.csv');
          await writeFile(csv, await fileOf('csv', blocks));
          const types = `types = {'series': 'VARCHAR', 'mean': 'DOUBLE', 'q0.1': 'DOUBLE', 'q0.9': 'DOUBLE'}`;
          const fromCsv = `read_csv('${csv}', header = true, delim = ',', quote = '"', escape = '"', ${types})`;
          if (expected.length > 0)
            assert.deepEqual(
              (await read(`SELECT ${numbersSql} FROM ${fromCsv}`)).map((row) =>
                row.map((cell) => plain(cell as never)),
              ),
              expected.map((row) => row.map(plain)),
            );
        },
      ),
      { numRuns: 25 },
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

/** Texts cannot say minus zero. */
function plain(cell: unknown): unknown {
  return cell === 0 ? 0 : typeof cell === 'bigint' ? Number(cell) : cell;
}

function rowsOf({ series, values, horizon, overridden }: ForecastBlock): unknown[][] {
  const rows = series.length * horizon;
  const dateOf = (day: number): string => new Date(day * 86_400_000).toISOString().slice(0, 10);
  return series.flatMap(({ id, cutoff, source, reason }, i) =>
    Array.from({ length: horizon }, (_, k) => {
      const at = (column: number): number => values[column * rows + i * horizon + k] as number;
      const times = [dateOf(cutoff), dateOf(cutoff + 1 + k)];
      const said = overridden[i * horizon + k] as number;
      return [
        id,
        k + 1,
        at(0),
        at(1),
        at(2),
        7,
        ...times,
        source,
        reason ?? '',
        Number.isNaN(said) ? -7e77 : said,
      ];
    }),
  );
}

test('a series whose name is a formula does not run in a spreadsheet; other formats and numbers are as they are', async () => {
  const block = blockOf(["=cmd|' /C calc'!A0"], [-1]);
  const lines = async (format: FileFormat): Promise<string[]> =>
    new TextDecoder().decode(await fileOf(format, [block], day, 'safe')).split('\n');
  assert.match((await lines('csv'))[1] ?? '', /^'=cmd\|' \/C calc'!A0,2024-10-05,1,-1,-1,-1,7,/);
  assert.match((await lines('ndjson'))[0] ?? '', /^\{"series":"=cmd/);
});

test('times in Parquet are dates, moments of UTC or numbers, as the frequency has it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'almanac-formats-'));
  try {
    const path = join(folder, 'f.parquet');
    for (const [frequency, type, first] of [
      ['week', 'DATE', '2353-05-04'],
      ['hour', 'TIMESTAMP WITH TIME ZONE', '1972-04-13 09:00:00+00'],
      ['step', 'INTEGER', '20001'],
    ] as const) {
      const grid: TimeGrid = { frequency, weekStart: 1 };
      await writeFile(path, await fileOf('parquet', [blockOf(['a'], [1], grid)], grid));
      const [row] = await read(
        `SELECT typeof(timestamp), CAST(timestamp AS VARCHAR) FROM read_parquet('${path}') ORDER BY step LIMIT 1`,
      );
      assert.deepEqual(row, [type, first], frequency);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test('the same block gives the same bytes', () => {
  for (const format of ['parquet', 'csv', 'ndjson'] as const) {
    const encoder = encoderOf(format, { grid: day, levels, logged: false, csv: 'safe' });
    const block = blockOf(['a', 'b'], [1.5, 2.25, 1 / 3]);
    assert.deepEqual(Buffer.from(encoder.encode(block)), Buffer.from(encoder.encode(block)));
  }
});
