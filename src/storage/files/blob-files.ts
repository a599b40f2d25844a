// The blobs of a folder, read, listed and removed: all of a `BlobStore` that writes nothing new, so that a folder can be looked at
// without leaving a trace in it. `open.ts` adds writing.

import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { link, mkdir, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { AppError } from '../../core/index.ts';
import type { BlobStore, StoredBlob } from '../ports/index.ts';
import { fileError, guarded, isMissing } from './file-error.ts';

const goingSuffix = '.going';
const namePattern = /^[0-9a-f]{64}$/;
const readBytes = 1 << 18;
/** Hashed between two turns of the event loop. */
const hashSliceBytes = 4 * 1024 * 1024;

export interface BlobFiles extends Omit<BlobStore, 'put'> {
  /** Where a blob is, or would be. @throws AppError `store/bad-hash` */
  pathOf(hash: string): string;
  /**
   * Brings a file into another folder, as a second name of the same bytes where that may be and is on the same disk, else as a
   * copy whose hash is checked. One of the same size that is there already is left.
   * @throws AppError `store/blob-missing`, `store/blob-corrupt`
   */
  copyTo(
    folder: string,
    hash: string,
    options: { readonly mayLink: boolean },
  ): Promise<{ readonly sizeBytes: number; readonly isLink: boolean }>;
}

/** Blobs are `<folder>/<two digits>/<hash>`. The folder need not be there. */
export function blobFiles(folder: string): BlobFiles {
  const pathOf = (hash: string): string => pathIn(folder, hash);
  const size = async (hash: string): Promise<number | undefined> => {
    const path = pathOf(hash);
    return await guarded(`looking for blob ${hash}`, () => sizeIfThere(path));
  };
  return {
    pathOf,
    size,
    has: async (hash) => (await size(hash)) !== undefined,
    get: (hash) =>
      blobGuarded(hash, async () => {
        const path = pathOf(hash);
        const bytes = await readFile(path);
        if ((await hashBytes(bytes)) !== hash) throw corrupt(hash, path);
        return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      }),
    stream: (hash) => streamOf(pathOf(hash), hash),
    list: ({ after, limit }) => guarded(`listing ${folder}`, () => list(folder, after, limit)),
    delete: async (hash, { before }) => {
      const path = pathOf(hash);
      return await guarded(`removing blob ${hash}`, () => removeUnlessPut(path, before));
    },
    copyTo: (target, hash, { mayLink }) =>
      blobGuarded(hash, () => bring(pathOf(hash), { path: pathIn(target, hash), hash, mayLink })),
  };
}

function pathIn(folder: string, hash: string): string {
  if (!namePattern.test(hash))
    throw new AppError('store/bad-hash', `\`${hash.slice(0, 80)}\` is not a blob name`);
  return join(folder, hash.slice(0, 2), hash);
}

async function* streamOf(path: string, hash: string): AsyncGenerator<Uint8Array> {
  const digest = createHash('sha256');
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: readBytes })) {
      digest.update(chunk as Buffer);
      yield chunk as Buffer;
    }
  } catch (error) {
    throw blobError(error, hash);
  }
  if (digest.digest('hex') !== hash) throw corrupt(hash, path);
}

/** By name: the folders of the first two digits are in the same order as what is in them. */
async function list(folder: string, after: string, limit: number): Promise<StoredBlob[]> {
  const page: StoredBlob[] = [];
  for (const part of await names(folder)) {
    if (!/^[0-9a-f]{2}$/.test(part) || part < after.slice(0, 2)) continue;
    for (const name of await names(join(folder, part))) {
      if (name.endsWith(goingSuffix)) await bringBack(join(folder, part, name));
      const hash = name.replace(goingSuffix, '');
      if (!namePattern.test(hash) || hash <= (page.at(-1)?.hash ?? after)) continue;
      const facts = await stat(join(folder, part, hash)).catch(() => undefined);
      if (facts !== undefined) page.push({ hash, sizeBytes: facts.size, changedAt: facts.mtimeMs });
      if (page.length === limit) return page;
    }
  }
  return page;
}

async function names(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/**
 * What was on its way out when its remover was killed, or still is: it may be wanted, so it has its name again, as if put now. It
 * may take the place of what somebody has just put, and must not look older than that.
 */
async function bringBack(aside: string): Promise<void> {
  try {
    await utimes(aside, new Date(), new Date());
    await rename(aside, aside.slice(0, -goingSuffix.length));
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}

/** Looked at once more when nobody can reach it by its name: a writer of the same bytes may just have come by. */
async function removeUnlessPut(path: string, before: number): Promise<boolean> {
  const aside = `${path}${goingSuffix}`;
  try {
    if ((await stat(path)).mtimeMs >= before) return false;
    await rename(path, aside);
    if ((await stat(aside)).mtimeMs >= before) {
      await rename(aside, path);
      return false;
    }
    await rm(aside);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

async function bring(
  from: string,
  to: { path: string; hash: string; mayLink: boolean },
): Promise<{ sizeBytes: number; isLink: boolean }> {
  const { size } = await stat(from);
  const there = await stat(to.path).catch(() => undefined);
  if (there?.size === size) return { sizeBytes: size, isLink: there.nlink > 1 };
  await rm(to.path, { force: true });
  await mkdir(dirname(to.path), { recursive: true, mode: 0o700 });
  if (to.mayLink && (await linked(from, to.path))) return { sizeBytes: size, isLink: true };
  const aside = `${to.path}.tmp`;
  const hash = createHash('sha256');
  await pipeline(
    createReadStream(from, { highWaterMark: readBytes }),
    async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        hash.update(chunk);
        yield chunk;
      }
    },
    createWriteStream(aside, { mode: 0o600, flush: true }),
  );
  if (hash.digest('hex') !== to.hash) {
    await rm(aside, { force: true });
    throw corrupt(to.hash, from);
  }
  await rename(aside, to.path);
  return { sizeBytes: size, isLink: false };
}

/** False where there can be no link: another disk, or a file system without any. */
async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (['EXDEV', 'EPERM', 'EMLINK', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].includes(code)) return false;
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

/** Gives way to other work between slices: the bytes of a model take tens of milliseconds. */
export async function hashBytes(bytes: Uint8Array): Promise<string> {
  const hash = createHash('sha256');
  for (let from = 0; from < bytes.length; from += hashSliceBytes) {
    if (from > 0) await nextTurn();
    hash.update(bytes.subarray(from, from + hashSliceBytes));
  }
  return hash.digest('hex');
}

export function corrupt(hash: string, path: string): AppError {
  return new AppError('store/blob-corrupt', `the file ${path} no longer holds the bytes of its name`, {
    details: { hash, path },
  });
}

/** Does what reads a blob; when it is not there, `store/blob-missing`. */
export async function blobGuarded<T>(hash: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw blobError(error, hash);
  }
}

function blobError(error: unknown, hash: string): unknown {
  if (!isMissing(error)) return fileError(error, `reading blob ${hash}`);
  return new AppError('store/blob-missing', `blob ${hash} is not in the data folder`, {
    details: { hash },
    cause: error,
  });
}
