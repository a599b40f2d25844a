// Blobs in memory, which can be damaged and lost. Held to the promises of every blob store by `test/conformance/`.

import { createHash } from 'node:crypto';
import { AppError, type Clock } from '../../src/core/index.ts';
import type { BlobRef, BlobStore, LocalFiles, StoredBlob } from '../../src/storage/ports/index.ts';

interface Held {
  readonly bytes: Uint8Array;
  readonly changedAt: number;
}

const streamBytes = 64;

export class MemoryBlobs implements BlobStore {
  readonly #held: Map<string, Held> = new Map();
  readonly #clock: Clock;

  constructor(clock: Clock = { now: () => 0 }) {
    this.#clock = clock;
  }

  async put(bytes: Uint8Array | AsyncIterable<Uint8Array>): Promise<BlobRef> {
    const pieces: Uint8Array[] = [];
    if (bytes instanceof Uint8Array) pieces.push(bytes);
    else for await (const piece of bytes) pieces.push(piece.slice());
    const whole = new Uint8Array(Buffer.concat(pieces));
    const hash = hashOf(whole);
    this.#held.set(hash, { bytes: whole, changedAt: this.#clock.now() });
    return { hash, sizeBytes: whole.length };
  }

  async get(hash: string): Promise<Uint8Array> {
    const { bytes } = this.#find(hash);
    if (hashOf(bytes) !== hash) throw damaged(hash);
    return bytes.slice();
  }

  async *stream(hash: string): AsyncGenerator<Uint8Array> {
    const { bytes } = this.#find(hash);
    for (let at = 0; at < bytes.length; at += streamBytes) yield bytes.slice(at, at + streamBytes);
    if (hashOf(bytes) !== hash) throw damaged(hash);
  }

  async has(hash: string): Promise<boolean> {
    return this.#held.has(named(hash));
  }

  async size(hash: string): Promise<number | undefined> {
    return this.#held.get(named(hash))?.bytes.length;
  }

  async list({ after, limit }: { after: string; limit: number }): Promise<StoredBlob[]> {
    return [...this.#held]
      .map(([hash, { bytes, changedAt }]) => ({ hash, sizeBytes: bytes.length, changedAt }))
      .filter(({ hash }) => hash > after)
      .sort((a, b) => (a.hash < b.hash ? -1 : 1))
      .slice(0, limit);
  }

  async delete(hash: string, { before }: { before: number }): Promise<boolean> {
    const held = this.#held.get(named(hash));
    return held !== undefined && held.changedAt < before && this.#held.delete(hash);
  }

  /** One byte of it is not what it was. */
  damage(hash: string): void {
    const { bytes, changedAt } = this.#find(hash);
    const other = bytes.slice();
    other[0] = (other[0] ?? 0) ^ 1;
    this.#held.set(hash, { bytes: other, changedAt });
  }

  /** As if somebody had removed it. */
  lose(hash: string): void {
    this.#held.delete(hash);
  }

  #find(hash: string): Held {
    const held = this.#held.get(named(hash));
    if (held === undefined) throw new AppError('store/blob-missing', `there is no blob ${hash}`);
    return held;
  }
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function damaged(hash: string): AppError {
  return new AppError('store/blob-corrupt', `blob ${hash} is damaged`);
}

function named(hash: string): string {
  if (/^[0-9a-f]{64}$/.test(hash)) return hash;
  throw new AppError('store/bad-hash', `\`${hash.slice(0, 80)}\` is not a blob name`);
}

/** For what needs no local file. */
export const noFiles: LocalFiles = {
  adopt: (path) => Promise.reject(new Error(`nothing is a file here: ${path}`)),
  localPath: (hash) => Promise.reject(new Error(`nothing is a file here: ${hash}`)),
  scratchPath: (suffix) => `nowhere${suffix}`,
};
