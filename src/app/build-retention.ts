// Builds what keeps the data folder from growing without end: retention, and the guard of the free space.

import { statfs } from 'node:fs/promises';
import type { Clock } from '../core/index.ts';
import type { Config } from '../interfaces/config/index.ts';
import { type FreeSpace, freeSpaceGuard, Retention } from '../services/retention/index.ts';
import { blobFiles, filesAreKept } from '../storage/files/index.ts';
import type { ControlStore } from '../storage/ports/index.ts';
import { openInspection } from '../storage/sqlite/index.ts';
import { blobsPath, databasePath } from './data-folder.ts';
import { systemClock, timers } from './platform.ts';

export function buildRetention(parts: {
  config: Pick<Config, 'dataFolder' | 'retention'>;
  store: ControlStore;
  clock: Clock;
}): Retention {
  const { config, store, clock } = parts;
  return new Retention({
    store,
    ages: config.retention,
    clock,
    machineClock: systemClock,
    timers,
    files: blobFiles(blobsPath(config.dataFolder)),
    named: () => {
      const inspection = openInspection(databasePath(config.dataFolder));
      return { blobs: inspection.namedBlobs(), close: () => inspection.close() };
    },
    filesAreKept: () => filesAreKept(config.dataFolder),
  });
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
