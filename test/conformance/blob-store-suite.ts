// What every blob store promises: whole or absent, verified, named by content, and nothing removed that somebody wants.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { isAppError } from '../../src/core/index.ts';
import { type BlobStore, eachBlob } from '../../src/storage/ports/index.ts';

export interface BlobPlace {
  /** Another process's view of the same store. */
  connect(): BlobStore;
  /** One byte of what is stored is not what it was. */
  damage(hash: string): void;
  /** What is stored has gone, behind the back of the store. */
  lose(hash: string): void;
  /** The store's clock, a moment from now: what is put after it resolves is later than what was put before. */
  later(): Promise<number>;
  remove(): void;
}

export interface BlobBackend {
  readonly name: string;
  fresh(): BlobPlace;
}

const bytes = new TextEncoder().encode('a model, say');
const hash = createHash('sha256').update(bytes).digest('hex');
const never = Number.POSITIVE_INFINITY;

async function* inPieces(whole: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < whole.length; at += size) yield whole.subarray(at, at + size);
}

async function read(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece.slice());
  return new Uint8Array(Buffer.concat(all));
}

export function blobStoreSuite(backend: BlobBackend): void {
  describe(`blob store ${backend.name}`, () => {
    let place: BlobPlace;
    let blobs: BlobStore;

    beforeEach(() => {
      place = backend.fresh();
      blobs = place.connect();
    });
    afterEach(() => place.remove());

    test('names bytes by their hash and returns them', async () => {
      assert.equal(await blobs.has(hash), false);
      assert.equal(await blobs.size(hash), undefined);
      assert.deepEqual(await blobs.put(bytes), { hash, sizeBytes: bytes.byteLength });
      assert.deepEqual(await blobs.put(bytes), { hash, sizeBytes: bytes.byteLength });
      assert.equal(await blobs.has(hash), true);
      assert.equal(await blobs.size(hash), bytes.byteLength);
      assert.deepEqual(await place.connect().get(hash), bytes);
      const empty = await blobs.put(new Uint8Array());
      assert.equal((await blobs.get(empty.hash)).byteLength, 0);
      assert.equal(await blobs.size(empty.hash), 0);
      assert.equal((await read(blobs.stream(empty.hash))).byteLength, 0);
    });

    test('takes and gives bytes in pieces', async () => {
      const large = Uint8Array.from({ length: 700_000 }, (_, i) => (i * i) % 251);
      const ref = await blobs.put(inPieces(large, 1000));
      assert.deepEqual(ref, await place.connect().put(large));
      assert.deepEqual(await read(place.connect().stream(ref.hash)), large);
      assert.deepEqual(await blobs.put(inPieces(large, 65_537)), ref);
      assert.equal((await blobs.put(inPieces(bytes, 1))).hash, hash);
      // Who stops half-way needs no more of it.
      for await (const piece of blobs.stream(ref.hash)) {
        assert.ok(piece.length > 0);
        break;
      }
    });

    test('keeps nothing of what breaks off', async () => {
      const broken = async function* (): AsyncGenerator<Uint8Array> {
        yield bytes;
        throw new Error('the sender is gone');
      };
      await assert.rejects(blobs.put(broken()), /the sender is gone/);
      assert.deepEqual(await blobs.list({ after: '', limit: 10 }), []);
      assert.equal(await blobs.has(hash), false);
    });

    test('owns what it was given: the caller may use its buffer again', async () => {
      const own = bytes.slice();
      await blobs.put(own);
      own.fill(0);
      const [given] = [await blobs.get(hash)];
      given.fill(0);
      assert.deepEqual(await blobs.get(hash), bytes);
    });

    test('many writers of the same bytes all succeed', async () => {
      const refs = await Promise.all(
        Array.from({ length: 10 }, (_, i) => blobs.put(i % 2 === 0 ? bytes : inPieces(bytes, 5))),
      );
      assert.ok(refs.every((ref) => ref.hash === hash));
      assert.deepEqual(await blobs.get(hash), bytes);
    });

    test('refuses bytes that have changed, and heals when they are put again', async () => {
      for (const again of [() => blobs.put(bytes), () => blobs.put(inPieces(bytes, 4))]) {
        await blobs.put(bytes);
        place.damage(hash);
        await assert.rejects(blobs.get(hash), (e) => isAppError(e, 'store/blob-corrupt'));
        await assert.rejects(read(blobs.stream(hash)), (e) => isAppError(e, 'store/blob-corrupt'));
        await again();
        assert.deepEqual(await blobs.get(hash), bytes);
      }
    });

    test('says which blob is missing', async () => {
      await blobs.put(bytes);
      place.lose(hash);
      for (const ask of [() => blobs.get(hash), () => read(blobs.stream(hash))])
        await assert.rejects(ask(), (e) => isAppError(e, 'store/blob-missing') && e.message.includes(hash));
    });

    test('refuses every name that is not a hash', async () => {
      const upper = hash.toUpperCase();
      const names = ['', '../secret', '/etc/passwd', upper, `${hash}/..`, hash.slice(1), `${hash}\n`];
      for (const name of names) {
        const asks = [
          () => blobs.get(name),
          () => blobs.has(name),
          () => blobs.size(name),
          async () => read(blobs.stream(name)),
          () => blobs.delete(name, { before: never }),
        ];
        for (const ask of asks) await assert.rejects(ask(), (e) => isAppError(e, 'store/bad-hash'));
      }
    });

    test('lists all that is there in pages, by name', async () => {
      const from = await place.later();
      const hashes: string[] = [];
      for (let i = 0; i < 40; i++) hashes.push((await blobs.put(new TextEncoder().encode(`blob ${i}`))).hash);
      hashes.sort();
      for (const limit of [1, 7, 40, 100]) {
        const found: string[] = [];
        for (let after = ''; ; ) {
          const page = await place.connect().list({ after, limit });
          if (page.length === 0) break;
          assert.ok(page.length <= limit);
          assert.ok(page.every(({ sizeBytes, changedAt }) => sizeBytes >= 6 && changedAt >= from));
          found.push(...page.map((blob) => blob.hash));
          after = found.at(-1) as string;
        }
        assert.deepEqual(found, hashes);
      }
      const all: string[] = [];
      for await (const blob of eachBlob(blobs)) all.push(blob.hash);
      assert.deepEqual(all, hashes);
    });

    test('removes what is not wanted, and leaves what was put meanwhile', async () => {
      assert.equal(await blobs.delete(hash, { before: never }), false);
      await blobs.put(bytes);
      const between = await place.later();
      assert.equal(await blobs.delete(hash, { before: between - 3_600_000 }), false, 'put since then');
      // The same bytes put again: somebody is about to name them.
      for (const again of [() => blobs.put(bytes), () => blobs.put(inPieces(bytes, 3))]) {
        const before = await place.later();
        await again();
        assert.equal(await blobs.delete(hash, { before }), false, 'put again since then');
        assert.deepEqual(await blobs.get(hash), bytes);
      }
      assert.equal(await blobs.delete(hash, { before: await place.later() }), true);
      assert.equal(await blobs.has(hash), false);
      assert.deepEqual(await blobs.list({ after: '', limit: 10 }), []);
      await assert.rejects(blobs.get(hash), (e) => isAppError(e, 'store/blob-missing'));
    });

    test('a writer beside one who removes never loses what it put', async () => {
      const beside = place.connect();
      for (let round = 0; round < 20; round++) {
        await blobs.put(bytes);
        const before = await place.later();
        await Promise.all([
          blobs.put(bytes),
          beside.delete(hash, { before }),
          beside.list({ after: '', limit: 5 }),
        ]);
        assert.deepEqual(await blobs.get(hash), bytes);
      }
    });
  });
}
