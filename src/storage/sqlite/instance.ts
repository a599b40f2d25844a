// Which data folder this database belongs to, how many commits it has seen, and whether its pages are sound.

import type { InstanceStore } from '../ports/index.ts';
import type { Database } from './database.ts';

/** These grow with traffic; the others are small whatever the load. */
const largeTables = new Set(['prediction', 'tail', 'event', 'batch']);
const findingsMax = 20;

export function instanceStore(database: Database): InstanceStore {
  return {
    instance: () =>
      database.read(async (db) => {
        const row = await db.selectFrom('instance').selectAll().executeTakeFirstOrThrow();
        return { id: row.id, createdAt: row.created_at, commits: row.commits };
      }),
    nameInstance: (id, at) =>
      database.write('instance', async (trx) => {
        await trx.updateTable('instance').set({ id, created_at: at }).execute();
      }),
    markOpened: () =>
      database.write('instance', async (trx) => {
        await trx
          .updateTable('instance')
          .set((eb) => ({ opens: eb('opens', '+', 1) }))
          .execute();
      }),
    checkPages: ({ bytesMax }) =>
      database.read(async () => {
        const bytes = Number(
          database
            .prepare('select page_count * page_size as bytes from pragma_page_count, pragma_page_size')
            .get()?.bytes,
        );
        if (bytes <= bytesMax) return findings(database, 'pragma quick_check');
        const tables = database
          .prepare("select name from sqlite_master where type = 'table' and name not like 'sqlite_%'")
          .all()
          .map(({ name }) => String(name))
          .filter((name) => !largeTables.has(name));
        return tables.flatMap((name) => findings(database, `pragma quick_check("${name}")`));
      }),
  };
}

function findings(database: Database, check: string): string[] {
  return database
    .prepare(check)
    .all()
    .map((row) => String(Object.values(row)[0]))
    .filter((line) => line !== 'ok')
    .slice(0, findingsMax);
}
