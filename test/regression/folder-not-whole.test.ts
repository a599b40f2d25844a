// A data folder whose database, log or stored files are gone, older, damaged or another's used to start as an empty, healthy
// server. It is refused with what to do; and however it was left, a folder that is whole opens.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { type DataFolder, openDataFolder } from '../../src/app/data-folder.ts';
import { type ErrorCode, IdSource, isAppError, ManualClock } from '../../src/core/index.ts';
import { commitOf, project, row, startMs } from '../conformance/store-fixtures.ts';

const clock = new ManualClock(startMs);
const ids = new IdSource(
  () => startMs,
  (bytes) => bytes.set(randomBytes(bytes.length)),
);
const segmentBytes = new TextEncoder().encode('rows of the history');

describe('a data folder that is not whole', () => {
  let base: string;
  let opened: DataFolder[];

  const open = async (folder: string, acceptLoss = false): Promise<DataFolder> => {
    const data = await openDataFolder(folder, { clock, ids, ...(acceptLoss ? { onLoss: () => {} } : {}) });
    opened.push(data);
    return data;
  };
  const refused = (folder: string, code: ErrorCode): Promise<void> =>
    assert.rejects(open(folder), (error) => isAppError(error, code) && error.hint.includes('estore'));
  /** What a kill leaves: the files as they are, and nobody who holds them. */
  const killed = (folder: string): string => {
    const copy = mkdtempSync(join(base, 'killed-'));
    cpSync(folder, copy, { recursive: true });
    return copy;
  };
  const fill = async (folder: string): Promise<DataFolder> => {
    const data = await open(folder);
    await data.store.putProject(project, startMs);
    const { hash } = await data.blobs.put(segmentBytes);
    await data.store.commitBatch({
      ...commitOf('file', [], { sealed: true }),
      segment: { hash, rows: 3, periodMin: 1, periodMax: 3 },
    });
    await data.store.commitBatch(commitOf('a', [row('apples', 1, 2)]));
    return data;
  };
  const shut = async (data: DataFolder): Promise<void> => {
    opened.splice(opened.indexOf(data), 1);
    await data.store.close();
  };
  const acceptable = async (folder: string): Promise<DataFolder> => {
    await shut(await open(folder, true));
    return await open(folder);
  };
  const batches = async ({ store }: DataFolder): Promise<number> =>
    (await store.listBatches('shop', { afterSeq: 0, limit: 100 })).length;

  beforeEach(() => {
    base = mkdtempSync(join(tmpdir(), 'almanac-folder-'));
    opened = [];
  });
  afterEach(async () => {
    for (const data of opened) await data.store.close();
    rmSync(base, { recursive: true, force: true });
  });

  test('without its database is refused, and goes on empty only when that is said', async () => {
    const folder = join(base, 'data');
    await shut(await fill(folder));
    for (const name of readdirSync(folder)) if (name.startsWith('control.sqlite')) rmSync(join(folder, name));
    await refused(folder, 'store/database-missing');
    // Blobs alone are enough to tell, also in folders from before there was a marker.
    rmSync(join(folder, 'almanac.json'));
    rmSync(join(folder, 'blobs', 'almanac.json'));
    await refused(folder, 'store/database-missing');
    writeFileSync(join(folder, 'control.sqlite'), '');
    await refused(folder, 'store/database-missing');
    assert.equal(await batches(await acceptable(folder)), 0);
  });

  test('without the log that a killed server leaves is refused; with it nothing is lost', async () => {
    const folder = join(base, 'data');
    await fill(folder);
    const whole = killed(folder);
    const torn = killed(folder);
    rmSync(join(torn, 'control.sqlite-wal'));
    await refused(torn, 'store/log-missing');
    writeFileSync(join(torn, 'control.sqlite-wal'), '');
    await refused(torn, 'store/log-missing');
    await acceptable(torn);
    assert.equal(await batches(await open(whole)), 2);
  });

  test('with an older database is refused', async () => {
    const folder = join(base, 'data');
    await shut(await fill(folder));
    const older = readFileSync(join(folder, 'control.sqlite'));
    const data = await open(folder);
    await data.store.commitBatch(commitOf('b', [row('apples', 2, 2)]));
    await shut(data);
    writeFileSync(join(folder, 'control.sqlite'), older);
    await refused(folder, 'store/database-older');
    assert.equal(await batches(await acceptable(folder)), 2);
  });

  test("with another folder's database or blobs is refused", async () => {
    const [folder, other] = [join(base, 'data'), join(base, 'other')];
    await shut(await fill(folder));
    await shut(await fill(other));
    const mixed = killed(folder);
    cpSync(join(other, 'control.sqlite'), join(mixed, 'control.sqlite'));
    await refused(mixed, 'store/other-folder');
    rmSync(join(folder, 'blobs'), { recursive: true });
    cpSync(join(other, 'blobs'), join(folder, 'blobs'), { recursive: true });
    await refused(folder, 'store/other-folder');
    await acceptable(folder);
  });

  test('without its blobs, or one file of its history, is refused', async () => {
    const folder = join(base, 'data');
    const data = await fill(folder);
    const [segment] = await data.store.listSegments('shop', { batchSeqMax: 10 });
    await shut(data);
    const empty = killed(folder);
    rmSync(join(empty, 'blobs'), { recursive: true });
    await refused(empty, 'store/files-missing');
    const hash = segment?.hash as string;
    rmSync(join(folder, 'blobs', hash.slice(0, 2), hash));
    await refused(folder, 'store/files-missing');
    await acceptable(folder);
  });

  test('with damaged pages is refused whatever is accepted', async () => {
    const folder = join(base, 'data');
    const data = await fill(folder);
    for (let i = 0; i < 50; i++)
      await data.store.commitBatch(commitOf(`more${i}`, [row('apples', i + 5, 2)]));
    await shut(data);
    const path = join(folder, 'control.sqlite');
    const bytes = readFileSync(path);
    for (let page = 4; page * 4096 < bytes.length; page += 3)
      bytes.fill(0x5a, page * 4096, page * 4096 + 600);
    writeFileSync(path, bytes);
    await refused(folder, 'store/corrupt');
    await assert.rejects(open(folder, true), (error) => isAppError(error, 'store/corrupt'));
  });

  test('is told from one that several processes have open, and close in any order', async () => {
    const folder = join(base, 'data');
    const first = await fill(folder);
    const second = await open(folder);
    await shut(first);
    const third = await open(folder);
    await Promise.all([shut(second), shut(third)]);
    assert.equal(await batches(await open(folder)), 2);
  });

  test('is its owner’s alone', async () => {
    const folder = join(base, 'data');
    await fill(folder);
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (entry.name.endsWith('.lock')) continue; // empty
      const { mode } = statSync(join(entry.parentPath, entry.name));
      assert.equal((mode & 0o777).toString(8), entry.isDirectory() ? '700' : '600', entry.name);
    }
    assert.equal((statSync(folder).mode & 0o777).toString(8), '700');
  });
});
