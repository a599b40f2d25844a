// Blobs as files named by their SHA-256. A name appears only when its bytes are whole and on disk: written aside,
// fsynced, renamed, the folder fsynced. Nothing is ever changed in place.

import { createHash } from 'node:crypto';
import {
  access,
  chmod,
  type FileHandle,
  mkdir,
  open,
  readFile,
  rename,
  rm,
  stat,
  utimes,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { IdSource } from '../../core/index.ts';
import type { BlobRef, BlobStore, LocalFiles } from '../ports/index.ts';
import { type BlobFiles, blobFiles, blobGuarded, corrupt, hashBytes } from './blob-files.ts';
import { fileError, guarded, isMissing } from './file-error.ts';
import { hashFile } from './hash-file.ts';
import { claimScratch, type Scratch } from './scratch.ts';

/** Hashes remembered as verified in this process; past this the oldest is verified again when next used. */
const verifiedMax = 100_000;

/** What is stored is here already, so both are one: a local path is the blob's own, and a finished file is moved. */
export interface FileBlobs extends BlobStore, LocalFiles, Pick<BlobFiles, 'pathOf' | 'copyTo'> {
  /** Marks a blob as wanted now; false when it is not there. */
  touch(hash: string): Promise<boolean>;
}

/**
 * Opens or creates the blob folder: `<folder>/<two digits>/<hash>`, and `<folder>/scratch` on the same file system.
 * Leftovers of dead processes in scratch are removed; files of living ones stay. Only their owner may read any of it.
 * @throws AppError `store/unavailable` when the folder cannot be made or written
 */
export function openFileBlobs(options: { folder: string; ids: IdSource }): FileBlobs {
  const { folder, ids } = options;
  const scratch = attempt(`opening the blob folder ${folder}`, () =>
    claimScratch(join(folder, 'scratch'), () => ids.next('tmp')),
  );
  const files = blobFiles(folder);
  const verified = new Set<string>();
  const remember = (hash: string): void => {
    if (verified.size >= verifiedMax) verified.delete(verified.values().next().value as string);
    verified.add(hash);
  };
  /** A file of that name is replaced: same bytes, and a damaged one is healed. */
  const take = async (path: string, ref: BlobRef): Promise<BlobRef> => {
    await place(path, files.pathOf(ref.hash));
    remember(ref.hash);
    return ref;
  };
  return {
    ...files,
    put: async (bytes) => {
      if (!(bytes instanceof Uint8Array))
        return await guarded('writing a blob', async () => {
          const written = await writeScratch(scratch, (file) => writeAll(file, bytes));
          return await take(written.path, written.result);
        });
      const ref = { hash: await hashBytes(bytes), sizeBytes: bytes.byteLength };
      return await guarded(`writing blob ${ref.hash}`, async () => {
        const path = files.pathOf(ref.hash);
        // Marked as wanted, lest it goes as a file that nothing names.
        if ((await readIfThere(path))?.equals(bytes) === true && (await touched(path))) return ref;
        const written = await writeScratch(scratch, (file) => file.writeFile(bytes));
        return await take(written.path, ref);
      });
    },
    adopt: (path) => guarded(`taking over the file ${path}`, async () => take(path, await hashFile(path))),
    localPath: (hash) =>
      blobGuarded(hash, async () => {
        const path = files.pathOf(hash);
        if (verified.has(hash)) {
          await access(path);
          return path;
        }
        const found = await hashFile(path);
        if (found.hash !== hash) throw corrupt(hash, path);
        remember(hash);
        return path;
      }),
    scratchPath: (suffix) => scratch.path(suffix),
    touch: async (hash) => {
      const path = files.pathOf(hash);
      return await guarded(`marking blob ${hash}`, () => touched(path));
    },
  };
}

/** A file that is whole, or not there. */
async function writeScratch<T>(
  scratch: Scratch,
  write: (file: FileHandle) => Promise<T>,
): Promise<{ path: string; result: T }> {
  const path = scratch.path('.blob');
  const file = await open(path, 'wx', 0o600);
  try {
    return { path, result: await write(file) };
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  } finally {
    await file.close();
  }
}

async function writeAll(file: FileHandle, pieces: AsyncIterable<Uint8Array>): Promise<BlobRef> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  for await (const piece of pieces) {
    hash.update(piece);
    sizeBytes += piece.byteLength;
    await file.writeFile(piece);
  }
  return { hash: hash.digest('hex'), sizeBytes };
}

async function place(path: string, target: string): Promise<void> {
  const folder = dirname(target);
  await syncPath(path);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await chmod(path, 0o600);
  // An adopted file may be older than its becoming a blob.
  await utimes(path, new Date(), new Date());
  await rename(path, target);
  await syncFolder(folder);
  await syncFolder(dirname(folder));
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

function attempt<T>(doing: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw fileError(error, doing);
  }
}
