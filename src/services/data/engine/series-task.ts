// The worker's half of reading the sealed rows of one series.

import type { Transferable } from 'node:worker_threads';
import type { ObservationStatus } from '../../../core/index.ts';
import { segmentColumn } from './covariate-columns.ts';
import type { TaskContext } from './engine.ts';
import { openSegments, type SegmentFile } from './segment-files.ts';
import { sqlName } from './sql-text.ts';

export interface SeriesRowsInput {
  readonly segments: readonly SegmentFile[];
  readonly seriesId: string;
  /** Inclusive. */
  readonly from: number;
  readonly to: number;
  /** Covariates that are wanted. */
  readonly columns: readonly string[];
  readonly rowsMax: number;
}

/** What a row says, by its batch; a value is null where it is unknown, a cell where it is silent. */
export interface SeriesRow {
  readonly period: number;
  readonly value: number | null;
  readonly status: ObservationStatus;
  readonly batchSeq: number;
  readonly cells: readonly (number | string | null)[];
}

/** The rows of one series, ascending by batch. Cost: a read of the row groups that may hold it. */
export async function seriesRowsTask(
  { segments, seriesId, from, to, columns, rowsMax }: SeriesRowsInput,
  context: TaskContext,
): Promise<{ output: SeriesRow[]; transfer: Transferable[] }> {
  const { covariates } = await openSegments(context, 'history', segments);
  const cells = columns.map((name) =>
    covariates.includes(name) ? `, ${sqlName(segmentColumn(name))}` : ', NULL',
  );
  const statement = await context.engine.connection.prepare(
    `SELECT period, value, status, CAST(seq AS DOUBLE)${cells.join('')} FROM history_rows
     WHERE series_id = $1 AND period BETWEEN ${from} AND ${to} ORDER BY seq, period LIMIT ${rowsMax}`,
  );
  statement.bindVarchar(1, seriesId);
  const rows = await (await statement.run()).getRowsJS();
  const output = rows.map(
    ([period, value, status, seq, ...own]): SeriesRow => ({
      period: Number(period),
      value: value === null || !Number.isFinite(Number(value)) ? null : Number(value),
      status: Number(status) as ObservationStatus,
      batchSeq: Number(seq),
      cells: own.map((cell) => (typeof cell === 'string' || cell === null ? cell : Number(cell))),
    }),
  );
  return { output, transfer: [] };
}
