// What happened, in order. Other tables' stores append here inside their own transactions.

import type { Kysely } from 'kysely';
import { decodeEvent, encodeEvent, type NewEvent, type StoredEvent } from '../../core/index.ts';
import type { EventStore } from '../ports/index.ts';
import type { Database } from './database.ts';
import type { Schema } from './schema.ts';

/** Adds an event to the running transaction: it is seen exactly when the change it tells of is. */
export async function insertEvent(trx: Kysely<Schema>, event: NewEvent): Promise<StoredEvent> {
  const row = await trx
    .insertInto('event')
    .values(encodeEvent(event))
    .returningAll()
    .executeTakeFirstOrThrow();
  return decodeEvent(row);
}

export function eventStore(database: Database): EventStore {
  return {
    appendEvent: (event) => database.write((trx) => insertEvent(trx, event)),

    readEvents: ({ afterSeq, project, limit }) =>
      database.read(async (db) => {
        let query = db.selectFrom('event').selectAll().where('seq', '>', afterSeq);
        if (project !== undefined) query = query.where('project', '=', project);
        const rows = await query.orderBy('seq').limit(limit).execute();
        return rows.map(decodeEvent);
      }),

    lastEventSeq: () =>
      database.read(async (db) => {
        const row = await db
          .selectFrom('event')
          .select((eb) => eb.fn.max('seq').as('seq'))
          .executeTakeFirst();
        return row?.seq ?? 0;
      }),
  };
}
