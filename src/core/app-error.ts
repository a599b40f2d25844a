// An operating error, by its code in the table of `errors.ts`.

import { type ErrorCode, type ErrorEntry, errorCodes } from './errors.ts';

/** Facts about an error that machines may read: rows, fields, limits. Must be JSON. */
export type ErrorDetails = Readonly<Record<string, unknown>>;

/** An operating error: something outside this code is wrong, and the message says what, where and what to do. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, options: { details?: ErrorDetails; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.details = options.details ?? {};
  }

  /** What the reader can do about it. */
  get hint(): string {
    const entry: ErrorEntry = errorCodes[this.code];
    return entry.hint;
  }

  /** True when the same action may succeed later without anybody doing anything. */
  get heals(): boolean {
    const entry: ErrorEntry = errorCodes[this.code];
    return entry.heals === true;
  }
}

/** True for an `AppError`, optionally of one given code. */
export function isAppError(error: unknown, code?: ErrorCode): error is AppError {
  return error instanceof AppError && (code === undefined || error.code === code);
}
