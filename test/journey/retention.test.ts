// Retention of a whole installation: forecasts that have outlived their age go in a thread, once a day, and the command shows it;
// rows are refused while the disk has less free than must be.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openAlmanac } from '../../src/app/main.ts';
import { retentionThread } from '../../src/app/retention-thread.ts';
import { ManualClock } from '../../src/core/index.ts';
import { resolveConfig } from '../../src/interfaces/config/index.ts';
import { predictionOf } from '../conformance/store-fixtures.ts';
import { assertRefused, commandJson } from './command.ts';

const dayMs = 86_400_000;
const projects = { shop: { columns: { series: 'item', time: 'date', target: 'units' } } };

test('what has outlived its age goes once a day, in a thread; a full disk refuses rows and says why', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'almanac-retention-'));
  try {
    await writeFile(join(folder, 'almanac.config.json'), JSON.stringify({ projects }));
    const config = resolveConfig({ dataFolder: join(folder, '.almanac'), projects }, { cwd: folder });
    const clock = new ManualClock(Date.now());
    const almanac = await openAlmanac(config, { version: 'test', clock });
    const made = [500, 399, 0].map((age, i) =>
      predictionOf(`prd_${i}`, { madeAt: clock.now() - age * dayMs }),
    );
    await almanac.store.appendPredictions(made);
    const looked = await almanac.retention.preview();
    assert.equal(looked.find(({ kind }) => kind === 'predictions')?.count, 1);
    const thread = retentionThread({
      config,
      store: almanac.store,
      stores: { kind: 'folder', folder: config.dataFolder },
      clock,
    });
    assert.equal((await thread.runWhenDue())?.predictions, 1);
    assert.equal(await thread.runWhenDue(), undefined, 'a day has not passed');
    clock.moveTo(clock.now() + 2 * dayMs);
    assert.equal((await thread.runWhenDue())?.predictions, 1);
    assert.equal((await almanac.store.predictionStats('shop')).count, 1);
    assert.ok(await almanac.store.getPrediction('prd_2'));
    await almanac.close();

    const shown = await commandJson<{ removed: { kind: string; removed: number }[] }>(folder, 'retention');
    assert.deepEqual(
      shown.removed.map(({ kind, removed }) => ({ kind, removed })),
      [{ kind: 'predictions', removed: 2 }],
    );
    await writeFile(join(folder, 'rows.csv'), 'item,date,units\na,2026-01-01,1\n');
    const ingest = ['ingest', 'rows.csv', '--limits-free-megabytes-min', '1000000000'];
    await assertRefused(folder, ingest, {
      exit: 1,
      says: /must stay so: no rows are taken in[\s\S]*store\/full/,
    });
    await commandJson(folder, 'ingest', 'rows.csv');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
