// One open SQLite file: how it is opened, and the only two ways in: `read` and `write`.

import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { scheduler } from 'node:timers/promises';
import { Kysely } from 'kysely';
import { AppError } from '../../core/index.ts';
import { nodeSqliteDialect, type PreparedStatements, preparedStatements } from './kysely-dialect.ts';
import type { Lock } from './locks.ts';
import { migrate } from './migrate.ts';
import type { Schema } from './schema.ts';
import { isBusy, storeError } from './sqlite-error.ts';

/** Below this, two connections that write or checkpoint at once can damage a WAL file (sqlite.org/wal.html, WAL-reset bug). */
const sqliteVersionMin = '3.51.3';
/** Waiting inside SQLite stops the event loop, so it is short; the rest of the patience is spent between tries. */
const busyBlockMs = 5;
const busyPauseMs = 10;
const busyTriesMax = 1500;

export interface Database {
  /** Runs queries that change nothing. */
  read<T>(work: (db: Kysely<Schema>) => Promise<T>): Promise<T>;
  /**
   * Runs `work` as one transaction with the write lock taken at its start: durable when it resolves, gone when it
   * throws. `work` may be run again when another process held the lock, so it changes nothing but the database.
   * @param lock what `work` reads and then decides by
   */
  write<T>(lock: Lock, work: (trx: Kysely<Schema>) => Promise<T>): Promise<T>;
  /** A statement for bulk rows; only to be run inside `write` (or as a single read). */
  prepare: PreparedStatements;
  close(): Promise<void>;
}

/** Opens or creates the file, checks the engine, sets durability, migrates. `:memory:` works for tests. */
export function openDatabase(path: string, now: number): Database {
  const file = openFile(path);
  try {
    checkEngine(file);
    // WAL: readers never wait for the writer. synchronous=FULL: a commit has reached the disk when it returns.
    file.exec('pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on');
    file.exec('pragma journal_size_limit = 67108864; pragma cache_size = -32768; pragma temp_store = memory');
    migrate(file, now);
    file.exec(`pragma busy_timeout = ${busyBlockMs}`);
  } catch (error) {
    file.close();
    throw storeError(error);
  }
  const prepare = preparedStatements(file);
  const kysely = new Kysely<Schema>({ dialect: nodeSqliteDialect(file, prepare) });
  return {
    read: (work) => patiently(() => work(kysely)),
    write: (_lock, work) =>
      patiently(() => kysely.transaction().execute((trx) => counted(prepare, trx, work))),
    prepare,
    close: async () => {
      // Kysely closes only what it has used; the file may never have been touched.
      await kysely.destroy();
      if (file.isOpen) file.close();
    },
  };
}

/** Counts the commit in its own transaction when it has changed something. */
async function counted<T>(
  prepare: PreparedStatements,
  trx: Kysely<Schema>,
  work: (trx: Kysely<Schema>) => Promise<T>,
): Promise<T> {
  const changes = prepare('select total_changes() as changes');
  const before = changes.get()?.changes;
  const result = await work(trx);
  if (changes.get()?.changes !== before) prepare('update instance set commits = commits + 1').run();
  return result;
}

function openFile(path: string): DatabaseSync {
  try {
    if (path !== ':memory:') makePrivate(path);
    return new DatabaseSync(path, { timeout: 5000 });
  } catch (error) {
    throw new AppError('store/unavailable', `cannot open the database ${path}: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

/** Only its owner may read the file; SQLite gives the files beside it the same rights. */
function makePrivate(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  closeSync(openSync(path, 'a', 0o600));
  try {
    chmodSync(path, 0o600);
  } catch (error) {
    // A file of another user who lets this one write: it is for that one to say who else may.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') throw error;
  }
}

function checkEngine(file: DatabaseSync): void {
  const version = String(file.prepare('select sqlite_version() as version').get()?.version);
  if (isOlder(version, sqliteVersionMin)) {
    throw new AppError(
      'store/old-engine',
      `this Node brings SQLite ${version}, which can damage a database that two processes write; needs ${sqliteVersionMin}: upgrade Node to 24.21 or later`,
    );
  }
}

/** True when version `a` comes before `b`; both are numbers joined by dots. */
export function isOlder(a: string, b: string): boolean {
  const left = a.split('.').map(Number);
  const right = b.split('.').map(Number);
  for (let i = 0; i < right.length; i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

/** Tries again, off the event loop's time, while another process holds the lock; gives up after about 20 seconds. */
async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await work();
    } catch (error) {
      if (!isBusy(error) || tries >= busyTriesMax) throw storeError(error);
    }
    await scheduler.wait(busyPauseMs);
  }
}
