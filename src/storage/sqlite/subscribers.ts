// How far subscribers have come: a row for each, and one for each of its projects that is behind.

import type { ProjectBehind, SubscriberPosition, SubscriberStore } from '../ports/index.ts';
import type { Database } from './database.ts';
import type { SubscriberPositionTable } from './schema.ts';

/** Stands for all projects that have no row of their own; no project has this name. */
const allOthers = '';

export function subscriberStore(database: Database): SubscriberStore {
  return {
    readSubscribers: () =>
      database.read(async (db) => {
        const rows = await db
          .selectFrom('subscriber_position')
          .selectAll()
          .orderBy('subscriber')
          .orderBy('project')
          .execute();
        return positionsOf(rows);
      }),

    noteSubscribers: (positions) =>
      database.write('nothing', async (trx) => {
        for (const { subscriber, seq, behind } of positions) {
          await trx.deleteFrom('subscriber_position').where('subscriber', '=', subscriber).execute();
          const all = { project: allOthers, seq, events: 0, since: 0, reason: null };
          for (const row of [all, ...behind])
            await trx
              .insertInto('subscriber_position')
              .values({ subscriber, ...row })
              .execute();
        }
      }),
  };
}

/** @param rows by subscriber, the one for all projects first */
function positionsOf(rows: readonly SubscriberPositionTable[]): SubscriberPosition[] {
  const positions: { subscriber: string; seq: number; behind: ProjectBehind[] }[] = [];
  for (const { subscriber, ...row } of rows) {
    if (row.project === allOthers) positions.push({ subscriber, seq: row.seq, behind: [] });
    else positions.at(-1)?.behind.push(row);
  }
  return positions;
}
