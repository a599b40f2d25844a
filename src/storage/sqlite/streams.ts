// How far streams have been taken in, and who reads them.

import type { Kysely } from 'kysely';
import { AppError } from '../../core/index.ts';
import type { StreamAdvance, StreamStore } from '../ports/index.ts';
import type { Database } from './database.ts';
import type { Schema } from './schema.ts';

export function streamStore(database: Database): StreamStore {
  return {
    readStream: (name) =>
      database.read(async (db) => {
        const stream = await db.selectFrom('stream').selectAll().where('name', '=', name).executeTakeFirst();
        if (stream === undefined) return undefined;
        const rows = await db
          .selectFrom('stream_position')
          .selectAll()
          .where('stream', '=', name)
          .orderBy('partition')
          .execute();
        return {
          name,
          origin: stream.origin,
          holder: stream.holder,
          leaseUntil: stream.lease_until,
          positions: rows.map(({ partition, next, messages, dead_letters, moved_at }) => ({
            partition,
            next,
            messages,
            deadLetters: dead_letters,
            movedAt: moved_at,
          })),
        };
      }),

    leaseStream: ({ name, holder, now, leaseUntil }) =>
      database.write('stream', async (trx) => {
        const taken = await trx
          .insertInto('stream')
          .values({ name, origin: '', holder, lease_until: leaseUntil })
          .onConflict((conflict) =>
            conflict
              .column('name')
              .doUpdateSet({ holder, lease_until: leaseUntil })
              .where((eb) =>
                eb.or([
                  eb('stream.holder', 'is', null),
                  eb('stream.holder', '=', holder),
                  eb('stream.lease_until', '<=', now),
                ]),
              ),
          )
          .returning('name')
          .executeTakeFirst();
        return taken !== undefined;
      }),

    releaseStream: (name, holder) =>
      database.write('stream', async (trx) => {
        await trx
          .updateTable('stream')
          .set({ holder: null, lease_until: 0 })
          .where('name', '=', name)
          .where('holder', '=', holder)
          .execute();
      }),

    advanceStream: (advance) => database.write('stream', (trx) => advanceStream(trx, advance)),

    resetStream: ({ name, origin, at, positions }) =>
      database.write('stream', async (trx) => {
        await trx
          .insertInto('stream')
          .values({ name, origin, holder: null, lease_until: 0 })
          .onConflict((conflict) => conflict.column('name').doUpdateSet({ origin }))
          .execute();
        await trx
          .updateTable('stream_position')
          .set({ next: 0, moved_at: at })
          .where('stream', '=', name)
          .execute();
        for (const [partition, next] of positions)
          await trx
            .insertInto('stream_position')
            .values({ stream: name, partition, next, messages: 0, dead_letters: 0, moved_at: at })
            .onConflict((conflict) => conflict.columns(['stream', 'partition']).doUpdateSet({ next }))
            .execute();
      }),
  };
}

/** Moves positions inside the running transaction: see `StreamStore.advanceStream`. */
export async function advanceStream(
  trx: Kysely<Schema>,
  { stream, at, steps }: StreamAdvance,
): Promise<void> {
  for (const { partition, from, to, messages, deadLetters } of steps) {
    const moved = await trx
      .updateTable('stream_position')
      .set((eb) => ({
        next: to,
        messages: eb('messages', '+', messages),
        dead_letters: eb('dead_letters', '+', deadLetters),
        moved_at: at,
      }))
      .where('stream', '=', stream)
      .where('partition', '=', partition)
      .where('next', '=', from)
      .executeTakeFirst();
    if (moved.numUpdatedRows > 0n) continue;
    const begun =
      from === 0
        ? await trx
            .insertInto('stream_position')
            .values({ stream, partition, next: to, messages, dead_letters: deadLetters, moved_at: at })
            .onConflict((conflict) => conflict.doNothing())
            .returning('partition')
            .executeTakeFirst()
        : undefined;
    if (begun === undefined)
      throw new AppError(
        'streams/position-moved',
        `partition ${partition} of stream ${stream} is no longer at ${from}: another reader or a replay has moved it`,
      );
  }
}
