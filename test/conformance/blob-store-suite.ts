// What every blob store promises: whole or absent, verified, named by content, nothing outside its folder.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { isAppError } from '../../src/core/index.ts';
import type { BlobStore } from '../../src/storage/ports/index.ts';

export interface BlobBackend {
  readonly name: string;
  fresh(): { readonly path: string; connect(): BlobStore; remove(): void };
}

const bytes = new TextEncoder().encode('a model, say');
const hash = createHash('sha256').update(bytes).digest('hex');

export function blobStoreSuite(backend: BlobBackend): void {
  describe(`blob store ${backend.name}`, () => {
    let place: ReturnType<BlobBackend['fresh']>;
    let blobs: BlobStore;

    beforeEach(() => {
      place = backend.fresh();
      blobs = place.connect();
    });
    afterEach(() => place.remove());

    test('names bytes by their hash and returns them', async () => {
      assert.equal(await blobs.has(hash), false);
      assert.deepEqual(await blobs.put(bytes), { hash, sizeBytes: bytes.byteLength });
      assert.deepEqual(await blobs.put(bytes), { hash, sizeBytes: bytes.byteLength });
      assert.equal(await blobs.has(hash), true);
      assert.deepEqual(await place.connect().get(hash), bytes);
      const empty = await blobs.put(new Uint8Array());
      assert.equal((await blobs.get(empty.hash)).byteLength, 0);
    });

    test('takes over a file written to scratch and leaves none behind', async () => {
      const path = blobs.scratchPath('.parquet');
      writeFileSync(path, bytes);
      assert.equal((await blobs.adopt(path)).hash, hash);
      assert.equal(existsSync(path), false);
      assert.deepEqual(new Uint8Array(readFileSync(await blobs.localPath(hash))), bytes);
      await blobs.put(new Uint8Array(100));
      assert.deepEqual(readdirSync(dirname(path)), []);
      await assert.rejects(blobs.adopt(path), (e) => isAppError(e, 'store/unavailable'));
    });

    test('many writers of the same bytes all succeed', async () => {
      const refs = await Promise.all(Array.from({ length: 10 }, () => blobs.put(bytes)));
      assert.ok(refs.every((ref) => ref.hash === hash));
      assert.deepEqual(await blobs.get(hash), bytes);
    });

    test('refuses bytes that have changed, and heals when they are put again', async () => {
      await blobs.put(bytes);
      const path = await blobs.localPath(hash);
      writeFileSync(path, 'a model, sax');
      await assert.rejects(blobs.get(hash), (e) => isAppError(e, 'store/blob-corrupt'));
      await assert.rejects(place.connect().localPath(hash), (e) => isAppError(e, 'store/blob-corrupt'));
      await blobs.put(bytes);
      assert.deepEqual(await blobs.get(hash), bytes);
    });

    test('says which blob is missing', async () => {
      await blobs.put(bytes);
      rmSync(await blobs.localPath(hash));
      for (const read of [blobs.get(hash), blobs.localPath(hash)]) {
        await assert.rejects(read, (e) => isAppError(e, 'store/blob-missing') && e.message.includes(hash));
      }
    });

    test('refuses every name that is not a hash', async () => {
      const names = [
        '',
        '../secret',
        '/etc/passwd',
        hash.toUpperCase(),
        `${hash}/..`,
        hash.slice(1),
        `${hash}\n`,
      ];
      for (const name of names) {
        for (const ask of [() => blobs.get(name), () => blobs.has(name), () => blobs.localPath(name)]) {
          await assert.rejects(ask(), (e) => isAppError(e, 'store/bad-hash'));
        }
      }
    });

    test('keeps scratch paths inside its folder whatever the suffix', () => {
      const scratch = dirname(blobs.scratchPath('.csv'));
      for (const suffix of ['/../../x', '\0', '..', 'a'.repeat(500)]) {
        const path = blobs.scratchPath(suffix);
        assert.equal(dirname(path), scratch);
        assert.ok(basename(path).length < 160 && !basename(path).includes('\0'));
      }
      assert.notEqual(blobs.scratchPath('.a'), blobs.scratchPath('.a'));
    });

    test('keeps what it writes from other users', async () => {
      const path = blobs.scratchPath('.parquet');
      writeFileSync(path, bytes, { mode: 0o644 });
      await blobs.adopt(path);
      await blobs.put(new Uint8Array(10));
      for (const entry of readdirSync(place.path, { recursive: true, withFileTypes: true })) {
        const { mode } = statSync(join(entry.parentPath, entry.name));
        if (entry.name.endsWith('.lock')) continue; // empty
        assert.equal((mode & 0o777).toString(8), entry.isDirectory() ? '700' : '600', entry.name);
      }
    });

    test('removes at its opening what dead processes left, and nothing of living ones', () => {
      const mine = blobs.scratchPath('.csv');
      const scratch = dirname(dirname(mine));
      writeFileSync(mine, 'half');
      mkdirSync(join(scratch, 'tmp_dead'));
      writeFileSync(join(scratch, 'tmp_dead', 'x.csv'), 'half');
      writeFileSync(join(scratch, 'tmp_dead.lock'), '');
      for (const name of ['4194305-tmp_1.csv', 'stray', 'tmp_gone.lock'])
        writeFileSync(join(scratch, name), '');
      const later = place.connect();
      assert.equal(existsSync(mine), true);
      const living = [mine, later.scratchPath('.csv')].map((path) => basename(dirname(path)));
      assert.deepEqual(readdirSync(scratch).sort(), living.flatMap((name) => [name, `${name}.lock`]).sort());
    });
  });
}
