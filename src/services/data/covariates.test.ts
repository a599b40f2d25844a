// Covariates from end to end of this room: what files and bodies say beside demand, as panels and serving get it.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';

import { type DataFixture, openDataFixture, project as plain } from '../../../test/hostile/data-fixture.ts';
import type { CovariateValues } from '../../core/index.ts';
import { covariateAt, isAppError, type Panel, type Project, periodOf } from '../../core/index.ts';

const project: Project = {
  ...plain,
  columns: {
    series: ['item'],
    time: 'date',
    target: 'units',
    known: ['price', 'event'],
    past: ['visitors'],
    static: ['kind', 'size'],
    categories: ['event'],
  },
};

let fixture: DataFixture;
beforeEach(async () => {
  fixture = await openDataFixture();
});
afterEach(() => fixture.close());

const header = 'item,date,units,price,event,visitors,kind,size\n';

function csv(...rows: string[]): Uint8Array {
  return Buffer.from(`${header}${rows.join('\n')}\n`);
}

function day(date: string): number {
  return periodOf(project.grid, Date.parse(date));
}

async function send(bytes: Uint8Array, given = project): ReturnType<DataFixture['data']['ingestBody']> {
  return fixture.data.ingestBody(given, bytes, { format: 'csv' });
}

async function panelOf(given = project): Promise<Panel> {
  await fixture.data.seal(given.name);
  const { id } = await fixture.data.createSnapshot(given.name);
  return fixture.data.readPanel(given, id);
}

/** A varying column of a series from one day on; categories by their text, null = unknown. */
function cells(panel: Panel, name: string, of: { series: string; from: string; count: number }): unknown[] {
  const column = panel.covariates?.varying.find((one) => one.name === name);
  assert.ok(panel.covariates && column, `there is a column ${name}`);
  const series = panel.series.findIndex(({ id }) => id === of.series);
  return Array.from({ length: of.count }, (_, i) => {
    const value = covariateAt(panel.covariates as never, column, { series, period: day(of.from) + i });
    if (Number.isNaN(value)) return null;
    return column.labels === null ? value : column.labels[value];
  });
}

async function plansAfter(date: string): Promise<[string, number, CovariateValues | undefined][]> {
  const found: [string, number, CovariateValues | undefined][] = [];
  const from = { afterSeq: 0, periodMin: day(date) + 1 };
  for await (const page of fixture.data.covariatesSince(project.name, from))
    found.push(...page.map((row): (typeof found)[number] => [row.seriesId, row.period, row.covariates]));
  return found;
}

const lines = [
  'a,2024-05-01,5,2.5,,10,food,1',
  'a,2024-05-02,6,2.5,fair,11,food,1',
  'b,2024-05-01,1,9,,,toys,2',
  'b,2024-05-02,2,9,fair,,toys,2',
  'a,2024-05-03,,1.5,,,food,1',
  'b,2024-05-04,,8,fair,,toys,2',
];

/** The same rows as every kind of input. */
async function inputs(): Promise<Record<string, () => Promise<{ accepted: number; plans: number }>>> {
  const counts = ({ batch }: Awaited<ReturnType<typeof send>>): { accepted: number; plans: number } => ({
    accepted: batch.rowsAccepted,
    plans: batch.rowsPlanned,
  });
  const names = header.trim().split(',');
  const objects = lines.map((line) =>
    Object.fromEntries(line.split(',').map((text, i) => [names[i], text === '' ? null : text])),
  );
  const ndjson = `${objects.map((row) => JSON.stringify(row)).join('\n')}\n`;
  const source = await fixture.file('rows.csv', csv(...lines));
  const parquet = join(fixture.folder, 'rows.parquet');
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(`COPY (FROM read_csv('${source}')) TO '${parquet}' (FORMAT parquet)`);
  connection.closeSync();
  instance.closeSync();
  const { data } = fixture;
  return {
    'csv body': async () => counts(await send(csv(...lines))),
    'json body': async () =>
      counts(await data.ingestBody(project, Buffer.from(JSON.stringify(objects)), { format: 'json' })),
    'csv file': async () => counts(await data.ingestFile(project, source)),
    'ndjson file': async () =>
      counts(await data.ingestFile(project, await fixture.file('rows.ndjson', ndjson))),
    'parquet file': async () => counts(await data.ingestFile(project, parquet)),
  };
}

for (const kind of ['csv body', 'json body', 'csv file', 'ndjson file', 'parquet file'])
  test(`a ${kind} brings covariates, plans and attributes to the panel`, async () => {
    const take = (await inputs())[kind];
    assert.deepEqual(await take?.(), { accepted: 6, plans: 2 });
    assert.equal((await fixture.store.historyTotals(project.name)).periodMax, day('2024-05-02'));
    const panel = await panelOf();
    const first = panel.series[0];
    assert.deepEqual([first?.id, ...(first?.values ?? [])], ['a', 5, 6]);
    assert.deepEqual(cells(panel, 'price', { series: 'a', from: '2024-05-01', count: 4 }), [
      2.5,
      2.5,
      1.5,
      null,
    ]);
    assert.deepEqual(cells(panel, 'event', { series: 'a', from: '2024-05-01', count: 2 }), [null, 'fair']);
    assert.deepEqual(cells(panel, 'visitors', { series: 'a', from: '2024-05-01', count: 2 }), [10, 11]);
    const fixed = panel.covariates?.fixed.map(({ name, labels, values }) => [name, labels, ...values]);
    assert.deepEqual(fixed, [
      ['kind', ['food', 'toys'], 0, 1],
      ['size', null, 1, 2],
    ]);
    assert.deepEqual(await plansAfter('2024-05-02'), [
      ['a', day('2024-05-03'), { price: 1.5 }],
      ['b', day('2024-05-04'), { event: 'fair', price: 8 }],
    ]);
  });

test('rows say the same beside demand whether they come from the tail or from a segment', async () => {
  const read = async (): Promise<unknown[]> => {
    const rows: unknown[] = [];
    for await (const page of fixture.data.observationsSince(project.name, 0))
      for (const { seriesId, period, covariates = {}, batchSeq } of page.rows)
        rows.push([batchSeq, seriesId, period, ...Object.entries(covariates).sort().flat()]);
    return rows.map((row) => JSON.stringify(row)).sort();
  };
  await send(csv(...lines));
  await send(csv('a,2024-05-03,4,,,12,,', 'a,2024-05-05,,3,fair,,,'));
  const unsealed = await read();
  assert.equal(unsealed.length, 8);
  assert.ok(unsealed.includes(JSON.stringify([2, 'a', day('2024-05-05'), 'event', 'fair', 'price', 3])));
  await fixture.data.seal(project.name);
  assert.deepEqual(await read(), unsealed);
});

test('a plan moves no clock, is no label, and gives way to the demand that comes', async () => {
  await send(csv('a,2024-05-01,5,2.5,,,,'));
  const { batch } = await send(csv('a,2024-05-04,,1,fair,,,'));
  assert.deepEqual([batch.rowsPlanned, batch.periodMin, batch.periodMax], [1, null, null]);
  const window = { periodMin: day('2024-05-01'), periodMax: day('2024-05-09') };
  assert.equal((await fixture.store.readActuals(project.name, window)).length, 1);
  assert.deepEqual([...((await panelOf()).series[0]?.values ?? [])], [5]);
  // The sale says nothing of price and event: the plan still does.
  await fixture.data.ingestBody(project, Buffer.from('item,date,units\na,2024-05-04,7\n'), { format: 'csv' });
  const panel = await panelOf();
  assert.deepEqual([...(panel.series[0]?.values ?? [])], [5, 0, 0, 7]);
  assert.deepEqual(cells(panel, 'price', { series: 'a', from: '2024-05-04', count: 1 }), [1]);
  assert.deepEqual(cells(panel, 'event', { series: 'a', from: '2024-05-04', count: 1 }), ['fair']);
});

test('a plan that comes after the demand leaves the demand as it is', async () => {
  await send(csv('a,2024-05-04,7,2,,,,', 'a,2024-05-05,8,2,,,,'));
  const { batch } = await send(csv('a,2024-05-05,,3,,,,', 'a,2024-05-06,,4,,,,'));
  // Not later than what is known: that demand is missing now, as any row with an empty target says.
  assert.equal(batch.rowsPlanned, 1);
  const panel = await panelOf();
  assert.deepEqual([...(panel.series[0]?.values ?? [])].slice(0, 1), [7]);
  assert.deepEqual(cells(panel, 'price', { series: 'a', from: '2024-05-04', count: 3 }), [2, 3, 4]);
});

test('later plans replace earlier ones, sealed or not', async () => {
  await send(csv('a,2024-05-01,5,2,,,,', 'a,2024-05-03,,1,fair,,,'));
  await fixture.data.seal(project.name);
  await send(csv('a,2024-05-03,,1.25,,,,'));
  const panel = await panelOf();
  assert.deepEqual(cells(panel, 'price', { series: 'a', from: '2024-05-03', count: 1 }), [1.25]);
  assert.deepEqual(cells(panel, 'event', { series: 'a', from: '2024-05-03', count: 1 }), ['fair']);
});

test('hostile covariates quarantine their row, with the column and what it held', async () => {
  const long = 'x'.repeat(201);
  const { batch, problems } = await send(
    csv(
      'a,2024-05-01,5,cheap,,,,',
      'a,2024-05-02,5,1e400,,,,',
      'a,2024-05-03,5,NaN,,,,',
      `a,2024-05-04,5,2,${long},,,`,
      'a,2024-05-05,5,2,fa\u0007ir,,,',
      `a,2024-05-06,5,2,,,${long},`,
      'a,2024-05-07,5,yes,,1_000,,',
      'a,2024-05-08,5,,,,,',
    ),
  );
  assert.deepEqual([batch.rowsAccepted, batch.quarantinedByCode], [1, { 'bad-covariate': 7 }]);
  assert.match(problems[0]?.reason ?? '', /column "price": "cheap" is not a number; .*columns\.categories/);
  assert.match(problems[6]?.reason ?? '', /column "visitors": "1_000"/);
  const nested = JSON.stringify([{ item: 'a', date: '2024-05-09', units: 1, event: { name: 'fair' } }]);
  const json = await fixture.data.ingestBody(project, Buffer.from(nested), { format: 'json' });
  assert.deepEqual(json.batch.quarantinedByCode, { 'bad-row': 1 });
});

test('a plan may lie a thousand periods ahead, an observation may not, and a plan without a known value is none', async () => {
  const { batch } = await send(
    csv(
      'a,2024-06-01,5,2,,,,',
      'a,2025-01-01,,3,,,,',
      'a,2025-01-02,4,3,,,,',
      'a,2025-01-03,,,,7,,',
      'a,2150-01-01,,3,,,,',
    ),
  );
  assert.deepEqual([batch.rowsAccepted, batch.rowsPlanned], [2, 1]);
  assert.deepEqual(batch.quarantinedByCode, { 'future-time': 3 });
});

test('attributes come before the first sale, are added up, and are those of the snapshot', async () => {
  const table = (...rows: string[]): Uint8Array => Buffer.from(`item,kind,size\n${rows.join('\n')}\n`);
  const describe = (bytes: Uint8Array): ReturnType<typeof send> =>
    fixture.data.ingestAttributesBody(project, bytes, { format: 'csv' });
  const first = await describe(table('a,food,1', 'new,toys,', ',food,1'));
  assert.deepEqual([first.batch.rowsDescribed, first.batch.rowsAccepted], [2, 0]);
  assert.deepEqual(first.batch.quarantinedByCode, { 'null-series': 1 });
  await send(csv('a,2024-05-01,5,2,,,,'));
  const before = await panelOf();
  await describe(table('a,,3', 'a,,3'));
  const after = await panelOf();
  const sizeOf = (panel: Panel): number | undefined => panel.covariates?.fixed[1]?.values[0];
  assert.deepEqual([sizeOf(before), sizeOf(after)], [1, 3]);
  assert.equal(after.covariates?.fixed[0]?.labels?.[after.covariates.fixed[0].values[0] ?? -1], 'food');
  const known: [string, CovariateValues][] = [];
  for await (const page of fixture.data.attributesSince(project.name, { afterSeq: 0 }))
    known.push(...page.map((row): (typeof known)[number] => [row.seriesId, row.attributes]));
  assert.deepEqual(known, [
    ['a', { kind: 'food', size: '3' }],
    ['new', { kind: 'toys' }],
  ]);
  await assert.rejects(
    fixture.data.ingestAttributesBody(plain, table('a,food,1'), { format: 'csv' }),
    (error) => isAppError(error, 'data/no-attributes'),
  );
});

test('the same batch again changes nothing, attributes and plans included', async () => {
  const options = { format: 'csv', idempotencyKey: 'k' } as const;
  const once = await fixture.data.ingestBody(project, csv(...lines), options);
  const again = await fixture.data.ingestBody(project, csv(...lines), options);
  assert.deepEqual([again.replayed, again.batch], [true, once.batch]);
  const file = await fixture.file('items.csv', 'item,kind\na,food\n');
  const first = await fixture.data.ingestAttributesFile(project, file);
  assert.deepEqual((await fixture.data.ingestAttributesFile(project, file)).batch, first.batch);
  await assert.rejects(fixture.data.ingestBody(project, csv('a,2024-05-01,6,,,,,'), options), (error) =>
    isAppError(error, 'data/idempotency-conflict'),
  );
});

test('a project with plans and attributes alone has no history yet', async () => {
  await send(csv('a,2024-06-05,,2,,,food,'));
  await fixture.data.seal(project.name);
  await assert.rejects(fixture.data.createSnapshot(project.name), (error) =>
    isAppError(error, 'data/no-history'),
  );
});

test('the calendar is known for all series, past the end of the history, and is stored nowhere', async () => {
  const withCalendar: Project = { ...plain, calendar: { country: 'DE' } };
  await fixture.data.ingestBody(
    withCalendar,
    Buffer.from('item,date,units,out\na,2024-04-30,5,0\na,2024-05-02,6,0\n'),
    {
      format: 'csv',
    },
  );
  const panel = await panelOf(withCalendar);
  assert.deepEqual(cells(panel, 'holiday', { series: 'a', from: '2024-04-30', count: 11 }), [
    'none',
    'Labour Day',
    ...new Array(7).fill('none'),
    'Ascension Day',
    null,
  ]);
});
