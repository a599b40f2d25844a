// Yes/no, records and lists of a Parquet column became series called "true" or "{'id': 1}", a number that is none a series "nan", and
// the decimal 7.00 another item than 7. What JSON refuses Parquet refuses, in the same words.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';

import { type DataFixture, openDataFixture, project } from '../hostile/data-fixture.ts';

let fixture: DataFixture;
beforeEach(async () => {
  fixture = await openDataFixture();
});
afterEach(() => fixture.close());

/** What a key of this SQL becomes: the series that has a row, or the code and reason of the refusal. */
async function keyOf(sql: string): Promise<string> {
  const path = join(fixture.folder, 'keys.parquet');
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(
    `COPY (SELECT ${sql} AS item, DATE '2024-05-01' AS date, 1 AS units, FALSE AS out) TO '${path}' (FORMAT parquet)`,
  );
  connection.closeSync();
  instance.closeSync();
  const { problems } = await fixture.data.validateFile(project, path);
  const [problem] = problems;
  if (problem !== undefined) return `${problem.code}: ${problem.reason}`;
  await fixture.data.ingestFile(project, path, { idempotencyKey: sql });
  const ids: string[] = [];
  for await (const page of fixture.data.observationsSince(project.name, 0))
    ids.push(...page.rows.map(({ seriesId }) => seriesId));
  return ids.at(-1) ?? '';
}

test('a key of Parquet names a series only where it is a text or a whole number', async () => {
  const named = 'a series is named by a text or a number';
  for (const [sql, expected] of [
    ['TRUE', `bad-row: its field "item" is true: ${named}`],
    ["{'id': 1}", `bad-row: its field "item" is an object: ${named}`],
    ['[1, 2]', `bad-row: its field "item" is a list: ${named}`],
    ["MAP {'id': 1}", `bad-row: its field "item" is an object: ${named}`],
    ["CAST('nan' AS DOUBLE)", 'null-series: column "item" is empty'],
    [
      'CAST(1e17 AS DOUBLE)',
      'bad-row: its field "item" is a number past 2^53, whose digits are lost: write it as text',
    ],
    ['CAST(7 AS DOUBLE)', '7'],
    ['CAST(7 AS DECIMAL(10, 2))', '7'],
    ['CAST(7.5 AS DECIMAL(10, 2))', '7.50'],
    ['CAST(9007199254740993 AS BIGINT)', '9007199254740993'],
    ["'true'", 'true'],
    ["CAST('K' AS BLOB)", 'K'],
  ] as const)
    assert.equal(await keyOf(sql), expected, sql);
});

test('a zero below zero is no conflict with another zero', async () => {
  const rows = 'item,date,units,out\nA,2024-05-01,0,\nA,2024-05-01,-0,\nA,2024-05-01,-0.0,\n';
  const { batch } = await fixture.data.ingestBody(project, Buffer.from(rows), { format: 'csv' });
  assert.deepEqual([batch.rowsAccepted, batch.rowsDuplicate, batch.rowsQuarantined], [1, 2, 0]);
});

test('a key of blanks alone is refused by the name of its column', async () => {
  const rows = 'item,date,units,out\n"  ",2024-05-01,1,\n\u00a0,2024-05-01,1,\n';
  const { problems } = await fixture.data.ingestBody(project, Buffer.from(rows), { format: 'csv' });
  assert.deepEqual(
    problems.map(({ reason }) => reason),
    ['column "item" is empty', 'column "item" is empty'],
  );
});
