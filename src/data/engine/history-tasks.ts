// What the worker does with the accepted history: write sealed segments, read panels and rows, count and compare.

import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Transferable } from 'node:worker_threads';

import { type GapRule, ObservationStatus, type TimeGrid } from '../../core/index.ts';
import { buildPanel } from '../build-panel.ts';
import { ColumnWriter } from './column-writer.ts';
import { sqlText, type TaskContext } from './engine.ts';
import { buffersOf, type ObservationArrays } from './observation-columns.ts';
import { openSegments, type SegmentFile, segmentFormat } from './segment-files.ts';

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
  });
  for (let i = 0; i < rows.series.length; i++)
    writer.push(
      rows.series[i] ?? 0,
      rows.periods[i] ?? 0,
      rows.values[i] ?? Number.NaN,
      rows.status[i] ?? 0,
      rows.batchSeqs[i] ?? 0,
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
  await engine.run(
    `COPY (SELECT id AS series_id, p AS period, v AS value, st AS status, b AS batch_seq
           FROM tail JOIN ids USING (s) ORDER BY b, id, p) TO ${sqlText(input.path)} (${segmentFormat})`,
  );
  const [count, min, max] = await engine.row('SELECT count(*), min(p), max(p) FROM tail');
  const output = { rows: Number(count), periodMin: Number(min), periodMax: Number(max) };
  return { output, transfer: [] };
}

export interface ReadPanelInput {
  readonly segments: readonly SegmentFile[];
  readonly grid: TimeGrid;
  readonly gaps: GapRule;
  readonly periodsMax: number;
}

/** Histories without holes, all in two shared buffers: series i is values[starts…] of lengths[i]. */
export interface FlatPanel {
  readonly seriesIds: readonly string[];
  /** Shape [series]: first period. */
  readonly starts: Int32Array;
  readonly lengths: Int32Array;
  readonly values: Float64Array;
  readonly status: Uint8Array;
}

/** The latest value of every series and period, gaps filled by rule. */
export async function readPanelTask(input: ReadPanelInput, context: TaskContext): Result<FlatPanel> {
  const { engine } = context;
  await openSegments(context, 'history', input.segments);
  await engine.run(
    `CREATE TABLE ids AS SELECT id, CAST(row_number() OVER (ORDER BY id) - 1 AS INTEGER) AS k
     FROM (SELECT DISTINCT series_id AS id FROM history)`,
  );
  const seriesIds = (await engine.rows('SELECT id FROM ids ORDER BY k')).map((row) => String(row[0]));
  const latest = await latestRows(context, seriesIds.length);
  context.progress({ fraction: 0.8, message: 'filling gaps' });
  const { panel } = buildPanel(
    { ...latest, grid: input.grid, seriesIds },
    { gaps: input.gaps, periodsMax: input.periodsMax },
  );
  const output: FlatPanel = {
    seriesIds,
    starts: Int32Array.from(panel.series, (series) => series.start),
    lengths: Int32Array.from(panel.series, (series) => series.values.length),
    values: new Float64Array(panel.series[0]?.values.buffer ?? new ArrayBuffer(0)),
    status: new Uint8Array(panel.series[0]?.status?.buffer ?? new ArrayBuffer(0)),
  };
  const arrays = [output.starts, output.lengths, output.values, output.status];
  return { output, transfer: arrays.map((array) => array.buffer as Transferable) };
}

interface LatestRows {
  offsets: Int32Array;
  periods: Int32Array;
  values: Float64Array;
  status: Uint8Array;
}

/** One row per series and period, that of the latest batch; sorted. */
async function latestRows(context: TaskContext, seriesCount: number): Promise<LatestRows> {
  const [count] = await context.engine.row('SELECT count(*) FROM history');
  const rows = Number(count);
  const offsets = new Int32Array(seriesCount + 1);
  const periods = new Int32Array(rows);
  const values = new Float64Array(rows);
  const status = new Uint8Array(rows);
  const sorted = context.engine.chunks(
    'SELECT k, period, value, status FROM history JOIN ids ON id = series_id ORDER BY k, period, seq',
    rows,
  );
  let at = -1;
  let series = -1;
  for await (const chunk of sorted) {
    const [ks, ps, vs, ss] = [0, 1, 2, 3].map((column) => chunk.getColumnVector(column));
    for (let i = 0; i < chunk.rowCount; i++) {
      const k = ks?.getItem(i) as number;
      const period = ps?.getItem(i) as number;
      // The same series and period again: the later batch wins.
      if (k !== series || periods[at] !== period) {
        at += 1;
        offsets[k + 1] = (offsets[k + 1] ?? 0) + 1;
      }
      series = k;
      periods[at] = period;
      values[at] = (vs?.getItem(i) as number | null) ?? Number.NaN;
      status[at] = ss?.getItem(i) as number;
    }
  }
  for (let k = 0; k < seriesCount; k++) offsets[k + 1] = (offsets[k + 1] ?? 0) + (offsets[k] ?? 0);
  const used = at + 1;
  return {
    offsets,
    periods: periods.subarray(0, used),
    values: values.subarray(0, used),
    status: status.subarray(0, used),
  };
}

export interface CountHistoryOutput {
  /** Series and periods with a row. */
  readonly rows: number;
  readonly series: number;
  readonly periodMin: number;
  readonly periodMax: number;
}

export async function countHistoryTask(
  input: { readonly segments: readonly SegmentFile[] },
  context: TaskContext,
): Result<CountHistoryOutput> {
  await openSegments(context, 'history', input.segments);
  const [rows, series, min, max] = await context.engine.row(
    `SELECT count(*), count(DISTINCT series_id), min(period), max(period)
     FROM (SELECT DISTINCT series_id, period FROM history)`,
  );
  const output = {
    rows: Number(rows),
    series: Number(series),
    periodMin: Number(min ?? 0),
    periodMax: Number(max ?? 0),
  };
  return { output, transfer: [] };
}

export interface RecentHighs {
  readonly ids: readonly string[];
  /** Shape [series]: largest observed value of the window, and how many there were. */
  readonly high: Float64Array;
  readonly count: Float64Array;
}

/** The recent high of every series, over the last `windowPeriods` of the whole history. */
export async function recentHighsTask(
  input: { readonly segments: readonly SegmentFile[]; readonly windowPeriods: number },
  context: TaskContext,
): Result<RecentHighs> {
  await openSegments(context, 'history', input.segments);
  const rows = await context.engine.rows(
    `SELECT series_id, max(value), count(*) FROM history
     WHERE status = ${ObservationStatus.observed}
       AND period > (SELECT max(period) FROM history) - ${Math.floor(input.windowPeriods)}
     GROUP BY series_id ORDER BY series_id`,
  );
  const output = {
    ids: rows.map((row) => String(row[0])),
    high: Float64Array.from(rows, (row) => Number(row[1])),
    count: Float64Array.from(rows, (row) => Number(row[2])),
  };
  return { output, transfer: [output.high.buffer as Transferable, output.count.buffer as Transferable] };
}

export interface ReadRowsInput {
  readonly segment: SegmentFile;
  /** Rows of batches after this one. */
  readonly afterSeq: number;
  /** The page: rows of the file from `offset`, `limit` of them. */
  readonly offset: number;
  readonly limit: number;
}

/** A page of the rows of one segment, in its order: by batch. The page may be empty before the last one. */
export async function readRowsTask(input: ReadRowsInput, context: TaskContext): Result<ObservationArrays> {
  const { segment, afterSeq, offset, limit } = input;
  const link = join(context.scratch, 'segment.parquet');
  await symlink(segment.path, link);
  const result = await context.engine.run(
    `SELECT * FROM (
       SELECT series_id, period, value, status, CAST(coalesce(batch_seq, ${segment.batchSeqMin}) AS DOUBLE) AS b
       FROM read_parquet(${sqlText(link)}, file_row_number = true)
       WHERE file_row_number >= ${offset} AND file_row_number < ${offset + limit}
     ) WHERE b > ${afterSeq}`,
  );
  const [ids, periods, values, status, seqs] = (await result.getColumns()) as [
    string[],
    number[],
    (number | null)[],
    number[],
    number[],
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
  };
  return { output, transfer: buffersOf(output) };
}

export interface HistoryDiff {
  readonly rowsAdded: number;
  readonly rowsRemoved: number;
  /** Series and periods in both, with another value or status. */
  readonly corrections: number;
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
    seriesAdded: newSeries.count,
    seriesRemoved: oldSeries.count,
    seriesAddedExamples: newSeries.examples,
    seriesRemovedExamples: oldSeries.examples,
  };
  return { output, transfer: [] };
}
