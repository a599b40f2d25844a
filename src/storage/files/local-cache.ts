// Local files of blobs that are stored elsewhere: fetched when asked for, verified, kept while there is room. The cache is a
// folder of blobs itself, which processes and threads of one machine may share; nothing is lost when it is removed.

import { type Clock, isAppError } from '../../core/index.ts';
import { type BlobRef, type BlobStore, eachBlob, type LocalFiles, type StoredBlob } from '../ports/index.ts';
import type { FileBlobs } from './open.ts';

/** What was asked for since then stays, however full the cache is: somebody may be about to read it. */
const keptMs = 3_600_000;

export interface LocalCacheOptions {
  readonly blobs: Pick<BlobStore, 'put' | 'stream'>;
  /** Of this machine; holds nothing but the cache. */
  readonly folder: FileBlobs;
  /** What the cache may hold beyond what was asked for in the last hour. */
  readonly bytesMax: number;
  /** The machine's, as its files have it. */
  readonly clock: Clock;
}

export function openLocalCache(options: LocalCacheOptions): LocalFiles {
  const { blobs, folder } = options;
  /** One fetch for all who ask at once. */
  const underWay = new Map<string, Promise<string>>();
  const fetched = async (hash: string): Promise<string> => {
    const here = await hereWhole(folder, hash);
    if (here !== undefined) return here;
    await folder.put(blobs.stream(hash));
    await makeRoom(options, hash);
    return await folder.localPath(hash);
  };
  return {
    localPath: (hash) => {
      const running = underWay.get(hash) ?? fetched(hash).finally(() => underWay.delete(hash));
      underWay.set(hash, running);
      return running;
    },
    scratchPath: (suffix) => folder.scratchPath(suffix),
    adopt: async (path): Promise<BlobRef> => {
      // Here first: who wrote it often reads it next.
      const ref = await folder.adopt(path);
      await blobs.put(folder.stream(ref.hash));
      await makeRoom(options, ref.hash);
      return ref;
    },
  };
}

/** Marked as used now, so that it stays; undefined when it has to be fetched. */
async function hereWhole(folder: FileBlobs, hash: string): Promise<string | undefined> {
  try {
    if (!(await folder.touch(hash))) return undefined;
    return await folder.localPath(hash);
  } catch (error) {
    if (isAppError(error, 'store/blob-missing') || isAppError(error, 'store/blob-corrupt')) return undefined;
    throw error;
  }
}

/** Removes what was used longest ago. */
async function makeRoom({ folder, bytesMax, clock }: LocalCacheOptions, wanted: string): Promise<void> {
  const held: StoredBlob[] = [];
  let bytes = 0;
  for await (const blob of eachBlob(folder)) {
    bytes += blob.sizeBytes;
    held.push(blob);
  }
  const before = clock.now() - keptMs;
  const idle = held.filter(({ hash, changedAt }) => hash !== wanted && changedAt < before);
  for (const { hash, sizeBytes } of idle.sort((a, b) => a.changedAt - b.changedAt)) {
    if (bytes <= bytesMax) return;
    if (await folder.delete(hash, { before })) bytes -= sizeBytes;
  }
}
