// What happened, in order. Other tables' stores append here inside their own transactions.

import type { Kysely } from 'kysely';
import { assert, decodeEvent, encodeEvent, type NewEvent, type StoredEvent } from '../../core/index.ts';
import type { EventStore } from '../ports/index.ts';
import type { Database } from './database.ts';
import { runText } from './expressions.ts';
import type { Schema } from './schema.ts';

/**
 * Adds an event to the running transaction: it is seen exactly when the change it tells of is. Comes last in a transaction: from
 * here to its end no other event can be numbered.
 */
export async function insertEvent(trx: Kysely<Schema>, event: NewEvent): Promise<StoredEvent> {
  const row = { ...encodeEvent(event), seq: await takeNumber(trx, 'event') };
  await runText(trx, 'insert into event (at, project, type, data, seq) values (?, ?, ?, ?, ?)', [
    row.at,
    row.project,
    row.type,
    row.data,
    row.seq,
  ]);
  return decodeEvent(row);
}

/**
 * The next number. The row stays locked until the transaction ends, so numbers become visible in their order and without
 * holes: whoever has seen one can see all before it. A sequence of the database promises neither.
 */
async function takeNumber(trx: Kysely<Schema>, name: 'event'): Promise<number> {
  const [row] = await runText<{ value: number }>(
    trx,
    'update counter set value = value + 1 where name = ? returning value',
    [name],
  );
  assert(row !== undefined, `there is a counter ${name}`);
  return row.value;
}

export function eventStore(database: Database): EventStore {
  return {
    appendEvent: (event) => database.write('events', (trx) => insertEvent(trx, event)),

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
          .selectFrom('counter')
          .select('value')
          .where('name', '=', 'event')
          .executeTakeFirst();
        return row?.value ?? 0;
      }),
  };
}
