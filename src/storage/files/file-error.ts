// What the file system reports, as the product's own errors.

import { AppError } from '../../core/index.ts';

/** The `AppError` for a failed file operation; errors that are not the system's are returned as they are. */
export function fileError(error: unknown, doing: string): unknown {
  if (!(error instanceof Error) || !('syscall' in error)) return error;
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new AppError('store/full', `no space left while ${doing}: free some disk`, { cause: error });
  }
  return new AppError('store/unavailable', `${doing} failed: ${error.message}`, { cause: error });
}

/** True when a path does not exist. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

/** Does what reads or writes files, with its errors as the product's own. */
export async function guarded<T>(doing: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw fileError(error, doing);
  }
}
