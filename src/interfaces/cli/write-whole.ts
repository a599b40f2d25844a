// Writes a file that appears under its name when it is whole.

import { open, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AppError, isAppError } from '../../core/index.ts';

/**
 * In place of what had that name, on the disk when it resolves. What fails leaves what was there, and nothing of itself.
 * @throws AppError `cli/unwritable-file`, `store/full`, and what `pieces` throws
 */
export async function writeWhole(path: string, pieces: AsyncIterable<Uint8Array>): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    const file = await open(temporary, 'w');
    try {
      for await (const piece of pieces) await file.writeFile(piece);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    await syncFolder(dirname(path));
  } catch (error) {
    await rm(temporary, { force: true });
    throw writeError(error, path);
  }
}

/**
 * A small file that its user goes on with.
 * @param force in place of what had that name
 * @throws AppError `cli/file-exists`, `cli/unwritable-file`, `store/full`
 */
export async function writeNew(path: string, text: string, force: boolean): Promise<void> {
  try {
    await writeFile(path, text, { flag: force ? 'w' : 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST')
      throw new AppError('cli/file-exists', `${path} is there already`);
    throw writeError(error, path);
  }
}

/** @throws AppError `cli/file-exists` */
export async function refuseTaken(paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    const isThere = await stat(path).then(
      () => true,
      () => false,
    );
    if (isThere) throw new AppError('cli/file-exists', `${path} is there already`);
  }
}

function writeError(error: unknown, path: string): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  if (isAppError(error) || code === undefined) return error;
  const what = `${path} cannot be written: ${message}`;
  return new AppError(code === 'ENOSPC' ? 'store/full' : 'cli/unwritable-file', what, { cause: error });
}

/** Forces the names in a folder to the disk. Windows has no such call: it writes them with the file. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
