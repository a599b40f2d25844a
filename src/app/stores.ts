// Which stores there are, as words that can be handed to a thread, and what opens them there: a thread writes by a connection of
// its own, and knows no more of where things lie than it is told here.

import { join } from 'node:path';
import type { Clock, IdSource } from '../core/index.ts';
import { claimScratch, filesAreKept, openFileBlobs } from '../storage/files/index.ts';
import type { BlobStore, ControlStore, Inspection, LocalFiles } from '../storage/ports/index.ts';
import { openInspection, openSqliteStore } from '../storage/sqlite/index.ts';
import { blobsPath, databasePath } from './data-folder.ts';

/** JSON. One kind today: all of it in a data folder. */
export interface StoreDescription {
  readonly kind: 'folder';
  readonly folder: string;
}

export interface OpenStores {
  readonly store: ControlStore;
  readonly blobs: BlobStore;
  readonly files: LocalFiles;
  /** For what programs of this thread write and read again: its own, gone when it ends. */
  readonly scratchFolder: string;
  close(): Promise<void>;
}

/** For a thread or process beside the one that opened the data folder and looked whether it is whole. */
export function openStores(
  { folder }: StoreDescription,
  { clock, ids }: { readonly clock: Clock; readonly ids: IdSource },
): OpenStores {
  const store = openSqliteStore({ path: databasePath(folder), clock });
  const blobs = openFileBlobs({ folder: blobsPath(folder), ids });
  return {
    store,
    blobs,
    files: blobs,
    scratchFolder: scratchOf(folder, ids),
    close: () => store.close(),
  };
}

export function scratchOf(folder: string, ids: IdSource): string {
  return claimScratch(join(folder, 'scratch'), () => ids.next('tmp')).folder;
}

/** A look at all records, as they are at this moment. */
export function inspectStores({ folder }: StoreDescription): Inspection {
  return openInspection(databasePath(folder));
}

/** True while somebody copies or checks blobs. */
export function blobsAreKept({ folder }: StoreDescription): boolean {
  return filesAreKept(folder);
}
