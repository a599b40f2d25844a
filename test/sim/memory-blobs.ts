// Blobs in memory, which can be damaged.

import { createHash } from 'node:crypto';
import { AppError } from '../../src/core/index.ts';
import type { BlobStore } from '../../src/storage/ports/index.ts';

export class MemoryBlobs implements BlobStore {
  readonly #bytes: Map<string, Uint8Array> = new Map();
  readonly #damaged: Set<string> = new Set();

  async put(bytes: Uint8Array): Promise<{ hash: string; sizeBytes: number }> {
    const hash = createHash('sha256').update(bytes).digest('hex');
    this.#bytes.set(hash, bytes.slice());
    return { hash, sizeBytes: bytes.length };
  }

  async get(hash: string): Promise<Uint8Array> {
    const bytes = this.#bytes.get(hash);
    if (bytes === undefined) throw new AppError('store/blob-missing', `there is no blob ${hash}`);
    if (this.#damaged.has(hash)) throw new AppError('store/blob-corrupt', `blob ${hash} is damaged`);
    return bytes.slice();
  }

  async has(hash: string): Promise<boolean> {
    return this.#bytes.has(hash);
  }

  /** One byte of it is not what it was. */
  damage(hash: string): void {
    this.#damaged.add(hash);
  }

  adopt(path: string): Promise<never> {
    return Promise.reject(new Error(`nothing is a file here: ${path}`));
  }

  localPath(hash: string): Promise<never> {
    return Promise.reject(new Error(`nothing is a file here: ${hash}`));
  }

  scratchPath(suffix: string): string {
    return `nowhere${suffix}`;
  }
}
