// The history where its blobs are not files of this machine: each process has a cache of its own, which may go at any time.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { project as fixture } from '../../../test/conformance/store-fixtures.ts';
import { MemoryBlobs } from '../../../test/sim/memory-blobs.ts';
import { IdSource, ManualClock, Rng } from '../../core/index.ts';
import { openFileBlobs, openLocalCache } from '../../storage/files/index.ts';
import { openSqliteStore } from '../../storage/sqlite/index.ts';
import { systemTimers } from '../jobs/index.ts';
import { type DataService, openData } from './data-service.ts';

test('what one process takes in, seals and refuses, others read that have none of its files', async () => {
  const base = mkdtempSync(join(tmpdir(), 'almanac-elsewhere-'));
  const clock = new ManualClock(Date.UTC(2026, 0, 20));
  const rng = new Rng(3);
  const ids = new IdSource(
    () => clock.now(),
    (bytes) => {
      for (let i = 0; i < bytes.length; i++) bytes[i] = rng.below(256);
    },
  );
  const store = openSqliteStore({ path: ':memory:', clock });
  const blobs = new MemoryBlobs();
  const project = { ...fixture, columns: { series: ['item'], time: 'date', target: 'units' } };
  await store.putProject(project, clock.now());
  let processes = 0;
  const inAnother = async <T>(work: (data: DataService) => Promise<T>): Promise<T> => {
    const own = join(base, String(processes++));
    const folder = openFileBlobs({ folder: own, ids });
    const files = openLocalCache({ blobs, folder, bytesMax: 1, clock: { now: () => Date.now() } });
    const scratchFolder = join(own, 'scratch');
    const data = openData({ store, blobs, files, ids, clock, timers: systemTimers, scratchFolder });
    try {
      return await work(data);
    } finally {
      await data.close();
      rmSync(own, { recursive: true, force: true });
    }
  };
  try {
    const path = join(base, 'history.csv');
    const rows = Array.from(
      { length: 9 },
      (_, day) => `a,2026-01-0${day + 1},${day}\nb,2026-01-0${day + 1},1`,
    );
    writeFileSync(path, `item,date,units\n${rows.join('\n')}\na,never,1\n`);
    const { batch } = await inAnother((data) => data.ingestFile(project, path));
    await inAnother((data) =>
      data.ingestBody(project, Buffer.from('item,date,units\na,2026-01-10,12\n'), { format: 'csv' }),
    );
    assert.equal((await inAnother((data) => data.seal(project.name))).rows, 1);
    const { id } = await inAnother((data) => data.createSnapshot(project.name));
    const { series } = await inAnother((data) => data.readPanel(project, id));
    assert.deepEqual([...(series.find((one) => one.id === 'a')?.values ?? [])].slice(-2), [8, 12]);
    const refused = await inAnother((data) => data.quarantine(project.name, { batchId: batch.id, limit: 9 }));
    assert.deepEqual(
      refused.map(({ code }) => code),
      ['bad-time'],
    );
    const requests = await blobs.put(Buffer.from('item\nb\n'));
    const table = await inAnother((data) =>
      data.readRequests(project, { hash: requests.hash, name: 'wanted.csv' }, { from: 0, to: 1 }),
    );
    assert.deepEqual(table.seriesIds, ['b']);
    const bad = await blobs.put(Buffer.from('other\nb\n'));
    await assert.rejects(
      inAnother((data) =>
        data.readRequests(project, { hash: bad.hash, name: 'wanted.csv' }, { from: 0, to: 1 }),
      ),
      /wanted\.csv/,
    );
  } finally {
    await store.close();
    rmSync(base, { recursive: true, force: true });
  }
});
