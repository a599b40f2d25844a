import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { projectLike } from '../../../test/fixtures/project.ts';
import { type DataFixture, openDataFixture } from '../../../test/hostile/data-fixture.ts';
import { periodOf } from '../../core/index.ts';

const shop = projectLike({
  columns: {
    series: ['sku'],
    time: 'date',
    target: 'units',
    stockout: 'out',
    known: ['price', 'promo'],
    categories: ['promo'],
  },
  conflicts: 'last',
});
const day = (text: string): number => periodOf(shop.grid, Date.parse(text));
const window = { from: day('2024-05-01'), to: day('2024-05-31') };
const hostile = `it's "a"; DROP TABLE x --`;
let fixture: DataFixture;

before(async () => {
  fixture = await openDataFixture();
  await fixture.store.putProject(shop, 0);
  const file = [
    'sku,date,units,out,price,promo',
    'a,2023-05-02,7,0,9,',
    'a,2024-05-01,4,0,2,',
    'a,2024-05-02,6,0,4,leaflet',
    'a,2024-05-03,1,1,4,',
    'a,2024-05-04,,0,,',
    'b,2024-05-02,3,0,,',
    'a,2024-06-03,,,3,leaflet',
  ];
  await fixture.data.ingestFile(shop, await fixture.file('first.csv', `${file.join('\n')}\n`));
  const rows = [
    { sku: 'a', date: '2024-05-02', units: 5 },
    { sku: 'a', date: '2024-05-05', units: -2 },
    { sku: 'a', date: '2024-05-06', units: 8, price: 2 },
    { sku: hostile, date: '2024-05-06', units: 2 },
    { sku: 'a', date: '2024-06-04', price: 5 },
  ];
  await fixture.data.ingestBody(shop, Buffer.from(JSON.stringify(rows)), { format: 'json' });
});
after(() => fixture.close());

test('each period of a series has its latest word, sealed or not, with what is known beside it', async () => {
  const known = await fixture.data.seriesHistory(shop, {
    seriesId: 'a',
    from: window.from,
    to: day('2024-06-04'),
  });
  assert.deepEqual(
    known.map(({ period, value, status, covariates }) => [period - window.from, value, status, covariates]),
    [
      [0, 4, 0, { price: 2 }],
      [1, 5, 0, { price: 4, promo: 'leaflet' }],
      [2, 1, 2, { price: 4 }],
      [3, Number.NaN, 1, {}],
      [4, Number.NaN, 4, {}],
      [5, 8, 0, { price: 2 }],
      [33, Number.NaN, 3, { price: 3, promo: 'leaflet' }],
      [34, Number.NaN, 3, { price: 5 }],
    ],
  );
  const other = await fixture.data.seriesHistory(shop, { seriesId: hostile, ...window });
  assert.deepEqual(
    other.map(({ value }) => value),
    [2],
  );
  assert.deepEqual(await fixture.data.seriesHistory(shop, { seriesId: 'nobody', ...window }), []);
});

test('what was taken back says nothing of demand', async () => {
  const of = { seriesId: 'a', from: window.from + 5, to: window.from + 5 };
  const { withdrawal } = await fixture.data.withdraw(shop, {
    seriesId: 'a',
    periodMin: of.from,
    periodMax: of.to,
    reason: 'test',
  });
  const [period] = await fixture.data.seriesHistory(shop, of);
  assert.deepEqual([period?.value, period?.status], [Number.NaN, 3]);
  await fixture.data.restoreWithdrawal(shop, withdrawal.id);
  assert.equal((await fixture.data.seriesHistory(shop, of))[0]?.value, 8);
});

test('of all series at a glance: units, their squares, mean price by units, and what was sold a year before', async () => {
  const before = { from: day('2023-05-01'), to: day('2023-05-31') };
  const figures = await fixture.data.seriesFigures(shop, { ...window, before, price: 'price' });
  assert.deepEqual(figures.ids, ['a', 'b', hostile].sort());
  assert.deepEqual(
    [...figures.first].map((first) => first - window.from),
    [-365, 1, 5],
  );
  assert.deepEqual(
    [...figures.newest].map((newest) => newest - window.from),
    [5, 1, 5],
  );
  assert.deepEqual([...figures.known], [3, 1, 1]);
  assert.deepEqual([...figures.unknown], [2, 0, 0]);
  assert.deepEqual([...figures.units], [17, 3, 2]);
  assert.deepEqual([...figures.squares], [16 + 25 + 64, 9, 4]);
  assert.deepEqual([...figures.price], [(4 * 2 + 5 * 4 + 8 * 2) / 17, Number.NaN, Number.NaN]);
  assert.deepEqual([...figures.unitsBefore], [7, 0, 0]);
  const without = await fixture.data.seriesFigures(shop, { ...window, before, price: null });
  assert.ok(without.price.every(Number.isNaN));
});
