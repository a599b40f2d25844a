// Small files that say whose folder this is. Written whole: aside, forced to the disk, renamed.

import {
  closeSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { FolderMarker } from '../ports/index.ts';
import { isMissing } from './file-error.ts';

const name = 'almanac.json';

/** The marker of a data folder; undefined when there is none, or nothing that could be read as one. */
export function readMarker(folder: string): FolderMarker | undefined {
  const value = readJson(join(folder, name));
  const { format, id, commits } = (value ?? {}) as Partial<FolderMarker>;
  if (format !== 1 || typeof id !== 'string' || typeof commits !== 'number') return undefined;
  return value as FolderMarker;
}

/** On the disk when it returns. */
export function writeMarker(folder: string, marker: FolderMarker): void {
  writeWhole(join(folder, name), `${JSON.stringify(marker, null, 2)}\n`);
}

/** Whose the folder of blobs is: it may lie on another disk, and be mistaken for another. */
export function readOwner(blobFolder: string): string | undefined {
  const { id } = (readJson(join(blobFolder, name)) ?? {}) as { id?: unknown };
  return typeof id === 'string' ? id : undefined;
}

/** On the disk when it returns. */
export function writeOwner(blobFolder: string, id: string): void {
  writeWhole(join(blobFolder, name), `${JSON.stringify({ id })}\n`);
}

/** Bytes of a file; 0 when there is none. */
export function bytesOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/** True when any blob lies in the folder. */
export function holdsBlobs(blobFolder: string): boolean {
  const folders = listed(blobFolder).filter((entry) => /^[0-9a-f]{2}$/.test(entry));
  return folders.some((folder) => listed(join(blobFolder, folder)).length > 0);
}

function listed(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if (isMissing(error) || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function writeWhole(path: string, text: string): void {
  const aside = `${path}.${process.pid}.tmp`;
  writeFileSync(aside, text, { mode: 0o600, flush: true });
  renameSync(aside, path);
  if (process.platform === 'win32') return; // it writes names with the file
  const folder = openSync(dirname(path), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
