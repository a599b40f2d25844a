// Cells far longer than anything that a number, a date or a name is: refused at once whatever the column and the format,
// since every request waits for the thread that reads them.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { AppError, type Project } from '../../src/core/index.ts';
import type { IngestResult } from '../../src/services/data/index.ts';
import { project as base, type DataFixture, openDataFixture } from './data-fixture.ts';

/** What a pattern that is not linear takes minutes for takes a linear one less than this, however busy the machine. */
const msMax = 20_000;
const length = 200_000;
const fields = ['item', 'date', 'units', 'out', 'price', 'kind'] as const;
type Row = Readonly<Record<(typeof fields)[number], string>>;

const project: Project = {
  ...base,
  columns: { ...base.columns, known: ['price'], static: ['kind'] },
};
const good: Row = { item: 'a', date: '2024-05-01', units: '5', out: 'no', price: '2', kind: 'x' };
let fixture: DataFixture;

before(async () => {
  fixture = await openDataFixture();
  await fixture.store.putProject(project, fixture.clock.now());
});
after(() => fixture.close());

const formats: Readonly<Record<'json' | 'ndjson' | 'csv', (rows: readonly Row[]) => string>> = {
  json: (rows) => JSON.stringify(rows),
  ndjson: (rows) => rows.map((row) => JSON.stringify(row)).join('\n'),
  csv: (rows) => [fields, ...rows.map((row) => fields.map((field) => row[field]))].join('\n'),
};

const long: readonly [field: keyof Row, text: string, code: string][] = [
  ['units', `${'1'.repeat(length)}x`, 'bad-number'],
  ['units', '1'.repeat(length), 'bad-number'],
  ['units', `${'.1'.repeat(length / 2)}`, 'bad-number'],
  ['units', `1${' '.repeat(length)}x`, 'bad-number'],
  ['price', `${'1'.repeat(length)}x`, 'bad-covariate'],
  ['date', `2024-05-01 10:00:00.${'1'.repeat(length)}`, 'bad-time'],
  ['date', `2024-05-01T10:00${' '.repeat(length)}x`, 'bad-time'],
  ['item', 'a/'.repeat(length / 2), 'bad-series'],
  ['out', 'y'.repeat(length), 'bad-flag'],
  ['kind', 'x'.repeat(length), 'bad-covariate'],
];

/** The good row lands, the other is refused with the code and a reason of bounded length, in good time. */
async function assertQuarantined(code: string, ingest: () => Promise<IngestResult>): Promise<void> {
  const begin = performance.now();
  const { batch, problems } = await ingest();
  const ms = performance.now() - begin;
  assert.deepEqual(batch.quarantinedByCode, { [code]: 1 });
  assert.equal(batch.rowsAccepted, 1);
  assert.ok((problems[0]?.reason.length ?? 0) < 300, problems[0]?.reason.slice(0, 400));
  assert.ok(ms < msMax, `${Math.round(ms)} ms`);
}

for (const [i, [field, text, code]] of long.entries()) {
  const rows = [good, { ...good, date: '2024-05-02', [field]: text }];
  for (const format of ['json', 'ndjson', 'csv'] as const)
    test(`${format} with ${text.slice(0, 24)}… as ${field}: ${code}`, async () => {
      const bytes = new TextEncoder().encode(formats[format](rows));
      const ingest = () =>
        fixture.data.ingestBody(project, bytes, { format, idempotencyKey: `${format}${i}` });
      await assertQuarantined(code, ingest);
    });
}

for (const [i, [field, text, code]] of long.entries())
  test(`a CSV file with ${text.slice(0, 24)}… as ${field}: ${code}`, async () => {
    const rows = [good, { ...good, date: '2024-05-02', [field]: text }];
    const path = await fixture.file(`long${i}.csv`, formats.csv(rows));
    await assertQuarantined(code, () => fixture.data.ingestFile(project, path));
  });

test('a file evaluated without a project says what is wrong with the cell in a line', async () => {
  for (const [field, text, code] of [
    ['units', `${'1'.repeat(length)}x`, 'bad-number'],
    ['date', '2'.repeat(length), 'bad-time'],
    ['out', 'y'.repeat(length), 'bad-flag'],
  ] as const) {
    const path = await fixture.file('table.csv', formats.csv([good, { ...good, [field]: text }]));
    const begin = performance.now();
    await assert.rejects(
      fixture.data.readTable({
        path,
        series: ['item'],
        time: 'date',
        target: 'units',
        stockout: 'out',
        frequency: 'day',
      }),
      (error) =>
        error instanceof AppError &&
        error.code === 'data/refused-rows' &&
        error.message.includes(`${code} 1`) &&
        error.message.length < 300,
    );
    assert.ok(performance.now() - begin < msMax);
  }
});
