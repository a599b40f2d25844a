// What local files promise, wherever the blobs are: a path to verified bytes, and scratch that nobody else touches.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { isAppError } from '../../src/core/index.ts';
import type { BlobStore, LocalFiles } from '../../src/storage/ports/index.ts';

export interface LocalFilesPlace {
  /** Everything local lies in here. */
  readonly path: string;
  readonly blobs: BlobStore;
  /** Another process of this machine. */
  connect(): LocalFiles;
  remove(): void;
}

export interface LocalFilesBackend {
  readonly name: string;
  fresh(): LocalFilesPlace;
}

const bytes = new TextEncoder().encode('a segment, say');
const hash = createHash('sha256').update(bytes).digest('hex');

export function localFilesSuite(backend: LocalFilesBackend): void {
  describe(`local files ${backend.name}`, () => {
    let place: LocalFilesPlace;
    let files: LocalFiles;

    beforeEach(() => {
      place = backend.fresh();
      files = place.connect();
    });
    afterEach(() => place.remove());

    test('a blob has a path here, for every process', async () => {
      await place.blobs.put(bytes);
      for (const opened of [files, files, place.connect()])
        assert.deepEqual(new Uint8Array(readFileSync(await opened.localPath(hash))), bytes);
      const paths = await Promise.all(Array.from({ length: 8 }, () => place.connect().localPath(hash)));
      for (const path of paths) assert.deepEqual(new Uint8Array(readFileSync(path)), bytes);
    });

    test('a finished file becomes a blob and leaves nothing in scratch', async () => {
      const path = files.scratchPath('.parquet');
      writeFileSync(path, bytes);
      assert.deepEqual(await files.adopt(path), { hash, sizeBytes: bytes.byteLength });
      assert.equal(existsSync(path), false);
      assert.deepEqual(await place.blobs.get(hash), bytes);
      assert.deepEqual(new Uint8Array(readFileSync(await files.localPath(hash))), bytes);
      assert.deepEqual(readdirSync(dirname(path)), []);
      await assert.rejects(files.adopt(path), (e) => isAppError(e, 'store/unavailable'));
    });

    test('there is no path to what is not there, or has no name', async () => {
      await assert.rejects(files.localPath(hash), (e) => isAppError(e, 'store/blob-missing'));
      for (const name of ['', '../secret', hash.slice(1)])
        await assert.rejects(files.localPath(name), (e) => isAppError(e, 'store/bad-hash'));
      await place.blobs.put(bytes);
      assert.ok(existsSync(await files.localPath(hash)), 'what has come since is found');
    });

    test('keeps scratch paths inside its folder whatever the suffix', () => {
      const scratch = dirname(files.scratchPath('.csv'));
      for (const suffix of ['/../../x', '\0', '..', 'a'.repeat(500)]) {
        const path = files.scratchPath(suffix);
        assert.equal(dirname(path), scratch);
        assert.ok(basename(path).length < 160 && !basename(path).includes('\0'));
      }
      assert.notEqual(files.scratchPath('.a'), files.scratchPath('.a'));
    });

    test('keeps what it writes from other users', async () => {
      const path = files.scratchPath('.parquet');
      writeFileSync(path, bytes, { mode: 0o644 });
      await files.adopt(path);
      const other = await place.blobs.put(new Uint8Array(10));
      await files.localPath(other.hash);
      for (const entry of readdirSync(place.path, { recursive: true, withFileTypes: true })) {
        const { mode } = statSync(join(entry.parentPath, entry.name));
        if (entry.name.endsWith('.lock')) continue; // empty
        assert.equal((mode & 0o777).toString(8), entry.isDirectory() ? '700' : '600', entry.name);
      }
    });

    test('removes at its opening what dead processes left, and nothing of living ones', () => {
      const mine = files.scratchPath('.csv');
      const scratch = dirname(dirname(mine));
      writeFileSync(mine, 'half');
      mkdirSync(join(scratch, 'tmp_dead'));
      writeFileSync(join(scratch, 'tmp_dead', 'x.csv'), 'half');
      writeFileSync(join(scratch, 'tmp_dead.lock'), '');
      for (const name of ['4194305-tmp_1.csv', 'stray', 'tmp_gone.lock'])
        writeFileSync(join(scratch, name), '');
      const later = place.connect();
      assert.equal(existsSync(mine), true);
      const left = readdirSync(scratch);
      for (const path of [mine, later.scratchPath('.csv')]) {
        const own = basename(dirname(path));
        assert.ok(left.includes(own) && left.includes(`${own}.lock`));
      }
      for (const name of ['tmp_dead', 'tmp_dead.lock', '4194305-tmp_1.csv', 'stray', 'tmp_gone.lock'])
        assert.ok(!left.includes(name), name);
    });

    test('a file that was changed is not given out to who comes next', async () => {
      await place.blobs.put(bytes);
      const path = await files.localPath(hash);
      writeFileSync(path, 'a segment, sax');
      const found = await place
        .connect()
        .localPath(hash)
        .catch((error: unknown) => error);
      if (typeof found === 'string') assert.deepEqual(new Uint8Array(readFileSync(found)), bytes);
      else assert.ok(isAppError(found, 'store/blob-corrupt'));
      rmSync(path);
    });
  });
}
