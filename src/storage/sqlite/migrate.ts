// Brings a database from the shape that an earlier version left to today's, in one transaction.

import type { DatabaseSync } from 'node:sqlite';
import { AppError } from '../../core/index.ts';
import { migrations } from './migrations.ts';

/**
 * Brings the database to the shape this code knows. Several processes may start at once: the write lock orders them,
 * and who comes second finds the work done.
 * @throws AppError `store/too-new` when a later version of Almanac has been here, `store/foreign-file` when the file
 *   holds somebody else's tables
 */
export function migrate(database: DatabaseSync, now: number): void {
  database.exec('begin immediate');
  try {
    if (!hasTable(database, 'migration')) {
      refuseForeignTables(database);
      database.exec(
        'create table migration (number integer primary key, name text not null, applied_at integer not null) strict',
      );
    }
    const row = database.prepare('select coalesce(max(number), 0) as number from migration').get();
    const current = Number(row?.number);
    const known = migrations.at(-1)?.number ?? 0;
    if (current > known) {
      throw new AppError(
        'store/too-new',
        `the database has shape ${current}, this version of Almanac knows ${known}: upgrade Almanac or restore an older backup`,
        { details: { databaseShape: current, knownShape: known } },
      );
    }
    const insert = database.prepare('insert into migration (number, name, applied_at) values (?, ?, ?)');
    for (const migration of migrations) {
      if (migration.number <= current) continue;
      database.exec(migration.sql);
      insert.run(migration.number, migration.name, now);
    }
    database.exec('commit');
  } catch (error) {
    if (database.isTransaction) database.exec('rollback');
    throw error;
  }
}

function hasTable(database: DatabaseSync, name: string): boolean {
  return (
    database.prepare("select 1 from sqlite_master where type = 'table' and name = ?").get(name) !== undefined
  );
}

function refuseForeignTables(database: DatabaseSync): void {
  const table = database
    .prepare("select name from sqlite_master where type = 'table' and name not like 'sqlite_%' limit 1")
    .get();
  if (table === undefined) return;
  throw new AppError(
    'store/foreign-file',
    `the database file already holds a table \`${String(table.name)}\` that is not Almanac's: choose another data folder`,
  );
}
