// Dataset versions: written once, named by the hash of their manifest.

import type { Selectable } from 'kysely';
import type { SegmentRecord, SnapshotRecord, SnapshotStore } from '../ports/index.ts';
import type { Database } from './database.ts';
import { insertEvent } from './events.ts';
import type { SnapshotTable } from './schema.ts';

export function snapshotStore(database: Database): SnapshotStore {
  return {
    putSnapshot: (snapshot) =>
      database.write('snapshot', async (trx) => {
        const result = await trx
          .insertInto('snapshot')
          .values({
            id: snapshot.id,
            project: snapshot.project,
            created_at: snapshot.createdAt,
            batch_seq_max: snapshot.batchSeqMax,
            segments: JSON.stringify(snapshot.segments),
            row_count: snapshot.rowCount,
            series_count: snapshot.seriesCount,
            period_min: snapshot.periodMin,
            period_max: snapshot.periodMax,
          })
          .onConflict((conflict) => conflict.column('id').doNothing())
          .executeTakeFirst();
        if (Number(result.numInsertedOrUpdatedRows) === 0) return;
        await insertEvent(trx, {
          at: snapshot.createdAt,
          project: snapshot.project,
          type: 'snapshot.created',
          data: {
            snapshotId: snapshot.id,
            rowCount: snapshot.rowCount,
            seriesCount: snapshot.seriesCount,
            periodMin: snapshot.periodMin,
            periodMax: snapshot.periodMax,
          },
        });
      }),

    getSnapshot: (id) =>
      database.read(async (db) => {
        const row = await db.selectFrom('snapshot').selectAll().where('id', '=', id).executeTakeFirst();
        return row === undefined ? undefined : snapshotOf(row);
      }),

    listSnapshots: (project, limit) =>
      database.read(async (db) => {
        const rows = await db
          .selectFrom('snapshot')
          .selectAll()
          .where('project', '=', project)
          .orderBy('created_at', 'desc')
          .orderBy('batch_seq_max', 'desc')
          .orderBy('id', 'desc')
          .limit(limit)
          .execute();
        return rows.map(snapshotOf);
      }),
  };
}

function snapshotOf(row: Selectable<SnapshotTable>): SnapshotRecord {
  return {
    id: row.id,
    project: row.project,
    createdAt: row.created_at,
    batchSeqMax: row.batch_seq_max,
    segments: JSON.parse(row.segments) as SegmentRecord[],
    rowCount: row.row_count,
    seriesCount: row.series_count,
    periodMin: row.period_min,
    periodMax: row.period_max,
  };
}
