// Opens a data folder as one whole: database, stored files, and the marker beside them that tells when one of them is gone,
// older or another's.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { AppError, type Clock, type IdSource } from '../core/index.ts';
import {
  type FolderFacts,
  faultBeforeOpening,
  faultOfFiles,
  faultOfOpened,
  faultOfPages,
} from '../services/keeping/index.ts';
import {
  bytesOf,
  enter,
  type FileBlobs,
  holdsBlobs,
  inTurn,
  inTurnNow,
  isOpen,
  openFileBlobs,
  type Presence,
  readMarker,
  readOwner,
  writeMarker,
  writeOwner,
} from '../storage/files/index.ts';
import type { BlobStore, ControlStore, FolderMarker } from '../storage/ports/index.ts';
import { openSqliteStore } from '../storage/sqlite/index.ts';
import { megabyte } from './platform.ts';

/** Up to here the whole database is checked at every start, a fraction of a second; above, its large tables are left out. */
const checkedBytesMax = 32 * megabyte;

export interface DataFolder {
  /** Closing it says that the folder was closed in order. */
  readonly store: ControlStore;
  readonly blobs: FileBlobs;
  /** Writes beside the database how far it has come; to be called now and then. */
  noteCommits(): Promise<void>;
}

export interface OpenFolderOptions {
  readonly clock: Clock;
  readonly ids: IdSource;
  /** Is told what is wrong, instead of refusing, and goes on with what is there; damaged pages are refused all the same. */
  readonly onLoss?: (fault: AppError) => void;
}

export const databaseName = 'control.sqlite';
export const databasePath = (folder: string): string => join(folder, databaseName);
export const blobsPath = (folder: string): string => join(folder, 'blobs');

/**
 * Opens or creates a data folder.
 * @throws AppError `store/…` when it cannot be read or written, is not one whole, or was written by a newer version
 */
export async function openDataFolder(folder: string, options: OpenFolderOptions): Promise<DataFolder> {
  makeFolder(folder);
  return await inTurn(folder, async () => {
    const facts = factsOf(folder);
    refuse(faultBeforeOpening(facts), options);
    const store = openSqliteStore({ path: databasePath(folder), clock: options.clock });
    try {
      const { blobs, marker } = await openParts(facts, store, options);
      const presence = enter(folder, () => options.ids.next('open'));
      return { blobs, ...keptInStep({ folder, store, presence, marker, clock: options.clock }) };
    } catch (error) {
      await store.close();
      throw error;
    }
  });
}

/** What would keep a server from starting on the folder, found without opening it; undefined = nothing that is seen so. */
export function faultOfFolder(folder: string): AppError | undefined {
  return bytesOf(folder) === 0 ? undefined : faultBeforeOpening(factsOf(folder));
}

function factsOf(folder: string): FolderFacts {
  return {
    folder,
    databaseName,
    marker: readMarker(folder),
    blobOwner: readOwner(blobsPath(folder)),
    holdsBlobs: holdsBlobs(blobsPath(folder)),
    databaseBytes: bytesOf(databasePath(folder)),
    logBytes: bytesOf(`${databasePath(folder)}-wal`),
    isOpen: isOpen(folder),
  };
}

/** Checks the database against the rest, and marks the folder as open. */
async function openParts(
  facts: FolderFacts,
  store: ControlStore,
  options: OpenFolderOptions,
): Promise<{ blobs: FileBlobs; marker: FolderMarker }> {
  const { folder } = facts;
  const { clock, ids } = options;
  refuse(faultOfPages(folder, await store.checkPages({ bytesMax: checkedBytesMax })), {});
  const fault = faultOfOpened(facts, await store.instance());
  refuse(fault, options);
  const { id } = await store.instance();
  if (id === '' || fault !== undefined) await store.nameInstance(ids.next('dat'), clock.now());
  const blobs = openFileBlobs({ folder: blobsPath(folder), ids });
  const lostBefore = facts.marker?.lostBlobs ?? [];
  const { missing, named } = await missingSegments(store, blobs);
  const news = missing.filter((hash) => !lostBefore.includes(hash));
  refuse(faultOfFiles(folder, { missing: news, named }), options);
  // The log is on the disk before the marker says that it is.
  await store.markOpened();
  const instance = await store.instance();
  const marker: FolderMarker = {
    format: 1,
    ...instance,
    state: 'open',
    writtenAt: clock.now(),
    lostBlobs: missing,
  };
  if (facts.blobOwner !== instance.id) writeOwner(blobsPath(folder), instance.id);
  writeMarker(folder, marker);
  return { blobs, marker };
}

/** The history's files that are not there: without them neither a training nor a start can read it. */
async function missingSegments(
  store: Pick<ControlStore, 'listProjects' | 'listSegments'>,
  blobs: Pick<BlobStore, 'has'>,
): Promise<{ missing: string[]; named: number }> {
  const hashes = new Set<string>();
  for (const { name } of await store.listProjects())
    for (const { hash } of await store.listSegments(name, { batchSeqMax: Number.MAX_SAFE_INTEGER }))
      hashes.add(hash);
  const missing: string[] = [];
  for (const hash of hashes) if (!(await blobs.has(hash))) missing.push(hash);
  return { missing, named: hashes.size };
}

/** The store, which keeps the marker in step with what it does. */
function keptInStep(parts: {
  folder: string;
  store: ControlStore;
  presence: Presence;
  marker: FolderMarker;
  clock: Clock;
}): Pick<DataFolder, 'store' | 'noteCommits'> {
  const { folder, store, presence, clock } = parts;
  let { marker } = parts;
  let isClosed = false;
  const note = (commits: number, state: FolderMarker['state']): void => {
    if (commits === marker.commits && state === marker.state) return;
    // Another process may have come further, and know of more that is lost.
    const now = readMarker(folder) ?? marker;
    marker = { ...now, commits: Math.max(now.commits, commits), state, writtenAt: clock.now() };
    writeMarker(folder, marker);
  };
  const atExit = (): void => {
    if (isClosed) return;
    // Leaving without a word, Node closes the database by itself, and its log goes.
    inTurnNow(folder, () => {
      if (!presence.othersAreHere()) note(marker.commits, 'closed');
    });
  };
  process.once('exit', atExit);
  return {
    noteCommits: async () => {
      if (!isClosed) note((await store.instance()).commits, 'open');
    },
    store: {
      ...store,
      close: () =>
        inTurn(folder, async () => {
          if (isClosed) return;
          if (!presence.othersAreHere()) note((await store.instance()).commits, 'closed');
          await store.close();
          isClosed = true;
          presence.leave();
          process.off('exit', atExit);
        }),
    },
  };
}

function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    const reason = (error as Error).message;
    throw new AppError('store/unavailable', `the data folder ${path} cannot be made: ${reason}`, {
      cause: error,
    });
  }
}

/** @throws AppError the fault, unless somebody goes on with what is there */
function refuse(fault: AppError | undefined, { onLoss }: Pick<OpenFolderOptions, 'onLoss'>): void {
  if (fault === undefined) return;
  if (onLoss === undefined) throw fault;
  onLoss(fault);
}
