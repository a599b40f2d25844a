// The worker's half of knowing who reports: of every series its first and newest rows, which of its newest periods have one,
// and up to where its batches closed it.

import type { Transferable } from 'node:worker_threads';

import { ObservationStatus } from '../../../core/index.ts';
import type { ClosingBatch } from '../../../storage/ports/index.ts';
import { bitsKept, type SeriesReports } from '../reporting-table.ts';
import type { TaskContext } from './engine.ts';
import { openSegments, type SegmentFile } from './segment-files.ts';

export interface ReportsInput {
  readonly segments: readonly SegmentFile[];
  readonly batches: readonly ClosingBatch[];
}

export async function reportsTask(
  { segments, batches }: ReportsInput,
  context: TaskContext,
): Promise<{ output: SeriesReports[]; transfer: Transferable[] }> {
  const { engine } = context;
  await openSegments(context, 'history', segments);
  await makeCloses(context, batches);
  const { plan, refused } = ObservationStatus;
  const word = `status <> ${refused}`;
  const bits = (from: number): string =>
    `bit_or(CASE WHEN n - period BETWEEN ${from} AND ${from + 31} THEN 1::UBIGINT << (n - period - ${from}) ELSE 0::UBIGINT END)`;
  const rows = await engine.rows(
    `WITH said AS (SELECT series_id, min(period) FILTER (${word}) AS f, max(period) FILTER (${word}) AS n, max(${wholePeriod}) FILTER (${word}) AS w, max(through) AS t
         FROM history_standing LEFT JOIN closes USING (seq) WHERE status <> ${plan} GROUP BY series_id)
     SELECT series_id, f, n, w, t, CAST(${bits(0)} AS DOUBLE), CAST(${bits(32)} AS DOUBLE)
     FROM history JOIN said USING (series_id)
     WHERE period > n - ${bitsKept} GROUP BY series_id, f, n, w, t ORDER BY series_id`,
  );
  const output = rows.map(
    ([id, first, newest, whole, closes, low, high]): SeriesReports => ({
      id: String(id),
      first: Number(first),
      newest: Number(newest),
      whole: Number(whole),
      closes: closes === null ? Number.NEGATIVE_INFINITY : Number(closes),
      low: Number(low) | 0,
      high: Number(high) | 0,
    }),
  );
  return { output, transfer: [] };
}

/** In SQL, of a row beside `closes`: the newest period that the row by itself says is over. */
export const wholePeriod = 'least(period, coalesce(open_from - 1, period))';

/** Table `closes`: batch → the period up to which it closes the series it holds, and from which on its rows are parts. */
export async function makeCloses(context: TaskContext, batches: readonly ClosingBatch[]): Promise<void> {
  await context.engine.run('CREATE TABLE closes (seq BIGINT, through INTEGER, open_from INTEGER)');
  const appender = await context.engine.writing.createAppender('closes');
  for (const { seq, closesThrough, openFrom } of batches) {
    appender.appendBigInt(BigInt(seq));
    if (closesThrough === null) appender.appendNull();
    else appender.appendInteger(closesThrough);
    if (openFrom === null) appender.appendNull();
    else appender.appendInteger(openFrom);
    appender.endRow();
  }
  appender.closeSync();
}
