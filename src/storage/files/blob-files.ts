// The files of a folder of blobs as files: listed, hashed, copied elsewhere. For checks and backups; services use `open.ts`.

import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { link, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { AppError } from '../../core/index.ts';
import type { BlobFiles } from '../ports/index.ts';
import { fileError, isMissing } from './file-error.ts';
import { hashFile } from './hash-file.ts';

const goingSuffix = '.going';
const namePattern = /^[0-9a-f]{64}$/;

export function blobFiles(folder: string): BlobFiles {
  const pathOf = (hash: string): string => join(folder, hash.slice(0, 2), hash);
  return {
    pathOf,
    list: () => list(folder),
    hashOf: async (hash) => {
      try {
        return await hashFile(pathOf(hash));
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw fileError(error, `reading ${pathOf(hash)}`);
      }
    },
    copyTo: async (target, hash, { mayLink }) => {
      try {
        return await bring(pathOf(hash), { path: join(target, hash.slice(0, 2), hash), hash, mayLink });
      } catch (error) {
        if (isMissing(error))
          throw new AppError('store/blob-missing', `blob ${hash} is not in ${folder}`, {
            details: { hash },
            cause: error,
          });
        throw fileError(error, `copying blob ${hash}`);
      }
    },
    remove: async (hash) => {
      try {
        await rm(pathOf(hash));
        return true;
      } catch (error) {
        if (isMissing(error)) return false;
        throw fileError(error, `removing blob ${hash}`);
      }
    },
    removeUnchangedSince: async (hash, before) => {
      try {
        return await removeUnchanged(pathOf(hash), before);
      } catch (error) {
        if (isMissing(error)) return false;
        throw fileError(error, `removing blob ${hash}`);
      }
    },
  };
}

async function* list(folder: string): AsyncIterable<{ hash: string; sizeBytes: number; changedAt: number }> {
  for (const part of (await names(folder)).filter((name) => /^[0-9a-f]{2}$/.test(name)))
    for (const hash of await names(join(folder, part))) {
      // What was on its way out when its remover was killed.
      if (hash.endsWith(goingSuffix)) await rm(join(folder, part, hash), { force: true });
      if (!namePattern.test(hash)) continue;
      const facts = await stat(join(folder, part, hash)).catch(() => undefined);
      if (facts !== undefined) yield { hash, sizeBytes: facts.size, changedAt: facts.mtimeMs };
    }
}

async function names(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    if (isMissing(error)) return [];
    throw fileError(error, `listing ${folder}`);
  }
}

/** Looked at once more when nobody can reach it by its name: a writer of the same bytes may just have come by. */
async function removeUnchanged(path: string, before: number): Promise<boolean> {
  const aside = `${path}${goingSuffix}`;
  await rename(path, aside);
  if ((await stat(aside)).mtimeMs >= before) {
    await rename(aside, path);
    return false;
  }
  await rm(aside);
  return true;
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
    createReadStream(from, { highWaterMark: 1 << 18 }),
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
    throw new AppError('store/blob-corrupt', `the file ${from} no longer holds the bytes of its name`, {
      details: { hash: to.hash, path: from },
    });
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
