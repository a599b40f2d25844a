// In a project whose texts have decimal commas a JSON number 1.234 landed as 1234, and 1.5 was refused: the marks of a dialect
// were read into numbers that have a type of their own.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';

import { defaultDialect, type Project } from '../../src/core/index.ts';
import { readSample } from '../../src/interfaces/cli/sample.ts';
import { numberReader } from '../../src/services/data/index.ts';
import { project as base, type DataFixture, openDataFixture } from '../hostile/data-fixture.ts';

let fixture: DataFixture;
beforeEach(async () => {
  fixture = await openDataFixture();
});
afterEach(() => fixture.close());

const dialect = { ...defaultDialect, decimal: ',', thousands: '.' } as const;
const project: Project = {
  ...base,
  columns: { series: ['item'], time: 'date', target: 'units', known: ['price'], static: ['size'] },
  dialect,
};
const sent = [1.234, 1.5, 1e-7, 12_345.25];
const rows = sent.map((units, i) => ({
  item: 'A',
  date: `2024-05-0${i + 1}`,
  units,
  price: units,
  size: 2.5,
}));
const lines = rows.map((row) => JSON.stringify(row)).join('\n');

async function parquet(): Promise<string> {
  const path = join(fixture.folder, 'numbers.parquet');
  const json = await fixture.file('numbers.json', lines);
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(
    `COPY (SELECT item, date, CAST(units AS DOUBLE) AS units, CAST(price AS DOUBLE) AS price, size FROM read_json('${json}')) TO '${path}' (FORMAT parquet)`,
  );
  connection.closeSync();
  instance.closeSync();
  return path;
}

async function landed(): Promise<[number, unknown][]> {
  const found: [number, unknown][] = [];
  for await (const page of fixture.data.observationsSince(project.name, 0))
    for (const { value, covariates } of page.rows) found.push([value, covariates?.price]);
  return found;
}

test('JSON numbers are themselves in a project of decimal commas, its texts are read by the dialect', async () => {
  await fixture.data.ingestBody(project, Buffer.from(lines), { format: 'ndjson' });
  assert.deepEqual(
    await landed(),
    sent.map((value) => [value, value]),
  );
  const text = '{"item":"A","date":"2024-05-01","units":"1.234","price":"1.234,5"}';
  await fixture.data.ingestBody(project, Buffer.from(text), { format: 'ndjson' });
  assert.deepEqual((await landed()).at(-1), [1234, 1234.5]);
});

test('a file of JSON or Parquet says the same, to ingest, evaluate and a sample', async () => {
  const read = numberReader(dialect);
  for (const path of [await fixture.file('numbers.ndjson', lines), await parquet()]) {
    const report = await fixture.data.validateFile(project, path);
    assert.deepEqual([report.accepted, report.quarantinedByCode], [4, {}], path);
    const table = await fixture.data.readTable({
      path,
      series: ['item'],
      time: 'date',
      target: 'units',
      frequency: 'day',
      known: ['price'],
      dialect,
    });
    assert.deepEqual([...table.values], sent, path);
    const [price] = table.extras;
    assert.ok(price?.kind === 'number');
    assert.deepEqual([...price.values], sent, path);
    const sample = await readSample(path, dialect);
    const at = sample.columns.indexOf('price');
    assert.deepEqual(
      sample.rows.map((row) => read(row[at] ?? '')),
      sent,
      path,
    );
  }
});

test('numbers that Parquet holds as text are asked about like those of any text', async () => {
  const path = join(fixture.folder, 'texts.parquet');
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(
    `COPY (SELECT 'A' AS item, DATE '2024-05-01' + i::INTEGER AS date, CASE i WHEN 0 THEN '12,5' ELSE '1.234' END AS units FROM range(3) t(i)) TO '${path}' (FORMAT parquet)`,
  );
  connection.closeSync();
  instance.closeSync();
  const asked: Project = { ...base, columns: { series: ['item'], time: 'date', target: 'units' } };
  await assert.rejects(fixture.data.validateFile(asked, path), { code: 'data/ambiguous-number' });
});

test('a number that was set aside and is sent again is the number that it was', async () => {
  const strict: Project = { ...project, contract: { ...project.contract, maxValue: 1 } };
  const line = '{"item":"A","date":"2024-05-01","units":1.234,"price":1.234,"size":2.5}';
  const { batch } = await fixture.data.ingestBody(strict, Buffer.from(line), { format: 'ndjson' });
  assert.deepEqual(batch.quarantinedByCode, { 'above-max': 1 });
  const repaired = await fixture.data.repair(project, {
    batchId: batch.id,
    edit: { set: { size: '3' } },
    by: 'test',
  });
  assert.deepEqual([repaired.rowsSent, repaired.problems], [1, []]);
  assert.deepEqual((await landed()).at(-1), [1.234, 1.234]);
});
