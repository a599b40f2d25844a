// All that is stored of a project as a worker sees it: one row per series and period, whether it is in a segment or waits in the tail.

import { join } from 'node:path';
import { ObservationStatus } from '../../../core/index.ts';
import { segmentColumn } from './covariate-columns.ts';
import type { TaskContext } from './engine.ts';
import { writeSegmentTask } from './history-tasks.ts';
import type { ObservationArrays } from './observation-columns.ts';
import { openSegments, type SegmentFile } from './segment-files.ts';
import { sqlName } from './sql-text.ts';

/** What a worker needs to read everything: segments, and rows that are in none yet. What is in both says it twice. */
export interface StoredRows {
  readonly segments: readonly SegmentFile[];
  readonly tail: ObservationArrays;
}

/**
 * Makes table `latest` (series_id, period, v, st, c0…): demand by the latest batch that speaks of it, unless that took it back, and each
 * covariate by the latest batch that knows it. Periods of which there are only plans and refused rows are left out. View `history_rows`
 * has all rows.
 * @param columns covariates, in the order of c0…; one that nothing is known of is empty
 * @returns how many rows `latest` has
 */
export async function latestWords(
  context: TaskContext,
  stored: StoredRows,
  columns: readonly string[] = [],
): Promise<number> {
  const { engine } = context;
  const { covariates } = await openSegments(context, 'history', [
    ...stored.segments,
    ...(await tailFile(context, stored.tail)),
  ]);
  const { plan, refused, withdrawn } = ObservationStatus;
  const folded = columns.map((name, i) => {
    if (!covariates.includes(name)) return `, NULL::DOUBLE AS c${i}`;
    const column = sqlName(segmentColumn(name));
    return `, arg_max(${column}, seq) FILTER (${column} IS NOT NULL) AS c${i}`;
  });
  const cells = columns.map((_, i) => `, c${i}`).join('');
  await engine.run(
    `CREATE TABLE latest AS SELECT series_id, period, w.v AS v, w.st AS st${cells} FROM (
       SELECT series_id, period,
         arg_max({'v': value, 'st': status}, seq) FILTER (status NOT IN (${plan}, ${refused})) AS w${folded.join('')}
       FROM history_rows GROUP BY series_id, period)
     WHERE w IS NOT NULL AND w.st <> ${withdrawn}`,
  );
  const [rows] = await engine.row('SELECT count(*) FROM latest');
  return Number(rows);
}

/** Rows of the tail as one more segment, in the folder of the task. */
export async function tailFile(context: TaskContext, rows: ObservationArrays): Promise<SegmentFile[]> {
  if (rows.series.length === 0) return [];
  const path = join(context.scratch, 'waiting.parquet');
  await writeSegmentTask({ rows, path }, context);
  return [{ path, batchSeqMin: 0 }];
}
