// Kysely over Node's own SQLite: one connection per process, transactions that take the write lock at once.
// Kysely's runtime keeps a mutex over the connection, because the SQLite adapter says there is only one: a
// transaction holds it from begin to commit, so no other caller's statement can slip inside.

import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';

/** Distinct statements kept prepared; the store has about a hundred. */
const statementsMax = 256;

export type PreparedStatements = (sql: string) => StatementSync;

/** Prepares each text once; past `statementsMax` the oldest is dropped. */
export function preparedStatements(database: DatabaseSync): PreparedStatements {
  const cache = new Map<string, StatementSync>();
  return (sql) => {
    const known = cache.get(sql);
    if (known !== undefined) return known;
    const statement = database.prepare(sql);
    if (cache.size >= statementsMax) cache.delete(cache.keys().next().value as string);
    cache.set(sql, statement);
    return statement;
  };
}

export function nodeSqliteDialect(database: DatabaseSync, prepare: PreparedStatements): Dialect {
  return {
    createAdapter: () => new SqliteAdapter(),
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createDriver: () => nodeSqliteDriver(database, prepare),
  };
}

function nodeSqliteDriver(database: DatabaseSync, prepare: PreparedStatements): Driver {
  const connection: DatabaseConnection = {
    executeQuery: async <R>(query: CompiledQuery): Promise<QueryResult<R>> => {
      const statement = prepare(query.sql);
      const parameters = query.parameters as SQLInputValue[];
      if (statement.columns().length > 0) return { rows: statement.all(...parameters) as R[] };
      const { changes, lastInsertRowid } = statement.run(...parameters);
      return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) };
    },
    streamQuery: () => {
      throw new Error('the SQLite store reads pages, it does not stream');
    },
  };
  return {
    init: async () => {},
    acquireConnection: async () => connection,
    // A deferred transaction would meet SQLITE_BUSY half way, when it can no longer be retried safely.
    beginTransaction: async () => database.exec('begin immediate'),
    commitTransaction: async () => database.exec('commit'),
    rollbackTransaction: async () => {
      // After a full disk or an I/O error SQLite has already rolled back by itself.
      if (database.isTransaction) database.exec('rollback');
    },
    releaseConnection: async () => {},
    destroy: async () => database.close(),
  };
}
