// Builds what keeps the data: the data folder, the store and the blobs in it, and the history over both.

import { join } from 'node:path';
import type { Clock, IdSource } from '../core/index.ts';
import type { Config } from '../interfaces/config/index.ts';
import { type DataService, openData } from '../services/data/index.ts';
import { claimScratch } from '../storage/files/index.ts';
import type { BlobStore, ControlStore } from '../storage/ports/index.ts';
import { freeSpaceOf } from './build-retention.ts';
import { type DataFolder, openDataFolder } from './data-folder.ts';
import { megabyte, timers } from './platform.ts';

export interface Storage extends Pick<DataFolder, 'noteCommits'> {
  readonly store: ControlStore;
  readonly blobs: BlobStore;
  readonly data: DataService;
}

/**
 * Opens or creates the data folder, and writes the configured projects into it.
 * @param given.clock what day it is for the data
 * @throws AppError `store/…` when it cannot be read or written, or was written by a newer version
 */
export async function openStorage(
  config: Pick<Config, 'dataFolder' | 'projects' | 'limits' | 'threads'>,
  given: { clock: Clock; ids: IdSource },
): Promise<Storage> {
  const { dataFolder, projects, limits, threads } = config;
  const { clock, ids } = given;
  const { store, blobs, noteCommits } = await openDataFolder(dataFolder, { clock, ids });
  for (const project of projects) await store.putProject(project, clock.now());
  const data = openData({
    store,
    blobs,
    ids,
    clock,
    timers,
    scratchFolder: claimScratch(join(dataFolder, 'scratch'), () => ids.next('tmp')).folder,
    memoryBytesMax: limits.memoryMegabytes * megabyte,
    threads,
    room: freeSpaceOf(config),
    limits: { textBytesMax: limits.decompressedMegabytes * megabyte },
  });
  return { store, blobs, data, noteCommits };
}
