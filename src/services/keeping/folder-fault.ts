// Is what lies in a data folder one whole? What a server must not start on, told from a few facts of its files.

import { AppError } from '../../core/index.ts';
import type { FolderMarker, Instance } from '../../storage/ports/index.ts';

/** What is seen of a data folder before its database is opened. */
export interface FolderFacts {
  readonly folder: string;
  /** Name of the database's file in it. */
  readonly databaseName: string;
  readonly marker: FolderMarker | undefined;
  /** Whose the folder of blobs says it is. */
  readonly blobOwner: string | undefined;
  readonly holdsBlobs: boolean;
  readonly databaseBytes: number;
  readonly logBytes: number;
  /** Another process has it open. */
  readonly isOpen: boolean;
}

/** Why the database must not even be opened, which would make a new one or drop what its log held. */
export function faultBeforeOpening(facts: FolderFacts): AppError | undefined {
  const { folder, databaseName, marker, databaseBytes, logBytes } = facts;
  const known = marker !== undefined || facts.blobOwner !== undefined || facts.holdsBlobs;
  if (databaseBytes === 0 && known)
    return new AppError(
      'store/database-missing',
      `${folder} holds what belongs to a database, and ${databaseName} is ${logBytes > 0 ? 'empty or ' : ''}not there: starting would begin an empty one`,
    );
  if (databaseBytes > 0 && marker !== undefined && facts.blobOwner === undefined)
    return new AppError(
      'store/files-missing',
      `${join(folder, 'blobs')}, where the files are stored that the database names, is not there or is another folder`,
    );
  // While anybody has it open, or after that one was killed, the log is there.
  if (databaseBytes > 0 && marker?.state === 'open' && logBytes === 0 && !facts.isOpen)
    return new AppError(
      'store/log-missing',
      `${join(folder, databaseName)}-wal is not there, though the database was not closed in order: its last commits are lost, unless another program has opened the database meanwhile`,
    );
  return undefined;
}

/** Why the database that was opened does not belong to the rest. */
export function faultOfOpened(
  {
    folder,
    databaseName,
    marker,
    blobOwner,
  }: Pick<FolderFacts, 'folder' | 'databaseName' | 'marker' | 'blobOwner'>,
  database: Instance,
): AppError | undefined {
  const parts = [
    { name: databaseName, id: database.id },
    { name: 'almanac.json', id: marker?.id },
    { name: 'blobs', id: blobOwner },
  ].filter((part): part is { name: string; id: string } => part.id !== undefined && part.id !== '');
  const [first, ...rest] = parts;
  const other = rest.find(({ id }) => id !== first?.id);
  if (first !== undefined && other !== undefined)
    return new AppError(
      'store/other-folder',
      `in ${folder}, ${first.name} is of ${first.id} and ${other.name} of ${other.id}`,
      { details: { parts } },
    );
  if (marker !== undefined && database.commits < marker.commits)
    return new AppError(
      'store/database-older',
      `the database in ${folder} has seen ${database.commits} commits, and ${marker.commits} were acknowledged`,
      { details: { commits: database.commits, acknowledged: marker.commits } },
    );
  return undefined;
}

/** What is missing of the files that the database cannot do without. */
export function faultOfFiles(
  folder: string,
  { missing, named }: { missing: readonly string[]; named: number },
): AppError | undefined {
  if (missing.length === 0) return undefined;
  return new AppError(
    'store/files-missing',
    `${missing.length} of ${named} files of the history are not in ${join(folder, 'blobs')}: ${missing.slice(0, 3).join(', ')}${missing.length > 3 ? ', …' : ''}`,
    { details: { missing: missing.slice(0, 100) } },
  );
}

/** What is wrong with the pages of the database. */
export function faultOfPages(folder: string, findings: readonly string[]): AppError | undefined {
  if (findings.length === 0) return undefined;
  return new AppError(
    'store/corrupt',
    `the database in ${folder} is damaged: ${findings.slice(0, 3).join('; ')}`,
    { details: { findings } },
  );
}

function join(folder: string, name: string): string {
  return `${folder}/${name}`;
}
