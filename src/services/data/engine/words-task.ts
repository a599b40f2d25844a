// What earlier batches said: the latest word on some periods, and how the rows of a file meet it.

import { ObservationStatus } from '../../../core/index.ts';
import type { KnownWord } from '../../../storage/ports/index.ts';
import { ColumnWriter } from './column-writer.ts';
import type { TaskContext } from './engine.ts';
import {
  buffersOf,
  type ObservationArrays,
  ObservationColumns,
  openOf,
  sumAt,
  sumCells,
} from './observation-columns.ts';
import { openSegments, type SegmentFile } from './segment-files.ts';

type Transferable = ReturnType<typeof buffersOf>[number];

const { plan, refused, withdrawn } = ObservationStatus;
const words = `(${plan}, ${refused})`;

/** In SQL: what is known of a period by a row, and its refused rows that wait. @param hasSums the rows have columns of them */
const knownSql = (alias: string, hasSums: boolean): string => {
  const sums = hasSums
    ? `'ov': ${alias}.open_value, 'os': ${alias}.open_status, 'n': ${alias}.open_rows`
    : `'ov': NULL::DOUBLE, 'os': NULL::UTINYINT, 'n': NULL::INTEGER`;
  return `{'v': ${alias}.value, 'st': ${alias}.status, ${sums}}`;
};
/** In SQL: does who comes later have to know of the row? See `isKnown`. */
const isKnownSql = (alias: string, hasSums: boolean): string =>
  `(${alias}.status NOT IN ${words}${hasSums ? ` OR ${alias}.open_rows > 0` : ''})`;

/** The latest word on the periods of `rows`; those without one are left out. */
export async function wordsTask(
  input: { readonly segments: readonly SegmentFile[]; readonly rows: ObservationArrays },
  context: TaskContext,
): Promise<{ output: ObservationArrays; transfer: Transferable[] }> {
  const { hasSums } = await openSegments(context, 'history', input.segments);
  await makeRows(context, 'asked', input.rows);
  const found = await context.engine.rows(
    `SELECT series_id, period, w.v, w.st, CAST(b AS DOUBLE), w.ov, w.os, w.n FROM (
       SELECT series_id, period, arg_max(${knownSql('h', hasSums)}, h.seq) AS w, max(h.seq) AS b
       FROM history_rows h JOIN (SELECT DISTINCT series_id, period FROM asked) USING (series_id, period)
       WHERE ${isKnownSql('h', hasSums)} GROUP BY series_id, period)`,
  );
  const rows = new ObservationColumns();
  for (const [seriesId, period, value, status, seq, openValue, openStatus, openRows] of found)
    rows.add(
      {
        seriesId: String(seriesId),
        period: Number(period),
        value: value === null ? Number.NaN : Number(value),
        status: Number(status) as ObservationStatus,
        ...(openRows === null ? {} : { open: openOf(openValue, openStatus, openRows) }),
      },
      Number(seq),
    );
  const output = rows.end();
  return { output, transfer: buffersOf(output) };
}

/** View `name` (series_id, period, value, status, seq, and the columns of sums with refused rows) of these rows. */
async function makeRows(context: TaskContext, name: string, rows: ObservationArrays): Promise<void> {
  const { engine } = context;
  const columns = {
    s: 'INTEGER',
    period: 'INTEGER',
    value: 'DOUBLE',
    status: 'UTINYINT',
    seq: 'BIGINT',
    refused_rows: 'DOUBLE',
    answered_rows: 'DOUBLE',
    open_value: 'DOUBLE',
    open_status: 'DOUBLE',
    open_rows: 'DOUBLE',
  } as const;
  const writer = await ColumnWriter.create(engine, `${name}_coded`, columns);
  for (let i = 0; i < rows.series.length; i++)
    writer.push(
      rows.series[i] ?? 0,
      rows.periods[i] ?? 0,
      rows.values[i] ?? Number.NaN,
      rows.status[i] ?? 0,
      rows.batchSeqs[i] ?? 0,
      ...sumCells(sumAt(rows.sums, i)),
    );
  writer.end();
  await engine.run(`CREATE TABLE ${name}_ids (s INTEGER, series_id VARCHAR)`);
  const appender = await engine.writing.createAppender(`${name}_ids`);
  rows.ids.forEach((id, s) => {
    appender.appendInteger(s);
    appender.appendVarchar(id);
    appender.endRow();
  });
  appender.closeSync();
  await engine.run(`CREATE VIEW ${name} AS SELECT * EXCLUDE s FROM ${name}_coded JOIN ${name}_ids USING (s)`);
}

/** What a worker needs to set a file beside what is known: segments, and rows that are in none yet. */
export interface EarlierRows {
  readonly segments: readonly (SegmentFile & { readonly periodMin: number; readonly periodMax: number })[];
  readonly tail: ObservationArrays;
}

export interface MetEarlier {
  readonly replaced: number;
  readonly added: number;
  /** Periods of the rows of which refused rows wait. */
  readonly open: number;
}

/** Those of earlier batches that may speak of the same periods as rows of `span`; null = none do. */
export function earlierNear(earlier: EarlierRows, span: { min: number; max: number }): EarlierRows | null {
  const segments = earlier.segments.filter(
    ({ periodMin, periodMax }) => periodMin <= span.max && periodMax >= span.min,
  );
  const { tail } = earlier;
  return segments.length === 0 && tail.series.length === 0 ? null : { segments, tail };
}

/**
 * Sets table `accepted` (k, p, v, st) beside what earlier batches said of its periods; table `ids` has k → id.
 * @returns how many values replace others
 */
export async function countReplaced(context: TaskContext, earlier: EarlierRows): Promise<number> {
  const { engine } = context;
  await makeMet(context, earlier);
  const [replaced] = await engine.row(
    `SELECT count(*) FROM met JOIN accepted USING (k, p)
     WHERE st NOT IN ${words} AND w.st NOT IN (${refused}, ${withdrawn}) AND (w.st <> st OR w.v IS DISTINCT FROM v)`,
  );
  return Number(replaced);
}

/** The columns of a row of `accepted` that say what is known of its period: see `knownOf`. */
export const metColumns = ['wv', 'ws', 'wov', 'wos', 'wn'] as const;

/** Makes view `accepted_met` of table `accepted`, each row with what is known of its period as `metColumns`, NULL = nothing. */
export async function meetEarlierRows(context: TaskContext, earlier: EarlierRows): Promise<void> {
  await makeMet(context, earlier);
  await context.engine.run(
    `CREATE VIEW accepted_met AS SELECT accepted.*, w.v AS wv, w.st::DOUBLE AS ws, w.ov AS wov, w.os::DOUBLE AS wos, w.n::DOUBLE AS wn
     FROM accepted LEFT JOIN met USING (k, p)`,
  );
}

/** What `metColumns` say; NaN = nothing. */
export function knownOf(
  ...[value, status, openValue, openStatus, rows]: readonly number[]
): KnownWord | undefined {
  if (status === undefined || Number.isNaN(status)) return undefined;
  const isOpen = rows !== undefined && rows > 0;
  return {
    value: value ?? Number.NaN,
    status: status as ObservationStatus,
    ...(isOpen ? { open: openOf(openValue, openStatus, rows) } : {}),
  };
}

/** Table `met` (k, p, w): the latest word on each period of `accepted`. */
async function makeMet(context: TaskContext, earlier: EarlierRows): Promise<void> {
  const { hasSums } = await openSegments(context, 'earlier', earlier.segments);
  await makeRows(context, 'waiting', earlier.tail);
  const columns = 'series_id, period, value, status, seq';
  const sums = ['open_value', 'open_status', 'open_rows'];
  const kept = sums.map((name) => (hasSums ? name : `NULL::DOUBLE AS ${name}`)).join(', ');
  await context.engine.run(
    `CREATE TABLE met AS SELECT k, p, arg_max(${knownSql('e', true)}, e.seq) AS w
     FROM (SELECT ${columns}, ${kept} FROM earlier_rows UNION ALL SELECT ${columns}, ${sums.join(', ')} FROM waiting) e
     JOIN ids ON ids.id = e.series_id JOIN accepted USING (k)
     WHERE e.period = accepted.p AND ${isKnownSql('e', true)} AND accepted.st <> ${plan} GROUP BY k, p`,
  );
}
