// A period of which all rows of a file were refused was written with the covariates of whatever row had stood in its place of
// the buffer before: the price of another item, 2,048 rows earlier.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { covariateAt, type Project } from '../../src/core/index.ts';
import { openDataFixture, project as plain } from '../hostile/data-fixture.ts';

const project: Project = {
  ...plain,
  columns: { series: ['item'], time: 'date', target: 'units', known: ['price'] },
};
const dayMs = 86_400_000;
const days = 40;
const items = 60;
const date = (day: number): string => new Date(Date.UTC(2024, 0, 1) + day * dayMs).toISOString().slice(0, 10);

test('a refused row of a file brings no covariates, its own or others', async () => {
  const fixture = await openDataFixture();
  try {
    const rows: string[] = [];
    for (let item = 0; item < items; item++)
      for (let day = 0; day < days; day++)
        rows.push(`i${100 + item},${date(day)},${item === 59 && day === 20 ? 'x' : 7},${item + 1}`);
    const path = await fixture.file('sales.csv', `item,date,units,price\n${rows.join('\n')}\n`);
    const { batch } = await fixture.data.ingestFile(project, path);
    assert.deepEqual(batch.quarantinedByCode, { 'bad-number': 1 });
    const { id } = await fixture.data.createSnapshot(project.name);
    const panel = await fixture.data.readPanel(project, id);
    const price = panel.covariates?.varying.find(({ name }) => name === 'price');
    assert.ok(panel.covariates && price);
    const { covariates } = panel;
    const first = panel.series[59]?.start ?? 0;
    const at = (day: number): number => covariateAt(covariates, price, { series: 59, period: first + day });
    assert.equal(at(19), 60);
    // Unknown, and so taken from the day before.
    assert.equal(at(20), 60);
    assert.equal(at(21), 60);
  } finally {
    await fixture.close();
  }
});
