// A row that was refused is mended over HTTP while a server runs: it lands once, its forecast knows it, and every list says so.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openAlmanac } from '../../src/app/main.ts';
import { ManualClock } from '../../src/core/index.ts';
import { AlmanacClient } from '../../src/interfaces/client/index.ts';
import { resolveConfig } from '../../src/interfaces/config/index.ts';

test('a refused row is mended over HTTP, lands once, and is marked', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'almanac-repair-'));
  const shop = { models: ['snaive'], columns: { series: 'item', time: 'date', target: 'units' } };
  const config = resolveConfig(
    { dataFolder: folder, port: 0, logLevel: 'silent', projects: { shop } },
    { cwd: folder },
  );
  const almanac = await openAlmanac(config, {
    version: 'test',
    clock: new ManualClock(Date.UTC(2026, 2, 1)),
  });
  try {
    const { url } = await almanac.listen();
    const client = new AlmanacClient({ baseUrl: url });
    const sent = await client.observe('shop', [
      { item: 'a', date: '2026-02-01', units: 5 },
      { item: 'OLD', date: '2026-02-02', units: '12 pcs' },
      { item: 'a', date: '2026-02-03', units: -1 },
    ]);
    assert.deepEqual(sent.quarantinedByCode, { 'bad-number': 1, negative: 1 });
    const fix = {
      batch: sent.batchId,
      code: 'bad-number',
      map: { item: { OLD: 'a' }, units: { '12 pcs': '12' } },
      reason: 'the old till',
    };
    const done = await client.repair('shop', fix);
    assert.deepEqual([done.rowsSent, done.batches[0]?.accepted, done.replayed], [1, 1, false]);
    assert.equal((await client.repair('shop', fix)).replayed, true);
    const rows = await client.quarantine('shop');
    assert.deepEqual(
      rows.map(({ code, repairedBy }) => [code, repairedBy]),
      [
        ['bad-number', done.batches[0]?.batchId],
        ['negative', null],
      ],
    );
    await almanac.data.seal('shop');
    const { rowCount, seriesCount } = await almanac.data.createSnapshot('shop');
    assert.deepEqual({ rowCount, seriesCount }, { rowCount: 2, seriesCount: 1 });
    await assert.rejects(client.repair('shop', { batch: sent.batchId, set: { colour: 'red' } }), {
      code: 'data/bad-repair',
      status: 400,
    });
    await assert.rejects(client.repair('shop', { batch: sent.batchId, rows: 'all', set: { units: '1' } }), {
      code: 'data/bad-repair',
    });
  } finally {
    await almanac.close();
    rmSync(folder, { recursive: true });
  }
});
