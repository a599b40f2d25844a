// The log: one JSON object per line on standard error, so that standard output stays for results.

import { visibleJson } from '../core/index.ts';
import type { LogLevel } from '../interfaces/config/index.ts';

export interface Log {
  info(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

const ranks: Readonly<Record<LogLevel, number>> = { silent: 0, error: 1, warn: 2, info: 3, debug: 4 };

/** Writes entries at `level` and graver. Errors among the fields are written with code, message, stack and cause. */
export function createLog(level: LogLevel): Log {
  const write = (name: 'info' | 'error', fields: object, message: string): void => {
    if (ranks[name] > ranks[level]) return;
    const entry = { time: new Date().toISOString(), level: name, message, ...fields };
    process.stderr.write(`${visibleJson(entry, (_key, value) => plain(value))}\n`);
  };
  return {
    info: (fields, message) => write('info', fields, message),
    error: (fields, message) => write('error', fields, message),
  };
}

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
