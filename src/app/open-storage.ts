// Builds what keeps the data: the data folder, the store and the blobs in it, and the history over both.

import type { Clock, IdSource } from '../core/index.ts';
import type { Config } from '../interfaces/config/index.ts';
import { type DataService, openData } from '../services/data/index.ts';
import type { BlobStore, ControlStore, LocalFiles } from '../storage/ports/index.ts';
import { freeSpaceOf } from './build-retention.ts';
import { type DataFolder, openDataFolder } from './data-folder.ts';
import { megabyte, timers } from './platform.ts';
import { type StoreDescription, scratchOf } from './stores.ts';

export interface Storage extends Pick<DataFolder, 'noteCommits'> {
  readonly store: ControlStore;
  readonly blobs: BlobStore;
  readonly files: LocalFiles;
  /** For threads, which open the stores by themselves. */
  readonly stores: StoreDescription;
  readonly data: DataService;
}

/**
 * Opens or creates the data folder.
 * @param given.clock what day it is for the data
 * @throws AppError `store/…` when it cannot be read or written, or was written by a newer version
 */
export async function openStorage(
  config: Pick<Config, 'dataFolder' | 'limits' | 'threads'>,
  given: { clock: Clock; ids: IdSource },
): Promise<Storage> {
  const { dataFolder, limits, threads } = config;
  const { clock, ids } = given;
  const { store, blobs, noteCommits } = await openDataFolder(dataFolder, { clock, ids });
  const data = openData({
    store,
    blobs,
    files: blobs,
    ids,
    clock,
    timers,
    scratchFolder: scratchOf(dataFolder, ids),
    memoryBytesMax: limits.memoryMegabytes * megabyte,
    threads,
    room: freeSpaceOf(config),
    limits: { textBytesMax: limits.decompressedMegabytes * megabyte },
  });
  const stores: StoreDescription = { kind: 'folder', folder: dataFolder };
  return { store, blobs, files: blobs, stores, data, noteCommits };
}
