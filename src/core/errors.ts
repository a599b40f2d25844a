// Every operating error the product can report: code, meaning, and what the reader can do. Grouped by room.
// HTTP statuses live in http/problem.ts; docs/reference/errors.md is generated from this table.

interface ErrorEntry {
  readonly meaning: string;
  readonly hint: string;
}

export const errorCodes = {
  'config/invalid': {
    meaning: 'A setting has a value of the wrong type or outside its range.',
    hint: 'See the setting named in the message in docs/reference/settings.md.',
  },
  'config/not-found': {
    meaning: 'The configuration file named does not exist or cannot be read.',
    hint: 'Run `almanac init FILE` to write one, or pass --config.',
  },
  'models/unknown-model': {
    meaning: 'No model of that name is in the catalog.',
    hint: 'Run `almanac models --catalog` or see docs/reference/models.md for the names.',
  },
  'models/corrupt-state': {
    meaning: 'A saved model state does not have the layout its model expects.',
    hint: 'The artifact was written by another version or is damaged: train again.',
  },
} as const;

export type ErrorCode = keyof typeof errorCodes;

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
}

/** True for an `AppError`, optionally of one given code. */
export function isAppError(error: unknown, code?: ErrorCode): error is AppError {
  return error instanceof AppError && (code === undefined || error.code === code);
}
