// What is known of periods when some rows no longer count: the latest of those that do, and what came with it to be added up
// (`rows/add-words.ts`), where it differs from what counts now.

import { ObservationStatus } from '../../../core/index.ts';
import type { RowSelection } from '../../../storage/ports/index.ts';
import type { TaskContext } from './engine.ts';
import { buffersOf, type ObservationArrays, ObservationColumns, openOf } from './observation-columns.ts';
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
  /** Batches that bring refused rows of an earlier one again, or give them up: from and of. */
  readonly repairs: readonly { readonly seq: number; readonly of: number }[];
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
  const { hasParts, hasSums } = await openSegments(context, 'history', input.segments);
  const { plan, refused, missing, withdrawn: gone } = ObservationStatus;
  const corrections = input.corrections.length === 0 ? 'false' : `seq IN (${input.corrections.join(', ')})`;
  const withdrawn = (seq: string): string =>
    input.withdrawn.map((each) => `(${seq} < ${each.before} AND ${matches(each, seq)})`).join(' OR ') ||
    'false';
  await makeRepairs(context, input.repairs);
  const parts = hasParts
    ? 'part_value, part_status'
    : 'NULL::DOUBLE AS part_value, NULL::UTINYINT AS part_status';
  const sums = hasSums
    ? 'refused_rows, answered_rows, open_value, open_status, open_rows'
    : 'NULL::INTEGER AS refused_rows, NULL::INTEGER AS answered_rows, NULL::DOUBLE AS open_value, NULL::UTINYINT AS open_status, NULL::INTEGER AS open_rows';
  const isWaited = hasSums
    ? ' OR refused_rows IS NOT NULL OR answered_rows IS NOT NULL OR open_rows IS NOT NULL'
    : '';
  await engine.run(
    `CREATE TABLE own AS SELECT series_id, period, value, status, seq, ${corrections} AS repeats, (${withdrawn('seq')}) AS gone,
       repaired, repaired IS NOT NULL AND (${withdrawn('repaired')}) AS repaired_gone, ${parts}, ${sums}
     FROM history_rows LEFT JOIN repairs USING (seq)
     WHERE status <> ${plan} AND (status <> ${refused}${isWaited})`,
  );
  const selected = `(SELECT series_id, period FROM own WHERE NOT repeats AND ${matches(input.selection, 'seq')})`;
  const [count] = await engine.row(`SELECT count(*) FROM ${selected}`);
  await makeKnown(context, selected);
  // While refused rows wait the demand is unknown; where nobody has spoken of the period, they do not make its series report.
  const found = await engine.rows(
    `WITH now AS (
       SELECT series_id, period, arg_max({'v': value, 'st': status, 'ov': open_value, 'os': open_status, 'n': open_rows}, seq) AS now,
         bool_or(status <> ${refused}) AS is_said
       FROM own WHERE (series_id, period) IN ${selected} GROUP BY series_id, period),
     then_ AS (
       SELECT series_id, period, now, greatest(coalesce(waiting, 0), 0) AS n, known.value AS value,
         coalesce(known.status, ${refused}) AS kind, is_said
       FROM now LEFT JOIN known USING (series_id, period) LEFT JOIN waits USING (series_id, period)),
     said AS (
       SELECT series_id, period, now, n,
         CASE WHEN n > 0 THEN NULL ELSE value END AS v,
         CASE WHEN n > 0 AND (is_said OR kind <> ${refused}) THEN ${missing} WHEN n > 0 THEN ${refused}
           WHEN kind = ${refused} THEN ${gone} ELSE kind END AS st,
         CASE WHEN n > 0 THEN value END AS ov, CASE WHEN n > 0 THEN kind END AS os
       FROM then_)
     SELECT series_id, period, v, st, ov, os, CAST(n AS DOUBLE) FROM said
     WHERE st IS DISTINCT FROM now.st OR n IS DISTINCT FROM coalesce(now.n, 0) OR os IS DISTINCT FROM now.os
       OR coalesce(v, 'nan'::DOUBLE) IS DISTINCT FROM coalesce(now.v, 'nan'::DOUBLE)
       OR coalesce(ov, 'nan'::DOUBLE) IS DISTINCT FROM coalesce(now.ov, 'nan'::DOUBLE)
     ORDER BY series_id, period LIMIT ${input.rowsMax + 1}`,
  );
  const rows = new ObservationColumns();
  for (const [seriesId, period, value, status, openValue, openStatus, openRows] of found)
    rows.add(
      {
        seriesId: String(seriesId),
        period: Number(period),
        value: value === null ? Number.NaN : Number(value),
        status: Number(status) as ObservationStatus,
        ...(Number(openRows) === 0 ? {} : { open: openOf(openValue, openStatus, openRows) }),
      },
      0,
    );
  const output = { selected: Number(count), rows: rows.end() };
  return { output, transfer: buffersOf(output.rows) };
}

/** Table `repairs` (seq, repaired). */
async function makeRepairs({ engine }: TaskContext, repairs: TruthInput['repairs']): Promise<void> {
  await engine.run('CREATE TABLE repairs (seq BIGINT, repaired BIGINT)');
  const appender = await engine.writing.createAppender('repairs');
  for (const { seq, of } of repairs) {
    appender.appendBigInt(BigInt(seq));
    appender.appendBigInt(BigInt(of));
    appender.endRow();
  }
  appender.closeSync();
}

/**
 * Tables `known` (series_id, period, known) of the rows that count: the last one that is no part, and the parts after it, values
 * added in the order of batches, as they were when they came; and `waits` (series_id, period, waiting): of the refused rows that count
 * those that nobody has answered. An answer stands also where what it brought is taken back, unless the row itself counts no more.
 */
async function makeKnown({ engine }: TaskContext, selected: string): Promise<void> {
  const { stockout, observed, missing, refused } = ObservationStatus;
  await engine.run(
    `CREATE TABLE whole AS SELECT series_id, period, max(seq) AS whole FROM own
     WHERE NOT repeats AND NOT gone AND part_status IS NULL AND status <> ${refused} AND (series_id, period) IN ${selected}
     GROUP BY series_id, period`,
  );
  await engine.run(
    `CREATE TABLE counting AS SELECT series_id, period, seq,
       CASE WHEN part_status IS NULL THEN value ELSE part_value END AS value, coalesce(part_status, status) AS status
     FROM own LEFT JOIN whole USING (series_id, period)
     WHERE NOT repeats AND NOT gone AND (series_id, period) IN ${selected} AND seq >= coalesce(whole, 0)
       AND coalesce(part_status, status) <> ${refused}`,
  );
  const has = (status: number): string => `count(*) FILTER (status = ${status}) > 0`;
  await engine.run(
    `CREATE TABLE known AS SELECT series_id, period,
       {'value': list_reduce(list(value ORDER BY seq) FILTER (value IS NOT NULL), lambda a, b: a + b),
        'status': (CASE WHEN ${has(stockout)} THEN ${stockout} WHEN ${has(observed)} THEN ${observed} ELSE ${missing} END)::UTINYINT
       } AS known
     FROM counting GROUP BY series_id, period`,
  );
  await engine.run(
    `CREATE TABLE waits AS SELECT series_id, period,
       coalesce(sum(refused_rows) FILTER (NOT gone AND seq >= coalesce(whole, 0)), 0)
         - coalesce(sum(answered_rows) FILTER (NOT repaired_gone AND repaired >= coalesce(whole, 0)), 0) AS waiting
     FROM own LEFT JOIN whole USING (series_id, period)
     WHERE NOT repeats AND (series_id, period) IN ${selected} GROUP BY series_id, period`,
  );
}

function matches({ batchSeq, seriesId, periodMin, periodMax }: RowSelection, seq: string): string {
  const parts = [
    batchSeq === null ? [] : [`${seq} = ${batchSeq}`],
    seriesId === null ? [] : [`series_id = ${sqlText(seriesId)}`],
    periodMin === null ? [] : [`period >= ${periodMin}`],
    periodMax === null ? [] : [`period <= ${periodMax}`],
  ].flat();
  return parts.length === 0 ? 'true' : parts.join(' AND ');
}
