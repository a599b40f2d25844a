import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { MemoryBlobs } from '../../../test/sim/memory-blobs.ts';
import { IdSource, isAppError } from '../../core/index.ts';
import type { LocalFiles } from '../ports/index.ts';
import { openLocalCache } from './local-cache.ts';
import { type FileBlobs, openFileBlobs } from './open.ts';

const hourMs = 3_600_000;
let path: string;
let blobs: MemoryBlobs;
let fetches: number;
let folder: FileBlobs;
/** Hours after now that the cache takes it to be. */
let hours: number;

beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'almanac-cache-'));
  blobs = new MemoryBlobs();
  fetches = 0;
  hours = 0;
  let made = 0;
  folder = openFileBlobs({
    folder: path,
    ids: new IdSource(
      () => 1_700_000_000_000,
      (bytes) => bytes.fill(made++),
    ),
  });
});
afterEach(() => rmSync(path, { recursive: true, force: true }));

function cache(bytesMax: number): LocalFiles {
  const counted = {
    put: blobs.put.bind(blobs),
    stream: (hash: string) => {
      fetches += 1;
      return blobs.stream(hash);
    },
  };
  const clock = { now: () => Date.now() + hours * hourMs };
  return openLocalCache({ blobs: counted, folder, bytesMax, clock });
}

const put = async (letter: string): Promise<string> =>
  (await blobs.put(Buffer.from(letter.repeat(1000)))).hash;

test('fetches a blob once, also for many who ask at once', async () => {
  const files = cache(1e6);
  const hash = await put('a');
  await Promise.all(Array.from({ length: 9 }, () => files.localPath(hash)));
  await files.localPath(hash);
  assert.equal(fetches, 1);
  const path = files.scratchPath('.parquet');
  writeFileSync(path, 'made here');
  await files.localPath((await files.adopt(path)).hash);
  assert.equal(fetches, 1, 'what was written here need not be fetched');
});

test('keeps to its bound, oldest use first, and never removes what was asked for within the hour', async () => {
  const files = cache(2500);
  const [a, b, c, d] = [await put('a'), await put('b'), await put('c'), await put('d')];
  const paths = [await files.localPath(a), await files.localPath(b), await files.localPath(c)];
  assert.ok(paths.every(existsSync), 'all three are in use, whatever the bound');
  hours = 2;
  await files.localPath(d);
  assert.deepEqual(
    [a, b, c, d].map((hash) => existsSync(folder.pathOf(hash))),
    [false, false, true, true],
  );
  await files.localPath(a);
  assert.equal(fetches, 5);
});

test('what was used again is not the oldest', async () => {
  const files = cache(2500);
  const [a, b, c] = [await put('a'), await put('b'), await put('c')];
  await files.localPath(a);
  await files.localPath(b);
  await new Promise((resolve) => setTimeout(resolve, 10));
  await files.localPath(a);
  hours = 2;
  await files.localPath(c);
  assert.deepEqual(
    [a, b, c].map((hash) => existsSync(folder.pathOf(hash))),
    [true, false, true],
  );
});

test('fetches again what is damaged here, and keeps nothing that is damaged there', async () => {
  const hash = await put('a');
  const path = await cache(1e6).localPath(hash);
  writeFileSync(path, 'damaged');
  let made = 100;
  folder = openFileBlobs({
    folder: join(path, '..', '..'),
    ids: new IdSource(
      () => 1_700_000_000_000,
      (bytes) => bytes.fill(made++),
    ),
  });
  assert.equal(readFileSync(await cache(1e6).localPath(hash), 'utf8'), 'a'.repeat(1000));
  const other = await put('b');
  blobs.damage(other);
  await assert.rejects(cache(1e6).localPath(other), (error) => isAppError(error, 'store/blob-corrupt'));
  assert.equal(existsSync(folder.pathOf(other)), false);
  await put('b');
  await cache(1e6).localPath(other);
});
