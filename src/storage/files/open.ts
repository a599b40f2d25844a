// Blobs as files named by their SHA-256. A name appears only when its bytes are whole and on disk: written aside,
// fsynced, renamed, the folder fsynced. Nothing is ever changed in place.

import { createHash } from 'node:crypto';
import { access, chmod, mkdir, open, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { AppError, type IdSource } from '../../core/index.ts';
import type { BlobRef, BlobStore } from '../ports/index.ts';
import { fileError, isMissing } from './file-error.ts';
import { hashFile } from './hash-file.ts';
import { claimScratch } from './scratch.ts';

/** Hashes remembered as verified in this process; past this the oldest is verified again when next used. */
const verifiedMax = 100_000;
/** Hashed between two turns of the event loop. */
const hashSliceBytes = 4 * 1024 * 1024;

/**
 * Opens or creates the blob folder: `<folder>/<two digits>/<hash>`, and `<folder>/scratch` on the same file system.
 * Leftovers of dead processes in scratch are removed; files of living ones stay. Only their owner may read any of it.
 * @throws AppError `store/unavailable` when the folder cannot be made or written
 */
export function openFileBlobs(options: { folder: string; ids: IdSource }): BlobStore {
  const { folder, ids } = options;
  const scratch = attempt(`opening the blob folder ${folder}`, () =>
    claimScratch(join(folder, 'scratch'), () => ids.next('tmp')),
  );
  const verified = new Set<string>();
  const remember = (hash: string): void => {
    if (verified.size >= verifiedMax) verified.delete(verified.values().next().value as string);
    verified.add(hash);
  };
  const pathOf = (hash: string): string => {
    if (!/^[0-9a-f]{64}$/.test(hash)) {
      throw new AppError('store/bad-hash', `\`${hash.slice(0, 80)}\` is not a blob name`);
    }
    return join(folder, hash.slice(0, 2), hash);
  };

  const adopt = async (path: string): Promise<BlobRef> => {
    const { hash, sizeBytes } = await hashFile(path);
    const target = pathOf(hash);
    await syncPath(path);
    // A file of that name is replaced: same bytes, and a damaged one is healed.
    await mkdir(join(folder, hash.slice(0, 2)), { recursive: true, mode: 0o700 });
    await chmod(path, 0o600);
    await rename(path, target);
    await syncFolder(join(folder, hash.slice(0, 2)));
    await syncFolder(folder);
    remember(hash);
    return { hash, sizeBytes };
  };

  const verify = async (hash: string): Promise<string> => {
    const path = pathOf(hash);
    if (verified.has(hash)) {
      await access(path);
      return path;
    }
    const found = await hashFile(path);
    if (found.hash !== hash) throw corrupt(hash, path);
    remember(hash);
    return path;
  };

  return {
    put: async (bytes) => {
      const hash = await hashBytes(bytes);
      return await guarded(`writing blob ${hash}`, async () => {
        const there = (await readIfThere(pathOf(hash)))?.equals(bytes) === true;
        // Marked as wanted, lest it goes as a file that nothing names.
        if (there && (await touched(pathOf(hash)))) return { hash, sizeBytes: bytes.byteLength };
        const path = scratch.path('.blob');
        const file = await open(path, 'wx', 0o600);
        try {
          await file.writeFile(bytes);
        } catch (error) {
          await rm(path, { force: true });
          throw error;
        } finally {
          await file.close();
        }
        return await adopt(path);
      });
    },
    adopt: (path) => guarded(`taking over the file ${path}`, () => adopt(path)),
    get: (hash) =>
      blobGuarded(hash, async () => {
        const path = pathOf(hash);
        const bytes = await readFile(path);
        if ((await hashBytes(bytes)) !== hash) throw corrupt(hash, path);
        return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      }),
    has: async (hash) => {
      const path = pathOf(hash);
      return (await guarded(`looking for blob ${hash}`, () => sizeIfThere(path))) !== undefined;
    },
    localPath: (hash) => blobGuarded(hash, () => verify(hash)),
    scratchPath: (suffix) => scratch.path(suffix),
  };
}

function corrupt(hash: string, path: string): AppError {
  return new AppError('store/blob-corrupt', `the file ${path} no longer holds the bytes of its name`, {
    details: { hash, path },
  });
}

/** Gives way to other work between slices: the bytes of a model take tens of milliseconds. */
async function hashBytes(bytes: Uint8Array): Promise<string> {
  const hash = createHash('sha256');
  for (let from = 0; from < bytes.length; from += hashSliceBytes) {
    if (from > 0) await nextTurn();
    hash.update(bytes.subarray(from, from + hashSliceBytes));
  }
  return hash.digest('hex');
}

/** Forces the names in a folder to the disk. Windows has no such call: it writes them with the file. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform !== 'win32') await syncPath(path);
}

/** Forces a file's bytes to the disk. */
async function syncPath(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** False when it has gone meanwhile. */
async function touched(path: string): Promise<boolean> {
  try {
    const { atime } = await stat(path);
    await utimes(path, atime, new Date());
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

async function sizeIfThere(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

async function blobGuarded<T>(hash: string, work: () => Promise<T>): Promise<T> {
  return await guarded(`reading blob ${hash}`, async () => {
    try {
      return await work();
    } catch (error) {
      if (!isMissing(error)) throw error;
      throw new AppError('store/blob-missing', `blob ${hash} is not in the data folder`, {
        details: { hash },
        cause: error,
      });
    }
  });
}

async function guarded<T>(doing: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw fileError(error, doing);
  }
}

function attempt<T>(doing: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw fileError(error, doing);
  }
}
