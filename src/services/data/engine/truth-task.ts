// What is known of periods when some rows no longer count: the latest of those that do, and what came with it to be added up
// (`rows/add-words.ts`), where it differs from what counts now.

import { ObservationStatus } from '../../../core/index.ts';
import type { RowSelection } from '../../../storage/ports/index.ts';
import type { TaskContext } from './engine.ts';
import { buffersOf, type ObservationArrays, ObservationColumns } from './observation-columns.ts';
import { openSegments, type SegmentFile } from './segment-files.ts';
import { sqlText } from './sql-text.ts';

/** Rows of a selection that do not count, if their batch came before this one. */
export interface Withdrawn extends RowSelection {
  readonly before: number;
}

export interface TruthInput {
  readonly segments: readonly SegmentFile[];
  /** Which periods are looked at: those that these rows are of. */
  readonly selection: RowSelection;
  readonly withdrawn: readonly Withdrawn[];
  /** Batches that only say what others leave: they say nothing themselves. */
  readonly corrections: readonly number[];
  readonly rowsMax: number;
}

export interface TruthOutput {
  /** Rows of the selection. */
  readonly selected: number;
  /** Periods that are to be said anew, up to `rowsMax` and one. */
  readonly rows: ObservationArrays;
}

type Result<T> = Promise<{ output: T; transfer: Transferable[] }>;
type Transferable = ReturnType<typeof buffersOf>[number];

export async function truthTask(input: TruthInput, context: TaskContext): Result<TruthOutput> {
  const { engine } = context;
  const { hasParts } = await openSegments(context, 'history', input.segments);
  const corrections = input.corrections.length === 0 ? 'false' : `seq IN (${input.corrections.join(', ')})`;
  const withdrawn =
    input.withdrawn.map((each) => `(seq < ${each.before} AND ${matches(each)})`).join(' OR ') || 'false';
  await engine.run(
    `CREATE TABLE own AS SELECT series_id, period, value, status, seq, ${corrections} AS repeats,
       (${withdrawn}) AS gone, ${hasParts ? 'part_value, part_status' : 'NULL::DOUBLE AS part_value, NULL::UTINYINT AS part_status'}
     FROM history_rows WHERE status NOT IN (${ObservationStatus.plan}, ${ObservationStatus.refused})`,
  );
  const selected = `(SELECT series_id, period FROM own WHERE NOT repeats AND ${matches(input.selection)})`;
  const [count] = await engine.row(`SELECT count(*) FROM ${selected}`);
  await makeKnown(context, selected);
  const found = await engine.rows(
    `SELECT series_id, period, known.value, known.status FROM (
       SELECT series_id, period, now, coalesce(known,
           {'value': NULL::DOUBLE, 'status': ${ObservationStatus.withdrawn}::UTINYINT}) AS known
       FROM (SELECT series_id, period, arg_max({'value': value, 'status': status}, seq) AS now
         FROM own WHERE (series_id, period) IN ${selected} GROUP BY series_id, period)
       LEFT JOIN known USING (series_id, period))
     WHERE known.status IS DISTINCT FROM now.status
       OR coalesce(known.value, 'nan'::DOUBLE) IS DISTINCT FROM coalesce(now.value, 'nan'::DOUBLE)
     ORDER BY series_id, period LIMIT ${input.rowsMax + 1}`,
  );
  const rows = new ObservationColumns();
  for (const [seriesId, period, value, status] of found)
    rows.add(
      {
        seriesId: String(seriesId),
        period: Number(period),
        value: value === null ? Number.NaN : Number(value),
        status: Number(status) as ObservationStatus,
      },
      0,
    );
  const output = { selected: Number(count), rows: rows.end() };
  return { output, transfer: buffersOf(output.rows) };
}

/**
 * Table `known` (series_id, period, known) of the rows that count: the last one that is no part, and the parts after it. Values are
 * added in the order of batches, as they were when they came.
 */
async function makeKnown({ engine }: TaskContext, selected: string): Promise<void> {
  const { stockout, observed, missing } = ObservationStatus;
  await engine.run(
    `CREATE TABLE counting AS SELECT series_id, period, seq, part_status IS NULL AS is_whole,
       CASE WHEN part_status IS NULL THEN value ELSE part_value END AS value, coalesce(part_status, status) AS status
     FROM own WHERE NOT repeats AND NOT gone AND (series_id, period) IN ${selected}`,
  );
  const has = (status: number): string => `count(*) FILTER (status = ${status}) > 0`;
  await engine.run(
    `CREATE TABLE known AS SELECT series_id, period, {
       'value': list_reduce(list(value ORDER BY seq) FILTER (value IS NOT NULL), lambda a, b: a + b),
       'status': (CASE WHEN ${has(stockout)} THEN ${stockout} WHEN ${has(observed)} THEN ${observed} ELSE ${missing} END)::UTINYINT
     } AS known
     FROM counting LEFT JOIN (SELECT series_id, period, max(seq) AS whole FROM counting WHERE is_whole GROUP BY series_id, period)
       USING (series_id, period)
     WHERE seq >= coalesce(whole, 0) GROUP BY series_id, period`,
  );
}

function matches({ batchSeq, seriesId, periodMin, periodMax }: RowSelection): string {
  const parts = [
    batchSeq === null ? [] : [`seq = ${batchSeq}`],
    seriesId === null ? [] : [`series_id = ${sqlText(seriesId)}`],
    periodMin === null ? [] : [`period >= ${periodMin}`],
    periodMax === null ? [] : [`period <= ${periodMax}`],
  ].flat();
  return parts.length === 0 ? 'true' : parts.join(' AND ');
}
