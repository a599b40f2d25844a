import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { projectLike } from '../fixtures/project.ts';
import { type DataFixture, openDataFixture } from '../hostile/data-fixture.ts';

type Workbook = (columns: readonly object[], rows: readonly (readonly unknown[])[]) => Uint8Array;
/** Not a plain import: the dashboard is compiled with the types of a browser. */
const { workbook } = (await import(new URL('../../web/xlsx.ts', import.meta.url).href)) as {
  workbook: Workbook;
};

let fixture: DataFixture;
before(async () => {
  fixture = await openDataFixture();
});
after(() => fixture.close());

test('a workbook that the dashboard saves is read back: texts, numbers and days as they were', async () => {
  const shop = projectLike({ columns: { series: ['item'], time: 'date', target: 'units' } });
  const rows = [
    ['=1+1', '2024-03-01', 4.5],
    ['<b>&"x"', '2024-03-02', 3e-7],
    ['a_x0041_b', '2024-03-03', 1_000_000_000],
  ] as const;
  const columns = [{ title: 'item' }, { title: 'date', date: 'day' }, { title: 'units' }];
  const path = await fixture.file('orders.xlsx', workbook(columns, rows));
  await fixture.store.putProject(shop, 0);
  await fixture.data.ingestFile(shop, path);
  for (const [series, date, units] of rows) {
    const period = Date.parse(date) / 86_400_000;
    const known = await fixture.data.seriesHistory(shop, { seriesId: series, from: period, to: period });
    assert.deepEqual(
      known.map(({ value }) => value),
      [units],
      series,
    );
  }
});
