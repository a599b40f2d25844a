// Totals of a project in a row each, moved by the transactions that change what they count.

import type { Kysely, Selectable } from 'kysely';
import type { BatchRecord, HistoryTotals } from '../ports/index.ts';
import { runText } from './expressions.ts';
import type { HistoryTotalTable, Schema } from './schema.ts';

const noHistory: HistoryTotals = {
  batches: 0,
  batchSeq: 0,
  rowsUnsealed: 0,
  periodMin: null,
  periodMax: null,
};

/** See `HistoryStore.historyTotals`. */
export async function historyTotals(db: Kysely<Schema>, project: string): Promise<HistoryTotals> {
  const [row] = await runText<Selectable<HistoryTotalTable>>(
    db,
    'select * from history_total where project = ?',
    [project],
  );
  if (row === undefined) return noHistory;
  return {
    batches: row.batches,
    batchSeq: row.batch_seq,
    rowsUnsealed: row.rows_unsealed,
    periodMin: row.period_min,
    periodMax: row.period_max,
  };
}

/**
 * Until the running transaction ends no other can add or seal batches of the project. Comes before a batch is numbered, so that
 * numbers of a project become visible in their order.
 */
export async function lockHistory(trx: Kysely<Schema>, project: string): Promise<void> {
  await runText(
    trx,
    'insert into history_total (project, batches, batch_seq, rows_unsealed) values (?, 0, 0, 0) ' +
      'on conflict (project) do update set batches = history_total.batches',
    [project],
  );
}

/** Counts a batch that the running transaction adds. @returns the project's last batch before it */
export async function countBatch(trx: Kysely<Schema>, batch: BatchRecord): Promise<number> {
  const { project, seq } = batch;
  const before = await historyTotals(trx, project);
  await runText(
    trx,
    'update history_total set batches = ?, batch_seq = ?, rows_unsealed = ?, period_min = ?, period_max = ? where project = ?',
    [
      before.batches + 1,
      seq,
      before.rowsUnsealed + (batch.sealed ? 0 : batch.rowsAccepted + batch.rowsQuarantined),
      known(Math.min, before.periodMin, batch.periodMin),
      known(Math.max, before.periodMax, batch.periodMax),
      project,
    ],
  );
  return before.batchSeq;
}

/** Rows that the running transaction seals. */
export async function countSealed(trx: Kysely<Schema>, project: string, rows: number): Promise<void> {
  await trx
    .updateTable('history_total')
    .set((eb) => ({ rows_unsealed: eb('rows_unsealed', '-', rows) }))
    .where('project', '=', project)
    .execute();
}

/** See `PredictionStore.predictionStats`. */
export async function predictionStats(
  db: Kysely<Schema>,
  project: string,
): Promise<{ count: number; cutoffMin: number | null; cutoffMax: number | null }> {
  const row = await db
    .selectFrom('prediction_total')
    .select(['predictions as count', 'cutoff_min as cutoffMin', 'cutoff_max as cutoffMax'])
    .where('project', '=', project)
    .executeTakeFirst();
  return row === undefined ? { count: 0, cutoffMin: null, cutoffMax: null } : { ...row };
}

/** Counts predictions that the running transaction adds, by project. */
export async function countPredictions(
  trx: Kysely<Schema>,
  added: ReadonlyMap<
    string,
    { readonly count: number; readonly cutoffMin: number; readonly cutoffMax: number }
  >,
): Promise<void> {
  for (const [project, { count, cutoffMin, cutoffMax }] of added) {
    const before = await predictionStats(trx, project);
    const totals = {
      predictions: before.count + count,
      cutoff_min: Math.min(before.cutoffMin ?? cutoffMin, cutoffMin),
      cutoff_max: Math.max(before.cutoffMax ?? cutoffMax, cutoffMax),
    };
    await trx
      .insertInto('prediction_total')
      .values({ project, ...totals })
      .onConflict((conflict) => conflict.column('project').doUpdateSet(totals))
      .execute();
  }
}

/** The smaller or larger of two numbers, where null is none. */
function known(of: (a: number, b: number) => number, a: number | null, b: number | null): number | null {
  if (a === null) return b;
  return b === null ? a : of(a, b);
}
