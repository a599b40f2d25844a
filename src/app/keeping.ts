// Builds what can be done with a data folder as a whole, whether or not a server could start on it, and beside one that runs.

import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve, sep } from 'node:path';
import { AppError } from '../core/index.ts';
import type { CliKeeping } from '../interfaces/cli/index.ts';
import type { Config } from '../interfaces/config/index.ts';
import { DuckDb } from '../services/data/index.ts';
import { systemTimers } from '../services/jobs/index.ts';
import {
  type BackupNote,
  type Copied,
  type CopyParts,
  copyFolder,
  type VerifyReport,
  verify,
} from '../services/keeping/index.ts';
import {
  blobFiles,
  bytesOf,
  holdsBlobs,
  isOpen,
  keepFiles,
  readMarker,
  readOwner,
  writeMarker,
  writeOwner,
} from '../storage/files/index.ts';
import type { Inspection } from '../storage/ports/index.ts';
import { copyDatabase, openInspection, openSqliteStore } from '../storage/sqlite/index.ts';
import { blobsPath, databaseName, databasePath, faultOfFolder, openDataFolder } from './data-folder.ts';
import { systemClock, systemIds } from './platform.ts';

type OnProgress = (fraction: number, message: string) => void;

const noteName = 'backup.json';
/** A file that cannot be read in this time will not be. */
const segmentMsMax = 600_000;

export function keepingOf({ dataFolder }: Config, version: string): CliKeeping {
  return {
    holdsData: () => bytesOf(databasePath(dataFolder)) > 0,
    fault: () => faultOfFolder(dataFolder),
    acceptLoss: async () => {
      const faults: AppError[] = [];
      const onLoss = (fault: AppError): void => void faults.push(fault);
      const folder = await openDataFolder(dataFolder, { clock: systemClock, ids: systemIds(), onLoss });
      await folder.store.close();
      return faults;
    },
    verify: ({ folder = dataFolder, onProgress }) => verifyFolder(resolve(folder), onProgress),
    backup: ({ to, onProgress }) => backupTo(dataFolder, { to: resolve(to), version, onProgress }),
    restore: ({ from, replace, onProgress }) =>
      restoreTo(dataFolder, { from: resolve(from), replace, onProgress }),
  };
}

async function verifyFolder(folder: string, onProgress: OnProgress): Promise<VerifyReport> {
  const keep = existsSync(folder) ? keepFiles(folder, () => systemIds().next('verify')) : undefined;
  const scratchFolder = mkdtempSync(join(tmpdir(), 'almanac-verify-'));
  const engine = new DuckDb({ scratchFolder, timers: systemTimers, workersMax: 1 });
  let inspection: Inspection | undefined;
  try {
    const fault = faultOfFolder(folder);
    if (bytesOf(databasePath(folder)) === 0)
      throw fault ?? new AppError('store/database-missing', `${folder} holds no data of Almanac`);
    inspection = openInspection(databasePath(folder));
    const blobs = blobFiles(blobsPath(folder));
    return await verify({
      inspection,
      folder,
      databaseName,
      blobs,
      marker: readMarker(folder),
      blobOwner: readOwner(blobsPath(folder)),
      fault,
      segmentFacts: (hash) =>
        engine.run('segmentFacts', { path: blobs.pathOf(hash) }, { limitMs: segmentMsMax }),
      onProgress,
    });
  } finally {
    inspection?.close();
    await engine.close();
    rmSync(scratchFolder, { recursive: true, force: true });
    keep?.release();
  }
}

async function backupTo(
  dataFolder: string,
  { to, version, onProgress }: { to: string; version: string; onProgress: OnProgress },
): Promise<Copied & { to: string }> {
  if (`${to}${sep}`.startsWith(`${resolve(dataFolder)}${sep}`))
    throw new AppError('backup/not-a-place', `${to} lies in the data folder itself`);
  if (existsSync(to) && readdirSync(to).length > 0 && readNote(to) === undefined)
    throw new AppError('backup/not-a-place', `${to} holds something that is no backup`);
  const fault = faultOfFolder(dataFolder);
  if (fault !== undefined) throw fault;
  if (bytesOf(databasePath(dataFolder)) === 0)
    throw new AppError('store/database-missing', `${dataFolder} holds nothing yet that could be backed up`);
  const keep = keepFiles(dataFolder, () => systemIds().next('backup'));
  try {
    const copied = await copyFolder(
      copyParts({ from: dataFolder, to, onProgress }, { mayLink: true, rename: false }),
    );
    const { linked: _, ...facts } = copied;
    const note: BackupNote = { format: 1, ...facts, endedAt: systemClock.now(), version };
    await writeFile(join(to, noteName), `${JSON.stringify(note, null, 2)}\n`, { mode: 0o600, flush: true });
    return { ...copied, to };
  } finally {
    keep?.release();
  }
}

async function restoreTo(
  dataFolder: string,
  { from, replace, onProgress }: { from: string; replace: boolean; onProgress: OnProgress },
): Promise<Copied & { to: string; before: string | null }> {
  const note = readNote(from);
  if (note === undefined)
    throw new AppError('backup/not-a-backup', `${from} has no ${noteName} that can be read`);
  let before: string | null = null;
  if (bytesOf(databasePath(dataFolder)) > 0 || holdsBlobs(blobsPath(dataFolder))) {
    if (!replace) throw new AppError('backup/not-a-place', `${dataFolder} holds data already`);
    if (isOpen(dataFolder))
      throw new AppError('backup/in-use', `a process has ${dataFolder} open: stop it first`);
    before = `${dataFolder}.before-${new Date(systemClock.now()).toISOString().replace(/[:.]/g, '-')}`;
    renameSync(dataFolder, before);
  }
  const parts = copyParts({ from, to: dataFolder, onProgress }, { mayLink: false, rename: true });
  const copied = await copyFolder({ ...parts, expected: note.ledger });
  return { ...copied, begunAt: note.begunAt, to: dataFolder, before };
}

/** @param how.rename gives the copy an id of its own, as it goes its own way */
function copyParts(
  { from, to, onProgress }: { from: string; to: string; onProgress: OnProgress },
  how: { mayLink: boolean; rename: boolean },
): CopyParts {
  const aside = `${databasePath(to)}.new`;
  const source = blobFiles(blobsPath(from));
  return {
    to: blobFiles(blobsPath(to)),
    copyBlob: (hash) => source.copyTo(blobsPath(to), hash, how),
    lost: readMarker(from)?.lostBlobs ?? [],
    now: () => systemClock.now(),
    onProgress,
    copyDatabase: async (progress) => {
      mkdirSync(blobsPath(to), { recursive: true, mode: 0o700 });
      await copyDatabase({ from: databasePath(from), to: aside, onProgress: progress });
      if (how.rename) await giveNewId(aside);
      return openInspection(aside);
    },
    putDatabase: async () => renameSync(aside, databasePath(to)),
    writeMarker: (marker) => {
      writeOwner(blobsPath(to), marker.id);
      writeMarker(to, marker);
    },
  };
}

async function giveNewId(path: string): Promise<void> {
  const store = openSqliteStore({ path, clock: systemClock });
  try {
    await store.nameInstance(systemIds().next('dat'), systemClock.now());
  } finally {
    await store.close();
  }
}

function readNote(folder: string): BackupNote | undefined {
  try {
    const note = JSON.parse(readFileSync(join(folder, noteName), 'utf8')) as BackupNote;
    return note.format === 1 ? note : undefined;
  } catch {
    return undefined;
  }
}
