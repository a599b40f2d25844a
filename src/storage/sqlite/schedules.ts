// Schedules: the planned time that was dealt with last, a row each.

import type { ScheduleStore } from '../ports/index.ts';
import type { Database } from './database.ts';

export function scheduleStore(database: Database): ScheduleStore {
  return {
    schedulePlannedAt: (name) =>
      database.read(async (db) => {
        const row = await db
          .selectFrom('schedule')
          .select('planned_at')
          .where('name', '=', name)
          .executeTakeFirst();
        return row?.planned_at;
      }),

    noteSchedule: (name, plannedAt) =>
      database.write('schedule', async (trx) => {
        await trx
          .insertInto('schedule')
          .values({ name, planned_at: plannedAt })
          .onConflict((oc) =>
            oc
              .column('name')
              .doUpdateSet({ planned_at: plannedAt })
              .where('schedule.planned_at', '<', plannedAt),
          )
          .execute();
      }),
  };
}
