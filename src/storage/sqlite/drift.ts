// Reports of drift, each with its event.

import type { Kysely } from 'kysely';
import { type DriftReportHead, type DriftStore, driftReportsKept, type Json } from '../ports/index.ts';
import type { Database } from './database.ts';
import { insertEvent } from './events.ts';
import { refuseRemoved } from './project-records.ts';
import type { DriftReportTable, Schema } from './schema.ts';

export function driftStore(database: Database): DriftStore {
  return {
    addDriftReport: ({ id, project, at, period, verdict, summary, report }, told) =>
      database.write('history of the project', async (trx) => {
        await refuseRemoved(trx, project);
        const { numInsertedOrUpdatedRows } = await trx
          .insertInto('drift_report')
          .values({
            id,
            project,
            at,
            period,
            verdict,
            summary: JSON.stringify(summary),
            report: JSON.stringify(report),
          })
          .onConflict((conflict) => conflict.column('id').doNothing())
          .executeTakeFirstOrThrow();
        if (Number(numInsertedOrUpdatedRows) === 0) return false;
        await removeOld(trx, project);
        if (told !== null) await insertEvent(trx, { at, project, type: 'drift.detected', data: told });
        return true;
      }),

    driftReports: (project, limit) =>
      database.read(async (db) => {
        const rows = await db
          .selectFrom('drift_report')
          .select(['id', 'project', 'at', 'period', 'verdict', 'summary'])
          .where('project', '=', project)
          .orderBy('at', 'desc')
          .orderBy('id', 'desc')
          .limit(limit)
          .execute();
        return rows.map(headOf);
      }),

    driftReport: (project, id) =>
      database.read(async (db) => {
        const row = await db
          .selectFrom('drift_report')
          .selectAll()
          .where('id', '=', id)
          .where('project', '=', project)
          .executeTakeFirst();
        return row === undefined ? undefined : { ...headOf(row), report: JSON.parse(row.report) as Json };
      }),
  };
}

function headOf(row: Omit<DriftReportTable, 'report'>): DriftReportHead {
  const { id, project, at, period, verdict, summary } = row;
  return { id, project, at, period, verdict, summary: JSON.parse(summary) as Json };
}

async function removeOld(trx: Kysely<Schema>, project: string): Promise<void> {
  const [oldest] = await trx
    .selectFrom('drift_report')
    .select(['at', 'id'])
    .where('project', '=', project)
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .offset(driftReportsKept)
    .limit(1)
    .execute();
  if (oldest === undefined) return;
  await trx
    .deleteFrom('drift_report')
    .where('project', '=', project)
    .where((eb) => eb(eb.refTuple('at', 'id'), '<=', eb.tuple(oldest.at, oldest.id)))
    .execute();
}
