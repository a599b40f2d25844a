// What SQLite reports, as the product's own errors. Codes: https://www.sqlite.org/rescode.html

import { AppError, isAppError } from '../../core/index.ts';

/** Primary result code of an error thrown by node:sqlite; undefined for any other error. */
function resultCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number')
    return undefined;
  // The low byte is the primary code; the rest tells sub-kinds.
  return error.errcode & 0xff;
}

const busy = 5;
const locked = 6;

/** True when another connection held the lock: nothing is wrong, try again. */
export function isBusy(error: unknown): boolean {
  const code = resultCode(error);
  return code === busy || code === locked;
}

/** The `AppError` for what SQLite threw; errors that are not SQLite's are returned as they are. */
export function storeError(error: unknown): unknown {
  if (isAppError(error)) return error;
  const code = resultCode(error);
  if (code === undefined) return error;
  const what = (error as Error).message;
  const options = { cause: error };
  switch (code) {
    case busy:
    case locked:
      return new AppError('store/busy', `another process kept the database locked: ${what}`, options);
    case 13: // SQLITE_FULL
      return new AppError('store/full', `no space left for the database: free some disk (${what})`, options);
    case 11: // SQLITE_CORRUPT
    case 26: // SQLITE_NOTADB
      return new AppError(
        'store/corrupt',
        `the database file is damaged: restore a backup (${what})`,
        options,
      );
    case 19: // SQLITE_CONSTRAINT
      return new AppError('store/conflict', `the database refused a record: ${what}`, options);
    case 3: // SQLITE_PERM
    case 8: // SQLITE_READONLY
    case 10: // SQLITE_IOERR
    case 14: // SQLITE_CANTOPEN
      return new AppError('store/unavailable', `the database cannot be used: ${what}`, options);
    default:
      return error;
  }
}
