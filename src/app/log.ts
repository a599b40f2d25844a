// The log: one JSON object per line on standard error, so that standard output stays for results.

import { writeSync } from 'node:fs';
import { visibleJson } from '../core/index.ts';
import type { LogLevel } from '../interfaces/config/index.ts';
import { LogLines } from './log-lines.ts';

export interface Log {
  info(fields: object, message: string): void;
  error(fields: object, message: string): void;
  /** Lines that could not be written since the start: a full disk, a closed pipe. */
  linesLost(): number;
}

/** When a reader that was too slow is given lines again. */
const retryMs = 200;

const ranks: Readonly<Record<LogLevel, number>> = { silent: 0, error: 1, warn: 2, info: 3, debug: 4 };

/** Writes entries at `level` and graver. Errors among the fields are written with code, message, stack and cause. */
export function createLog(level: LogLevel): Log {
  const lines = standardErrorLines();
  const write = (name: 'info' | 'error', fields: object, message: string): void => {
    if (ranks[name] > ranks[level]) return;
    const entry = { time: now(), level: name, message, ...fields };
    lines.write(visibleJson(entry, (_key, value) => plain(value)));
  };
  return {
    info: (fields, message) => write('info', fields, message),
    error: (fields, message) => write('error', fields, message),
    linesLost: () => lines.lost,
  };
}

let standardError: LogLines | undefined;

/** One for all logs of the process, as there is one standard error. */
function standardErrorLines(): LogLines {
  standardError ??= openStandardError();
  return standardError;
}

function openStandardError(): LogLines {
  // Looking at it makes Node set a pipe up as one that does not wait for its reader; written to directly, as the stream
  // would never be written to again after its first failure.
  const { fd } = process.stderr;
  const lines = new LogLines({
    write: (bytes) => writeSync(fd, bytes),
    later: (callback) => void setTimeout(callback, retryMs).unref(),
    lostLine: (count, reason) =>
      JSON.stringify({ time: now(), level: 'error', message: 'log lines were lost', count, reason }),
  });
  process.once('exit', () => lines.flush());
  return lines;
}

const now = (): string => new Date().toISOString();

function plain(value: unknown): unknown {
  if (!(value instanceof Error)) return value;
  const { message, stack, cause } = value;
  return {
    message,
    stack,
    ...('code' in value ? { code: value.code } : {}),
    ...(cause === undefined ? {} : { cause }),
  };
}
