import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { projectLike } from '../../../test/fixtures/project.ts';
import { type DataFixture, openDataFixture } from '../../../test/hostile/data-fixture.ts';
import { foldedSeriesId, frozenChange, periodOf } from '../../core/index.ts';

const shop = projectLike({
  columns: { series: ['site', 'item'], time: 'date', target: 'units', static: ['brand'] },
  keys: 'fold',
});
const first = periodOf(shop.grid, Date.UTC(2024, 4, 1));

let fixture: DataFixture;
beforeEach(async () => {
  fixture = await openDataFixture();
  await fixture.store.putProject(shop, 0);
});
afterEach(() => fixture.close());

async function known(): Promise<Record<string, number>> {
  const rows = await fixture.store.readActuals('shop', { periodMin: first, periodMax: first + 9 });
  return Object.fromEntries(
    rows.map(({ seriesId, period, value }) => [`${seriesId} ${period - first}`, value]),
  );
}

test('spellings that look alike are one series, in bodies, files, attributes and withdrawals', async () => {
  const body =
    'site,item,date,units,brand\nNorth,K\u00e4se,2024-05-01,1,\n north ,Ka\u0308se\u00a0,2024-05-02,2,\n';
  await fixture.data.ingestBody(shop, Buffer.from(body), { format: 'csv' });
  const path = await fixture.file(
    'c.csv',
    'site,item,date,units,brand\nNORTH,k\u00c4SE\u200b,2024-05-03,3,\n',
  );
  await fixture.data.ingestFile(shop, path);
  assert.deepEqual(await known(), { 'north/k\u00e4se 0': 1, 'north/k\u00e4se 1': 2 });
  await fixture.data.ingestAttributesBody(
    shop,
    Buffer.from('[{"site":"North","item":"K\u00c4SE","brand":"x"}]'),
    {
      format: 'json',
    },
  );
  const [described] = await fixture.store.readAttributes('shop', {
    batchSeqMax: 99,
    afterSeq: 0,
    afterId: '',
    limit: 9,
  });
  assert.equal(described?.seriesId, 'north/k\u00e4se');
  const { withdrawal } = await fixture.data.withdraw(shop, { seriesId: 'North/K\u00e4se', reason: '' });
  assert.equal(withdrawal.rows, 3);
});

test('two spellings that say different things of one day contradict each other', async () => {
  const body = 'site,item,date,units\nn,a,2024-05-01,1\nN,A,2024-05-01,2\n';
  const { batch } = await fixture.data.ingestBody(shop, Buffer.from(body), { format: 'csv' });
  assert.deepEqual(batch.quarantinedByCode, { conflict: 2 });
});

test('a key that holds nothing to see is empty, and a slash in a part stays in its part', async () => {
  const body = 'site,item,date,units\nn,\u200b,2024-05-01,1\nN,A/B,2024-05-01,2\n';
  const { batch } = await fixture.data.ingestBody(shop, Buffer.from(body), { format: 'csv' });
  assert.deepEqual(batch.quarantinedByCode, { 'null-series': 1 });
  assert.deepEqual(await known(), { 'n/a%2Fb 0': 2 });
  assert.equal(foldedSeriesId('N/A%2FB', shop), 'n/a%2Fb');
  assert.equal(foldedSeriesId('N/A', projectLike({})), 'N/A');
});

test('whether keys are folded cannot change once there is data', () => {
  assert.equal(frozenChange(shop, { ...shop, keys: 'exact' })?.setting, 'keys');
  assert.equal(frozenChange(projectLike({}), projectLike({ keys: 'exact' })), undefined);
});
