// Rows that were refused became demand of zero under gap rule `zero`, and a JSON row without its target erased what was known.

import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { periodOf } from '../../src/core/index.ts';
import { type DataFixture, openDataFixture, project } from '../hostile/data-fixture.ts';

let fixture: DataFixture;
beforeEach(async () => {
  fixture = await openDataFixture();
});
afterEach(() => fixture.close());

const first = periodOf(project.grid, Date.UTC(2024, 0, 1));
const date = (day: number): string => new Date((first + day - 1) * 86_400_000).toISOString().slice(0, 10);

/** Forty days around 50, with days 8, 20 and 30 to 33 as they are given. */
function lines(odd: Readonly<Record<number, readonly string[]>>): string {
  const rows = Array.from({ length: 40 }, (_, i) => odd[i + 1] ?? [String(50 + (i % 7))]);
  const all = rows.flatMap((values, i) => values.map((value) => `a,${date(i + 1)},${value},0`));
  return `item,date,units,out\n${all.join('\n')}\n`;
}

const odd = { 8: ['50', '53'], 20: ['"1,050"'], 30: ['-4'], 32: ['60000'], 33: [] };

async function panel(): Promise<(number | null)[]> {
  await fixture.data.seal(project.name);
  const { id } = await fixture.data.createSnapshot(project.name);
  const [series] = (await fixture.data.readPanel(project, id)).series;
  return Array.from(series?.values ?? [], (value) => (Number.isNaN(value) ? null : value));
}

const expected = Array.from({ length: 40 }, (_, i) =>
  [8, 20, 30, 32].includes(i + 1) ? null : i + 1 === 33 ? 0 : 50 + (i % 7),
);

test('in a file: conflict, 1,050, -4 and a jump of the unit are unknown, a day without a row is zero', async () => {
  const { batch } = await fixture.data.ingestFile(project, await fixture.file('sales.csv', lines(odd)));
  assert.deepEqual(batch.quarantinedByCode, { conflict: 2, 'bad-number': 1, negative: 1, 'unit-jump': 1 });
  assert.equal(batch.rowsAccepted, 35);
  assert.deepEqual(await panel(), expected);
});

test('in bodies, one row each: a word that was refused wins over no other, whichever came first', async () => {
  const send = (text: string): Promise<unknown> =>
    fixture.data.ingestBody(project, Buffer.from(text), { format: 'csv' });
  await send(lines(odd));
  assert.deepEqual(await panel(), expected);
  await send(`item,date,units,out\na,${date(30)},54,0\na,${date(34)},-7,0\n`);
  await send(`item,date,units,out\na,${date(41)},-1,0\n`);
  assert.deepEqual(await panel(), expected.with(29, 54));
  const at = first + 40;
  const [label] = await fixture.store.readActuals(project.name, { periodMin: at, periodMax: at });
  assert.deepEqual([label?.status, label?.value], [4, Number.NaN]);
});

test('a JSON row without the target says nothing: it is refused, and takes nothing back', async () => {
  const known = Array.from({ length: 10 }, (_, i) => ({ item: 'a', date: date(i + 1), units: 10 + i }));
  const ndjson = (rows: readonly object[]): Uint8Array =>
    Buffer.from(rows.map((row) => JSON.stringify(row)).join('\n'));
  await fixture.data.ingestBody(project, ndjson(known), { format: 'ndjson' });
  const renamed = known.map(({ units, ...row }, i) =>
    i === 0 ? { ...row, units: 20 } : { ...row, qty: units },
  );
  const { batch } = await fixture.data.ingestBody(project, ndjson(renamed), { format: 'ndjson' });
  assert.deepEqual([batch.rowsAccepted, batch.quarantinedByCode], [1, { 'no-target': 9 }]);
  const lone = await fixture.data.ingestBody(project, ndjson(renamed.slice(1, 2)), {
    format: 'ndjson',
    mixed: true,
  });
  assert.deepEqual(lone.batch.quarantinedByCode, { 'no-target': 1 });
  const file = await fixture.file('restated.ndjson', ndjson(renamed));
  assert.equal((await fixture.data.ingestFile(project, file)).batch.rowsQuarantined, 9);
  assert.deepEqual(await panel(), [20, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
  const unknown = [{ item: 'a', date: date(3), units: null }];
  await fixture.data.ingestBody(project, ndjson(unknown), { format: 'ndjson' });
  assert.deepEqual(await panel(), [20, 11, null, 13, 14, 15, 16, 17, 18, 19]);
});

test('a row that brings a price alone for a day that is known leaves the demand of that day as it is', async () => {
  const priced = { ...project, columns: { ...project.columns, known: ['price'] } };
  const rows = [1, 2, 3].map((day) => ({ item: 'a', date: date(day), units: day }));
  const send = (body: readonly object[]): Promise<unknown> =>
    fixture.data.ingestBody(priced, Buffer.from(JSON.stringify(body)), { format: 'json' });
  await send(rows);
  await send([
    { item: 'a', date: date(2), price: 5 },
    { item: 'a', date: date(3), units: 3, price: 4 },
  ]);
  const text = JSON.stringify({ item: 'a', date: date(1), price: 6 });
  const pricedFile = await fixture.file(
    'p.ndjson',
    `${text}\n${JSON.stringify({ item: 'b', date: date(3), units: 1 })}`,
  );
  await fixture.data.ingestFile(priced, pricedFile);
  await fixture.data.seal(project.name);
  const { id } = await fixture.data.createSnapshot(project.name);
  const { series, covariates } = await fixture.data.readPanel(priced, id);
  assert.deepEqual([...(series[0]?.values ?? [])], [1, 2, 3]);
  assert.deepEqual([...(covariates?.varying[0]?.values ?? [])].slice(0, 3), [6, 5, 4]);
});
