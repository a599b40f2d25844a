import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { IdSource } from '../../core/index.ts';
import { blobFiles } from './blob-files.ts';
import { type FileBlobs, openFileBlobs } from './open.ts';

const long = new Date('2020-01-01');
let folder: string;
let blobs: FileBlobs;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'almanac-blobs-'));
  let made = 0;
  blobs = openFileBlobs({
    folder,
    ids: new IdSource(
      () => 1_700_000_000_000,
      (bytes) => bytes.fill(made++),
    ),
  });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('what a killed remover left half-way has its name again, and does not look old', async () => {
  const { hash } = await blobs.put(Buffer.from('on its way out'));
  const path = blobs.pathOf(hash);
  renameSync(path, `${path}.going`);
  utimesSync(`${path}.going`, long, long);
  assert.equal(await blobs.has(hash), false);
  for (let look = 0; look < 2; look++)
    assert.deepEqual(
      (await blobs.list({ after: '', limit: 9 })).map((blob) => blob.hash),
      [hash],
    );
  assert.equal((await blobs.get(hash)).length, 14);
  assert.ok(statSync(path).mtimeMs > long.getTime());
  // Put again meanwhile: it is there once.
  writeFileSync(`${path}.going`, 'on its way out');
  assert.equal((await blobs.list({ after: '', limit: 9 })).length, 1);
});

test('other files of the folder are no blobs', async () => {
  const { hash } = await blobs.put(Buffer.from('a blob'));
  const beside = [join(folder, 'almanac.json'), join(dirname(blobs.pathOf(hash)), 'notes.txt')];
  for (const path of beside) writeFileSync(path, 'not a blob');
  assert.deepEqual(
    (await blobs.list({ after: '', limit: 9 })).map((blob) => blob.hash),
    [hash],
  );
  assert.ok(beside.every(existsSync));
});

test('a folder that is not there holds nothing, and looking makes none', async () => {
  const none = join(folder, 'none');
  assert.deepEqual(await blobFiles(none).list({ after: '', limit: 9 }), []);
  assert.equal(await blobFiles(none).has('a'.repeat(64)), false);
  assert.equal(existsSync(none), false);
});
