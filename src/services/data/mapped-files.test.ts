// Files of several senders for one project, each by a mapping of its own, through every way in.

import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { projectLike } from '../../../test/fixtures/project.ts';
import { xlsxOf } from '../../../test/fixtures/xlsx-files.ts';
import { type DataFixture, openDataFixture } from '../../../test/hostile/data-fixture.ts';
import {
  type Dialect,
  defaultDialect,
  type MappedNames,
  mappedDialect,
  mappedProject,
  ObservationStatus,
  type Project,
  periodLabel,
} from '../../core/index.ts';

const shop = projectLike({
  columns: {
    series: ['site', 'item'],
    time: 'date',
    target: 'units',
    known: ['promo'],
    past: ['visitors'],
    static: ['group'],
  },
});

let fixture: DataFixture;
beforeEach(async () => {
  fixture = await openDataFixture();
  await fixture.store.putProject(shop, 0);
});
afterEach(() => fixture.close());

const erp = by(
  {
    columns: { site: 'Filiale', item: 'Artikel', date: 'Datum', units: 'Menge', promo: 'Aktion' },
    values: { site: { 'Hamburg Nord': 'HH1', Berlin: 'B1' }, promo: { keine: '0', Aktion: '1' } },
  },
  { decimal: ',', thousands: '.', dateFormat: 'dd.MM.yyyy' },
);
const till = by({ columns: { item: 'sku', units: 'sold' }, values: {} }, { dateFormat: 'MM/dd/yyyy' });

function by(names: MappedNames, dialect: Partial<Dialect>): Project {
  return mappedProject(shop, { ...names, dialect: { ...defaultDialect, ...dialect } }, 'a mapping');
}

/** What is known now: of each series and day what the last row says. */
async function known(): Promise<string[]> {
  const found = new Map<string, string>();
  for await (const { rows } of fixture.data.observationsSince('shop', 0))
    for (const { seriesId, period, value, status, covariates } of rows) {
      if (status !== ObservationStatus.observed) continue;
      const promo = covariates?.promo === undefined ? '' : ` promo ${covariates.promo}`;
      found.set(`${seriesId} ${periodLabel(shop.grid, period)}`, `${value}${promo}`);
    }
  return Array.from(found, ([key, said]) => `${key} ${said}`).sort();
}

test('two exports that call and write everything otherwise are one project, each by its mapping', async () => {
  // `units` is something else there, and is not taken for the demand.
  const one = await fixture.file(
    'absatz.csv',
    'Filiale;Artikel;Datum;units;Menge;Aktion\nHamburg Nord;A;01.02.2024;99;1.234,5;keine\nKiel;A;01.02.2024;99;3;Aktion\n',
  );
  const other = await fixture.file('till.csv', 'site,sku,date,sold\nHH1,A,02/03/2024,7\n');
  await fixture.data.ingestFile(erp, one);
  await fixture.data.ingestFile(till, other);
  const workbook = xlsxOf({
    sheets: [
      {
        name: 'Absatz',
        rows: [
          ['Filiale', 'Artikel', 'Datum', 'Menge', 'Aktion'],
          ['Berlin', 'B', { number: 45296, format: 'dd/mm/yyyy' }, 2.5, 'Aktion'],
        ],
      },
    ],
  });
  await fixture.data.ingestFile(erp, await fixture.file('absatz.xlsx', workbook));
  const line = JSON.stringify({
    Filiale: 'Berlin',
    Artikel: 'C',
    Datum: '05.01.2024',
    Menge: '1.000',
    Aktion: 1,
  });
  await fixture.data.ingestBody(erp, Buffer.from(`${line}\n`), { format: 'ndjson' });
  assert.deepEqual(await known(), [
    'B1/B 2024-01-05 2.5 promo 1',
    'B1/C 2024-01-05 1000 promo 1',
    'HH1/A 2024-02-01 1234.5 promo 0',
    'HH1/A 2024-02-03 7',
    'Kiel/A 2024-02-01 3 promo 1',
  ]);
});

test('a wide table is read by a mapping, and words are exchanged once, however many periods there are', async () => {
  const swapped = by(
    { columns: { site: 'Ort', item: 'Artikel' }, values: { site: { A: 'B', B: 'A' } } },
    { decimal: ',' },
  );
  const path = await fixture.file('wide.csv', 'Ort;Artikel;2024-01-01;2024-01-02\nA;x;1,5;2\nB;x;3;4\n');
  await fixture.data.ingestFile(swapped, path);
  assert.deepEqual(await known(), [
    'A/x 2024-01-01 3',
    'A/x 2024-01-02 4',
    'B/x 2024-01-01 1.5',
    'B/x 2024-01-02 2',
  ]);
});

test('a file that the mapping does not fit is refused by the name that it would have there', async () => {
  const path = await fixture.file('other.csv', 'Filiale;Artikel;Tag;Menge\nBerlin;A;01.02.2024;1\n');
  await assert.rejects(fixture.data.ingestFile(erp, path), {
    code: 'data/missing-column',
    message: 'other.csv has no column "Datum", "Aktion"; it has: Filiale, Artikel, Tag, Menge',
  });
  await assert.rejects(fixture.data.validateFile(erp, path), { code: 'data/missing-column' });
});

test('refused rows are mended as they were written, and what was exchanged is not exchanged again', async () => {
  const project = by(
    { columns: { item: 'Artikel', units: 'Menge' }, values: { site: { A: 'B', B: 'A' } } },
    { decimal: ',', thousands: '.', dateFormat: 'dd.MM.yyyy' },
  );
  const path = await fixture.file(
    'absatz.csv',
    'site;Artikel;date;Menge\nA;x;01.02.2024;1.500,5\nB;x;01.02.2024;-2.000,5\nB;x;02.02.2024;zwei\n',
  );
  const { batch } = await fixture.data.ingestFile(project, path);
  assert.equal(batch.rowsQuarantined, 2);
  const by1 = { by: 'cli ann', batchId: batch.id };
  const first = await fixture.data.repair(
    { ...shop, nonNegative: false },
    { ...by1, code: 'negative', accept: true },
  );
  assert.equal(first.batches[0]?.rowsAccepted, 1, JSON.stringify(first.problems));
  const still = await fixture.data.repair(shop, {
    ...by1,
    code: 'bad-number',
    edit: { map: { units: { zwei: 'zwo' } } },
  });
  assert.equal(still.problems[0]?.code, 'bad-number');
  const last = still.batches[0]?.id ?? '';
  await fixture.data.repair(shop, {
    by: 'cli ann',
    batchId: last,
    edit: { map: { units: { zwo: '2.000' } } },
  });
  assert.deepEqual(await known(), ['A/x 2024-02-01 -2000.5', 'A/x 2024-02-02 2000', 'B/x 2024-02-01 1500.5']);
  const [shown] = await fixture.data.quarantine('shop', { limit: 1, batchId: batch.id });
  assert.deepEqual(
    Object.keys(shown ?? {}).sort(),
    ['batchId', 'code', 'raw', 'reason', 'repairedBy', 'row'],
    'how its cells are written is nobody else’s business',
  );
});

test('attributes and files to evaluate are read by a mapping too', async () => {
  const names = { columns: { item: 'Artikel', group: 'Gruppe' }, values: { group: { Obst: 'fruit' } } };
  const path = await fixture.file('items.csv', 'site;Artikel;Gruppe\nHH1;A;Obst\n');
  await fixture.data.ingestAttributesFile(by(names, {}), path);
  const described: unknown[] = [];
  for await (const page of fixture.data.attributesSince('shop', { afterSeq: 0 }))
    for (const { seriesId, attributes } of page) described.push([seriesId, attributes.group]);
  assert.deepEqual(described, [['HH1/A', 'fruit']]);
  await assert.rejects(
    fixture.data.ingestAttributesFile(by(names, {}), await fixture.file('b.csv', 'site;Artikel\nHH1;A\n')),
    { code: 'data/missing-column' },
  );
  const sales = 'Artikel;Tag;Menge;Preis;units\nx;01.02.2024;1,5;2,5;9\nx;02.02.2024;2,5;3,5;9\n';
  const mapping = {
    columns: { item: 'Artikel', date: 'Tag', units: 'Menge', price: 'Preis' },
    values: { item: { x: 'X' } },
    dialect: { ...defaultDialect, decimal: ',' as const, dateFormat: 'dd.MM.yyyy' },
  };
  const table = await fixture.data.readTable({
    path: await fixture.file('sales.csv', sales),
    series: ['item'],
    time: 'date',
    target: 'units',
    frequency: 'day',
    known: ['price'],
    where: 'price > 3',
    dialect: mappedDialect(mapping),
  });
  assert.deepEqual([table.seriesIds, [...table.values]], [['X'], [2.5]]);
});

test('the same bytes by another mapping are refused with the batch that they were, and land once that is taken back', async () => {
  const text = 'Filiale,sku,date,sold,units\nHH1,A,2024-05-01,3,7\n';
  const path = await fixture.file('two.csv', text);
  const one = by({ columns: { site: 'Filiale', item: 'sku', units: 'sold' }, values: {} }, {});
  const other = by({ columns: { site: 'Filiale', item: 'sku' }, values: {} }, {});
  const { batch } = await fixture.data.ingestFile(one, path);
  assert.deepEqual(await known(), ['HH1/A 2024-05-01 3']);
  assert.equal((await fixture.data.ingestFile(one, path)).replayed, true);
  const refused = { code: 'data/read-otherwise', message: new RegExp(batch.id) };
  await assert.rejects(fixture.data.ingestFile(other, path), refused);
  assert.deepEqual(await known(), ['HH1/A 2024-05-01 3']);
  await fixture.data.withdraw(shop, { batchId: batch.id, reason: 'the wrong column' });
  await fixture.data.ingestFile(other, path, { idempotencyKey: 'the right column' });
  assert.deepEqual((await known()).at(-1), 'HH1/A 2024-05-01 7');
  const body = { format: 'csv', idempotencyKey: 'monday' } as const;
  await fixture.data.ingestBody(one, Buffer.from(text), body);
  assert.equal((await fixture.data.ingestBody(one, Buffer.from(text), body)).replayed, true);
  await assert.rejects(fixture.data.ingestBody(other, Buffer.from(text), body), {
    code: 'data/idempotency-conflict',
    message: /another mapping/,
  });
});
