// Withdrawals: written by the commit of the batch that corrects, or restores, what they are of.

import type { Kysely, Selectable } from 'kysely';
import { AppError } from '../../core/index.ts';
import type { WithdrawalNote, WithdrawalRecord, WithdrawalStore } from '../ports/index.ts';
import type { Database } from './database.ts';
import type { Schema, WithdrawalTable } from './schema.ts';

export function withdrawalStore(database: Database): WithdrawalStore {
  return {
    listWithdrawals: (project) =>
      database.read(async (db) => {
        const rows = await db
          .selectFrom('withdrawal')
          .selectAll()
          .where('project', '=', project)
          .orderBy('correction_seq', 'desc')
          .execute();
        return rows.map(withdrawalOf);
      }),
  };
}

/** Notes in the running transaction what its batch withdraws or restores. */
export async function noteWithdrawal(
  trx: Kysely<Schema>,
  { of, readThrough }: WithdrawalNote,
  batch: { project: string; seq: number; receivedAt: number },
): Promise<void> {
  const { project, seq } = batch;
  const later = await trx
    .selectFrom('batch')
    .select('seq')
    .where('project', '=', project)
    .where('seq', '>', readThrough)
    .where('seq', '<', seq)
    .where('rows_accepted', '>', 0)
    .executeTakeFirst();
  if (later !== undefined)
    throw new AppError('store/conflict', `rows of ${project} have come since the history was read`);
  if (typeof of === 'string') {
    const result = await trx
      .updateTable('withdrawal')
      .set({ restored_seq: seq, restored_at: batch.receivedAt })
      .where('id', '=', of)
      .where('restored_seq', 'is', null)
      .executeTakeFirst();
    if (Number(result.numUpdatedRows) === 1) return;
    throw new AppError('data/unknown-withdrawal', `there is no withdrawal ${of} that stands`);
  }
  await trx
    .insertInto('withdrawal')
    .values({
      id: of.id,
      project,
      batch_seq: of.batchSeq,
      series_id: of.seriesId,
      period_min: of.periodMin,
      period_max: of.periodMax,
      at: of.at,
      reason: of.reason,
      rows: of.rows,
      correction_seq: seq,
      restored_seq: null,
      restored_at: null,
    })
    .execute();
}

function withdrawalOf(row: Selectable<WithdrawalTable>): WithdrawalRecord {
  return {
    id: row.id,
    project: row.project,
    batchSeq: row.batch_seq,
    seriesId: row.series_id,
    periodMin: row.period_min,
    periodMax: row.period_max,
    at: row.at,
    reason: row.reason,
    rows: row.rows,
    correctionSeq: row.correction_seq,
    restoredSeq: row.restored_seq,
    restoredAt: row.restored_at,
  };
}
