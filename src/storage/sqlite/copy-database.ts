// A copy of the database as it is at one moment, made beside whoever writes.

import { chmodSync, rmSync } from 'node:fs';
import { backup, DatabaseSync } from 'node:sqlite';
import { storeError } from './sqlite-error.ts';

/** Pages copied between two reports of progress. */
const pagesPerStep = 2000;

/**
 * Copies a database file into another that holds all of it, with no log beside it.
 * @param options.onProgress share done, 0 to 1
 * Writers go on meanwhile; what they commit after the beginning is not in the copy.
 */
export async function copyDatabase(options: {
  from: string;
  to: string;
  onProgress?: (fraction: number) => void;
}): Promise<void> {
  const { from, to, onProgress } = options;
  rmSync(to, { force: true });
  try {
    const source = new DatabaseSync(from, { readOnly: true, timeout: 5000 });
    try {
      // With a read transaction open each step copies from the same moment; without one, every commit would begin it anew.
      source.exec('begin');
      source.prepare('select count(*) from sqlite_master').get();
      await backup(source, to, {
        rate: pagesPerStep,
        progress: ({ totalPages, remainingPages }) =>
          onProgress?.(1 - remainingPages / Math.max(1, totalPages)),
      });
    } finally {
      source.close();
    }
    chmodSync(to, 0o600);
    const copy = new DatabaseSync(to);
    try {
      copy.exec('pragma journal_mode = delete; pragma synchronous = full');
    } finally {
      copy.close();
    }
  } catch (error) {
    rmSync(to, { force: true });
    throw storeError(error);
  }
}
