// What the worker does with the accepted history: write sealed segments, read rows, count and compare.

import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Transferable } from 'node:worker_threads';

import { ObservationStatus } from '../../../core/index.ts';
import { usualMax } from '../../../forecasting/evaluate/index.ts';
import type { ClosingBatch } from '../../../storage/ports/index.ts';
import { ColumnWriter } from './column-writer.ts';
import {
  type CovariateArray,
  covariateNames,
  segmentColumn,
  segmentSql,
  writerColumns,
} from './covariate-columns.ts';
import type { TaskContext } from './engine.ts';
import { buffersOf, noPart, type ObservationArrays, sumAt, sumCells } from './observation-columns.ts';
import { makeCloses, wholePeriod } from './reports-task.ts';
import { openSegments, type SegmentFile, segmentFormat } from './segment-files.ts';
import { sqlName, sqlText } from './sql-text.ts';

type Result<T> = Promise<{ output: T; transfer: Transferable[] }>;

export interface SegmentFacts {
  readonly rows: number;
  readonly periodMin: number;
  readonly periodMax: number;
}

export interface WriteSegmentInput {
  readonly rows: ObservationArrays;
  readonly path: string;
}

/** Writes tail rows as a segment, ordered by batch, series and period. */
export async function writeSegmentTask(input: WriteSegmentInput, context: TaskContext): Result<SegmentFacts> {
  const { engine } = context;
  const { rows } = input;
  const writer = await ColumnWriter.create(engine, 'tail', {
    s: 'INTEGER',
    p: 'INTEGER',
    v: 'DOUBLE',
    st: 'UTINYINT',
    b: 'BIGINT',
    ...(rows.parts === null ? {} : { pv: 'DOUBLE', ps: 'UTINYINT' }),
    ...(rows.sums === null ? {} : { rr: 'DOUBLE', ar: 'DOUBLE', ov: 'DOUBLE', os: 'DOUBLE', orr: 'DOUBLE' }),
    ...writerColumns('x', rows.covariates.length),
  });
  for (let i = 0; i < rows.series.length; i++)
    writer.push(
      rows.series[i] ?? 0,
      rows.periods[i] ?? 0,
      rows.values[i] ?? Number.NaN,
      rows.status[i] ?? 0,
      rows.batchSeqs[i] ?? 0,
      ...(rows.parts === null ? [] : [rows.parts.values[i] ?? Number.NaN, rows.parts.status[i] ?? noPart]),
      ...(rows.sums === null ? [] : sumCells(sumAt(rows.sums, i))),
      ...rows.covariates.map((column) => column.values[i] ?? Number.NaN),
    );
  writer.end();
  await engine.run('CREATE TABLE ids (s INTEGER, id VARCHAR)');
  const appender = await engine.writing.createAppender('ids');
  rows.ids.forEach((id, s) => {
    appender.appendInteger(s);
    appender.appendVarchar(id);
    appender.endRow();
  });
  appender.closeSync();
  const coded = rows.covariates.map(({ name, labels }, i) => ({ name, labels, column: `x${i}` }));
  const { select, joins } = await segmentSql(context, coded);
  const parts =
    rows.parts === null
      ? ''
      : `, pv AS part_value, CASE WHEN ps = ${noPart} THEN NULL ELSE ps END AS part_status`;
  const sums = rows.sums === null ? '' : segmentSums('rr', 'ar', 'ov', 'os', 'orr');
  await engine.run(
    `COPY (SELECT id AS series_id, p AS period, v AS value, st AS status, b AS batch_seq${parts}${sums}${select}
           FROM tail JOIN ids USING (s)${joins} ORDER BY b, id, p) TO ${sqlText(input.path)} (${segmentFormat})`,
  );
  const [count, min, max] = await engine.row('SELECT count(*), min(p), max(p) FROM tail');
  const output = { rows: Number(count), periodMin: Number(min), periodMax: Number(max) };
  return { output, transfer: [] };
}

/** The columns of sums with refused rows as segments have them. */
function segmentSums(...[refused, answered, value, status, rows]: readonly string[]): string {
  return (
    `, ${refused}::INTEGER AS refused_rows, ${answered}::INTEGER AS answered_rows, ${value} AS open_value, ` +
    `${status}::UTINYINT AS open_status, ${rows}::INTEGER AS open_rows`
  );
}

/** What a segment holds, read from its file. */
export async function segmentFactsTask(
  input: { readonly path: string },
  context: TaskContext,
): Result<SegmentFacts> {
  // The data folder may have characters that the engine would take for patterns; the link has none.
  const file = join(context.scratch, 'segment.parquet');
  await symlink(input.path, file);
  const [count, min, max] = await context.engine.row(
    `SELECT count(*), min(period), max(period) FROM read_parquet(${sqlText(file)})`,
  );
  const output = { rows: Number(count), periodMin: Number(min ?? 0), periodMax: Number(max ?? 0) };
  return { output, transfer: [] };
}

export interface CountHistoryInput {
  readonly segments: readonly SegmentFile[];
  /** Those with parts of periods that were not over. */
  readonly batches: readonly ClosingBatch[];
}

export interface CountHistoryOutput {
  /** Series and periods with a row. */
  readonly rows: number;
  readonly series: number;
  readonly periodMin: number;
  readonly periodMax: number;
  /** The newest period with more than parts of it. */
  readonly wholeMax: number;
}

export async function countHistoryTask(
  input: CountHistoryInput,
  context: TaskContext,
): Result<CountHistoryOutput> {
  await openSegments(context, 'history', input.segments);
  await makeCloses(context, input.batches);
  const [rows, series, min, max, whole] = await context.engine.row(
    `SELECT count(*), count(DISTINCT series_id), min(period), max(period), max(w)
     FROM (SELECT series_id, period, max(${wholePeriod}) AS w FROM history LEFT JOIN closes USING (seq) GROUP BY series_id, period)`,
  );
  const output = {
    rows: Number(rows),
    series: Number(series),
    periodMin: Number(min ?? 0),
    periodMax: Number(max ?? 0),
    wholeMax: Number(whole ?? 0),
  };
  return { output, transfer: [] };
}

export interface RecentHighs {
  readonly ids: readonly string[];
  /** Shape [series]: largest observed value of the window, and how many there were. */
  readonly high: Float64Array;
  readonly count: Float64Array;
  /** Of each series the newest period that any batch spoke of. */
  readonly newest: Float64Array;
  /** Of each series with refused rows the newest period of one. */
  readonly refused: { readonly ids: readonly string[]; readonly newest: Float64Array };
  /** Shape [series, usualMax]: the newest values above zero and their periods, oldest first; NaN = none. */
  readonly values: Float64Array;
  readonly periods: Float64Array;
}

export interface RecentHighsInput {
  readonly segments: readonly SegmentFile[];
  readonly windowPeriods: number;
  /** Rows of these series before these batches say nothing of their unit. */
  readonly accepted: { readonly ids: readonly string[]; readonly seqs: readonly number[] };
}

/** The newest values of every series, each as its batch brought it. */
async function newestValues(
  { engine }: TaskContext,
  of: RecentHighsInput & { hasParts: boolean; ids: readonly string[] },
): Promise<Pick<RecentHighs, 'values' | 'periods'>> {
  await engine.run('CREATE TABLE accepted_units (series_id VARCHAR, since BIGINT)');
  const appender = await engine.writing.createAppender('accepted_units');
  of.accepted.ids.forEach((id, i) => {
    appender.appendVarchar(id);
    appender.appendBigInt(BigInt(of.accepted.seqs[i] ?? 0));
    appender.endRow();
  });
  appender.closeSync();
  const [value, status] = of.hasParts
    ? ['coalesce(r.part_value, r.value)', 'coalesce(r.part_status, r.status)']
    : ['r.value', 'r.status'];
  const rows = await engine.rows(
    `SELECT series_id, max_by(v, period, ${usualMax}), max(period, ${usualMax}) FROM (
       SELECT r.series_id, r.period, ${value} AS v FROM history_rows r
       LEFT JOIN accepted_units a ON a.series_id = r.series_id
       LEFT JOIN history_withdrawn w ON w.series_id = r.series_id AND w.period = r.period
       WHERE ${status} = ${ObservationStatus.observed} AND ${value} > 0
         AND r.seq >= coalesce(a.since, 0) AND r.seq > coalesce(w.through, 0)
         AND r.period > (SELECT max(period) FROM history) - ${Math.floor(of.windowPeriods)}) GROUP BY series_id`,
  );
  const places = new Map(of.ids.map((id, i) => [id, i]));
  const values = new Float64Array(of.ids.length * usualMax).fill(Number.NaN);
  const periods = new Float64Array(of.ids.length * usualMax).fill(Number.NaN);
  for (const [id, newest, at] of rows) {
    const place = places.get(String(id));
    if (place === undefined) continue;
    listOf(newest)
      .reverse()
      .forEach((one, i) => {
        values[place * usualMax + i] = one;
      });
    listOf(at)
      .reverse()
      .forEach((one, i) => {
        periods[place * usualMax + i] = one;
      });
  }
  return { values, periods };
}

function listOf(value: unknown): number[] {
  return Array.isArray(value) ? value.map(Number) : [];
}

/** The recent high of every series, over the last `windowPeriods` of the whole history. */
export async function recentHighsTask(input: RecentHighsInput, context: TaskContext): Result<RecentHighs> {
  const { hasParts } = await openSegments(context, 'history', input.segments);
  const { observed, plan, refused } = ObservationStatus;
  const rows = await context.engine.rows(
    `SELECT series_id, coalesce(high, 0), coalesce(n, 0), newest
     FROM (SELECT series_id, max(period) AS newest FROM history_rows WHERE status NOT IN (${plan}, ${refused}) GROUP BY series_id)
     LEFT JOIN (SELECT series_id, max(value) AS high, count(*) AS n FROM history
       WHERE status = ${observed}
         AND period > (SELECT max(period) FROM history) - ${Math.floor(input.windowPeriods)}
       GROUP BY series_id) USING (series_id)
     ORDER BY series_id`,
  );
  const marks = await context.engine.rows(
    `SELECT series_id, max(period) FROM history_rows WHERE status = ${refused} GROUP BY series_id`,
  );
  const output = {
    ids: rows.map((row) => String(row[0])),
    refused: {
      ids: marks.map(([id]) => String(id)),
      newest: Float64Array.from(marks, ([, newest]) => Number(newest)),
    },
    high: Float64Array.from(rows, (row) => Number(row[1])),
    count: Float64Array.from(rows, (row) => Number(row[2])),
    newest: Float64Array.from(rows, (row) => Number(row[3])),
    ...(await newestValues(context, { ...input, hasParts, ids: rows.map((row) => String(row[0])) })),
  };
  const { high, count, newest, values, periods } = output;
  const transfer = [high, count, newest, values, periods, output.refused.newest].map(
    ({ buffer }) => buffer as Transferable,
  );
  return { output, transfer };
}

export interface ReadRowsInput {
  readonly segment: SegmentFile;
  /** Rows of batches after this one. */
  readonly afterSeq: number;
  /** The page: rows of the file from `offset`, `limit` of them. */
  readonly offset: number;
  readonly limit: number;
}

/** A page of the rows of one segment, in its order: by batch, without the parts of sums. The page may be empty before the last one. */
export async function readRowsTask(input: ReadRowsInput, context: TaskContext): Result<ObservationArrays> {
  const { segment, afterSeq, offset, limit } = input;
  const link = join(context.scratch, 'segment.parquet');
  await symlink(segment.path, link);
  const described = await context.engine.rows(
    `SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM read_parquet(${sqlText(link)}))`,
  );
  const names = covariateNames(described.map((row) => String(row[0])));
  const known = names.map((name) => `, ${sqlName(segmentColumn(name))}`).join('');
  const result = await context.engine.run(
    `SELECT * FROM (
       SELECT series_id, period, value, status, CAST(coalesce(batch_seq, ${segment.batchSeqMin}) AS DOUBLE) AS b${known}
       FROM read_parquet(${sqlText(link)}, file_row_number = true)
       WHERE file_row_number >= ${offset} AND file_row_number < ${offset + limit}
     ) WHERE b > ${afterSeq}`,
  );
  const [ids, periods, values, status, seqs, ...cells] = (await result.getColumns()) as [
    string[],
    number[],
    (number | null)[],
    number[],
    number[],
    ...(number | string | null)[][],
  ];
  const index = new Map<string, number>();
  const output: ObservationArrays = {
    series: Int32Array.from(ids, (id) => {
      const known = index.get(id) ?? index.size;
      index.set(id, known);
      return known;
    }),
    ids: [...index.keys()],
    periods: Int32Array.from(periods),
    values: Float64Array.from(values, (value) => value ?? Number.NaN),
    status: Uint8Array.from(status),
    batchSeqs: Float64Array.from(seqs),
    parts: null,
    sums: null,
    covariates: names.map((name, i) => covariateArray(name, cells[i] ?? [])),
  };
  return { output, transfer: buffersOf(output) };
}

function covariateArray(name: string, cells: readonly (number | string | null)[]): CovariateArray {
  if (cells.every((cell) => typeof cell !== 'string'))
    return {
      name,
      labels: null,
      values: Float64Array.from(cells, (cell) => (cell as number | null) ?? Number.NaN),
    };
  const codes = new Map<string, number>();
  const values = Float64Array.from(cells, (cell) => {
    if (cell === null) return Number.NaN;
    const code = codes.get(String(cell)) ?? codes.size;
    codes.set(String(cell), code);
    return code;
  });
  return { name, labels: [...codes.keys()], values };
}

/** A period of which the second history says something else than the first; null = unknown. */
export interface Correction {
  readonly seriesId: string;
  readonly period: number;
  readonly before: number | null;
  readonly after: number | null;
}

const examplesMax = 20;

export interface HistoryDiff {
  readonly rowsAdded: number;
  readonly rowsRemoved: number;
  /** Series and periods in both, with another value or status. */
  readonly corrections: number;
  /** The first few of them, by series and period. */
  readonly correctionExamples: readonly Correction[];
  readonly seriesAdded: number;
  readonly seriesRemoved: number;
  /** The first few, by name. */
  readonly seriesAddedExamples: readonly string[];
  readonly seriesRemovedExamples: readonly string[];
}

/** What the second history has that the first has not, and the other way round. */
export async function diffHistoryTask(
  input: { readonly from: readonly SegmentFile[]; readonly to: readonly SegmentFile[] },
  context: TaskContext,
): Result<HistoryDiff> {
  const { engine } = context;
  for (const [name, segments] of [
    ['a', input.from],
    ['b', input.to],
  ] as const) {
    await openSegments(context, `history_${name}`, segments);
    await engine.run(
      `CREATE TABLE ${name} AS SELECT series_id AS s, period AS p,
         arg_max({'v': value, 'st': status}, seq) AS o FROM history_${name} GROUP BY ALL`,
    );
  }
  const [added, removed, corrected] = await engine.row(
    `SELECT count(*) FILTER (a.s IS NULL), count(*) FILTER (b.s IS NULL),
       count(*) FILTER (a.s IS NOT NULL AND b.s IS NOT NULL AND a.o IS DISTINCT FROM b.o)
     FROM a FULL JOIN b ON a.s = b.s AND a.p = b.p`,
  );
  const examples = await engine.rows(
    `SELECT a.s, a.p, a.o.v, b.o.v FROM a JOIN b ON a.s = b.s AND a.p = b.p
     WHERE a.o IS DISTINCT FROM b.o ORDER BY 1, 2 LIMIT ${examplesMax}`,
  );
  const knownOf = (value: unknown): number | null => (value === null ? null : Number(value));
  const onlyIn = async (one: string, other: string): Promise<{ count: number; examples: string[] }> => {
    const only = `(SELECT DISTINCT s FROM ${one} WHERE s NOT IN (SELECT s FROM ${other}))`;
    const [count] = await engine.row(`SELECT count(*) FROM ${only}`);
    const examples = await engine.rows(`SELECT s FROM ${only} ORDER BY s LIMIT 10`);
    return { count: Number(count), examples: examples.map((row) => String(row[0])) };
  };
  const newSeries = await onlyIn('b', 'a');
  const oldSeries = await onlyIn('a', 'b');
  const output: HistoryDiff = {
    rowsAdded: Number(added),
    rowsRemoved: Number(removed),
    corrections: Number(corrected),
    correctionExamples: examples.map(([seriesId, period, before, after]) => ({
      seriesId: String(seriesId),
      period: Number(period),
      before: knownOf(before),
      after: knownOf(after),
    })),
    seriesAdded: newSeries.count,
    seriesRemoved: oldSeries.count,
    seriesAddedExamples: newSeries.examples,
    seriesRemovedExamples: oldSeries.examples,
  };
  return { output, transfer: [] };
}
