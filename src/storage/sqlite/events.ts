// What happened, in order. Other tables' stores append here inside their own transactions.

import type { Kysely, Selectable } from 'kysely';
import type { EventRecord, EventStore, JsonObject } from '../ports/index.ts';
import type { Database } from './database.ts';
import type { EventTable, Schema } from './schema.ts';

type NewEvent = Omit<EventRecord, 'seq'>;

/** Adds an event to the running transaction: it is seen exactly when the change it tells of is. */
export async function insertEvent(trx: Kysely<Schema>, event: NewEvent): Promise<EventRecord> {
  const row = await trx
    .insertInto('event')
    .values({ at: event.at, project: event.project, type: event.type, data: JSON.stringify(event.data) })
    .returning('seq')
    .executeTakeFirstOrThrow();
  return { ...event, seq: row.seq };
}

export function eventStore(database: Database): EventStore {
  return {
    appendEvent: (event) => database.write((trx) => insertEvent(trx, event)),

    readEvents: ({ afterSeq, project, limit }) =>
      database.read(async (db) => {
        let query = db.selectFrom('event').selectAll().where('seq', '>', afterSeq);
        if (project !== undefined) query = query.where('project', '=', project);
        const rows = await query.orderBy('seq').limit(limit).execute();
        return rows.map(eventOf);
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

function eventOf(row: Selectable<EventTable>): EventRecord {
  return {
    seq: row.seq,
    at: row.at,
    project: row.project,
    type: row.type,
    data: JSON.parse(row.data) as JsonObject,
  };
}
