// Builds what keeps the data folder from growing without end: retention, and the guard of the free space.

import { statfs } from 'node:fs/promises';
import type { Clock } from '../core/index.ts';
import type { Config } from '../interfaces/config/index.ts';
import { type FreeSpace, freeSpaceGuard, Retention } from '../services/retention/index.ts';
import type { BlobStore, ControlStore } from '../storage/ports/index.ts';
import { systemClock, timers } from './platform.ts';
import { blobsAreKept, inspectStores, type StoreDescription } from './stores.ts';

export function buildRetention(parts: {
  config: Pick<Config, 'retention'>;
  store: ControlStore;
  blobs: BlobStore;
  stores: StoreDescription;
  clock: Clock;
}): Retention {
  const { config, store, blobs, stores, clock } = parts;
  return new Retention({
    store,
    ages: config.retention,
    clock,
    machineClock: systemClock,
    timers,
    blobs,
    named: () => {
      const inspection = inspectStores(stores);
      return { blobs: inspection.namedBlobs(), close: () => inspection.close() };
    },
    filesAreKept: () => blobsAreKept(stores),
  });
}

/** The disk that the data folder lies on, and what of it must stay free. */
export async function diskOf({ dataFolder, limits }: Pick<Config, 'dataFolder' | 'limits'>): Promise<{
  freeBytes: number;
  totalBytes: number;
  keptFreeBytes: number;
}> {
  const { bavail, blocks, bsize } = await statfs(dataFolder);
  const keptFreeBytes = limits.freeMegabytesMin * 1e6;
  return { freeBytes: bavail * bsize, totalBytes: blocks * bsize, keptFreeBytes };
}

export function freeSpaceOf({ dataFolder, limits }: Pick<Config, 'dataFolder' | 'limits'>): FreeSpace {
  return freeSpaceGuard({
    folder: dataFolder,
    bytesMin: limits.freeMegabytesMin * 1e6,
    clock: systemClock,
    freeBytes: async () => {
      const { bavail, bsize } = await statfs(dataFolder);
      return bavail * bsize;
    },
  });
}
