// The worker's half of `readTable`: stage, lock down, join and filter, sort, hand over columns.

import type { Transferable } from 'node:worker_threads';
import type { DuckDBDataChunk } from '@duckdb/node-api';

import { AppError, ObservationStatus, windowPeriods } from '../../../core/index.ts';
import type { QuarantineCode, QuarantinedRow } from '../rows/quarantine-codes.ts';
import { ColumnWriter } from './column-writer.ts';
import { engineError, type TaskContext } from './engine.ts';
import { badWhere, type Filter, readFilter } from './filter.ts';
import { type MergedRows, mergeRows, type SortedRows } from './merge-rows.ts';
import type { ExtraColumn, ExtraRole, ReadTableInput, Table } from './table-columns.ts';
import { namedColumns, type Staged, stageTable, type TextColumn } from './table-stage.ts';

/** A file of which more than this share of the rows is refused says too little to be scored by. */
const refusedShareMax = 0.05;
const problemsShown = 20;

type Refused = Pick<Table['rows'], 'refused' | 'refusedByCode' | 'problems'>;

export async function readTableTask(
  input: ReadTableInput,
  context: TaskContext,
): Promise<{ output: Table; transfer: Transferable[] }> {
  const filter = input.where === null ? null : await readFilter(input.where, context.engine);
  const staged = await stageTable(input, context, filter?.columns ?? []);
  await context.engine.lockDown();
  context.progress({ fraction: 0.4, message: 'filtering' });
  await selectRows(input, context, { staged, filter });
  const refusedBefore = await refusedRows(input, context, staged);
  if (input.split !== null) await refuseBadSplit(input.split, context, staged);
  const seriesIds = await rankSeries(context, staged);
  context.progress({ fraction: 0.7, message: 'sorting' });
  const kinds = input.extras.map((extra) => kindOf(staged, extra));
  const { sorted, kept } = await fetchSorted(input, context, { staged, kinds });
  const labels = await fetchLabels(context, kinds);
  // Before rows are merged, in place.
  const lastInstants = lastInstantsOf(sorted);
  const merged = mergeRows(sorted, {
    seriesIds,
    grid: input.grid,
    conflicts: input.conflicts,
    isUnnamed: input.series.length === 0,
  });
  const refused = withConflicts(refusedBefore, merged, { kept, name: staged.name });
  const extras = kinds.map((kind, i): ExtraColumn => {
    const values = merged.extras[i] as Float64Array;
    const { name, role } = kind;
    if (kind.kind === 'number') return { kind: 'number', name, role, values };
    return { kind: 'text', name, role, codes: Int32Array.from(values), labels: labels[i] ?? [] };
  });
  const [unjoined] =
    input.join === null
      ? [0]
      : await context.engine.row('SELECT count(*) FROM used WHERE code = 0 AND NOT j');
  const output: Table = {
    grid: input.grid,
    seriesIds,
    offsets: merged.offsets,
    periods: merged.periods,
    values: merged.values,
    status: input.stockout === null ? null : statusOf(merged),
    test: input.split === null ? null : merged.test,
    lastInstants,
    extras,
    rows: {
      read: staged.rows,
      kept: kept - merged.conflicting,
      ...refused,
      duplicates: merged.duplicates,
      merged: merged.merged,
      unjoined: Number(unjoined ?? 0),
    },
  };
  const buffers = [merged.offsets, merged.periods, merged.values, merged.test].map((array) => array.buffer);
  return { output, transfer: buffers as Transferable[] };
}

/** Of the newest periods, as many as are compared with the newest one. */
function lastInstantsOf({ periods, times, values }: SortedRows): Map<number, number> {
  const found = new Map<number, number>();
  for (let row = 0; row < periods.length; row++) {
    const period = periods[row] as number;
    const time = times[row] as number;
    if (Number.isNaN(values[row]) || !(time > (found.get(period) ?? Number.NEGATIVE_INFINITY))) continue;
    found.set(period, time);
  }
  const newest = [...found].sort(([a], [b]) => b - a);
  return new Map(newest.slice(0, windowPeriods + 1));
}

/** Shape [rows], see `Table`. */
function statusOf({ values, stockout }: MergedRows): Uint8Array {
  return Uint8Array.from(values, (value, row) => {
    if (stockout[row] === 1) return ObservationStatus.stockout;
    return Number.isNaN(value) ? ObservationStatus.missing : ObservationStatus.observed;
  });
}

type Kind = Pick<TextColumn, 'table' | 'place' | 'name'> & {
  readonly kind: 'number' | 'text';
  readonly role: ExtraRole;
};

function kindOf(staged: Staged, { name, role, isCategory }: ReadTableInput['extras'][number]): Kind {
  const column = staged.columns.find((one) => one.name === name) as TextColumn;
  return { ...column, role, kind: column.kind === 'number' && !isCategory ? 'number' : 'text' };
}

/** The cells of a column in table `used`. */
function cellSql({ table, place, kind }: Pick<Kind, 'table' | 'place' | 'kind'>): string {
  return `${table === 'main_file' ? 'm' : 'o'}_${kind === 'number' ? 'd' : 'x'}${place}`;
}

/** Makes table `used`: what the filter leaves of both files, joined. Of a refused row it may say nothing: it stays, to be counted. */
async function selectRows(
  input: ReadTableInput,
  context: TaskContext,
  of: { staged: Staged; filter: Filter | null },
): Promise<void> {
  const { staged, filter } = of;
  const isJoined = input.join !== null;
  const cells = staged.columns.map(({ table, place }) => {
    const from = table === 'main_file' ? 'm' : 'o';
    return `, ${from}.x${place} AS ${from}_x${place}, ${from}.d${place} AS ${from}_d${place}`;
  });
  const from = `main_file m${isJoined ? ' LEFT JOIN join_file o ON o.s = m.s' : ''}`;
  const rows = `SELECT m.n AS n, m.s AS s, m.p AS p, m.t AS t, m.v AS v, m.st AS st, m.code AS code, m.placed AS placed, ${isJoined ? 'o.s IS NOT NULL' : 'true'} AS j${cells.join('')} FROM ${from}`;
  if (filter === null) {
    await context.engine.run(`CREATE TABLE used AS ${rows}`);
    return;
  }
  try {
    await context.engine.run(
      `CREATE TABLE kept AS SELECT almanac__row FROM (SELECT m.n AS almanac__row, m.code AS almanac__code${namedColumns(staged, input)} FROM ${from}) WHERE coalesce(${filter.sql}, almanac__code <> 0)`,
    );
  } catch (cause) {
    const known = engineError(cause, `filtering ${staged.name}`);
    if (known.code !== 'data/engine-failed') throw known;
    throw badWhere(input.where ?? '', cause);
  }
  await context.engine.run(`CREATE TABLE used AS ${rows} JOIN kept ON m.n = almanac__row`);
  const [left] = await context.engine.row('SELECT count(*) FROM used');
  if (Number(left) === 0)
    throw new AppError('data/no-rows', `the filter leaves none of the ${staged.rows} rows of ${staged.name}`);
}

/** @throws AppError `data/refused-rows` when they are too many */
async function refusedRows(input: ReadTableInput, context: TaskContext, staged: Staged): Promise<Refused> {
  const counts = await context.engine.rows(
    'SELECT code, count(*) FROM used WHERE code <> 0 GROUP BY code ORDER BY count(*) DESC',
  );
  const byCode: Partial<Record<QuarantineCode, number>> = {};
  for (const [code, rows] of counts) byCode[staged.codes[Number(code)] as QuarantineCode] = Number(rows);
  const [all, first] = await context.engine.row('SELECT count(*), min(n) FILTER (code <> 0) FROM used');
  const problems = await shownProblems(context, staged);
  const { 'left-out': leftOut = 0, ...faults } = byCode;
  const refused = Object.values(faults).reduce((sum, rows) => sum + rows, 0);
  const read = Number(all) - leftOut;
  if (refused > refusedShareMax * read) {
    const named = Object.entries(faults).map(([code, rows]) => `${code} ${rows}`);
    const [problem] = problems;
    const why = problem === undefined ? '' : `: row ${problem.row}: ${problem.reason}`;
    throw new AppError(
      'data/refused-rows',
      `${staged.name}: ${refused} of ${read} rows are refused (${named.join(', ')})${why}`,
      { details: { refused, rows: read, byCode: faults, firstRow: Number(first) } },
    );
  }
  if (read === refused) throw new AppError('data/no-rows', `${input.path} has no row that is not left out`);
  return { refused, refusedByCode: byCode, problems };
}

/** What was refused, with the rows that contradict each other. @throws AppError `data/refused-rows` when they are too many */
function withConflicts(
  refused: Refused,
  { conflicting, conflict }: Pick<MergedRows, 'conflicting' | 'conflict'>,
  of: { readonly kept: number; readonly name: string },
): Refused {
  if (conflicting === 0) return refused;
  const all = refused.refused + conflicting;
  const rows = of.kept + refused.refused;
  const refusedByCode = { ...refused.refusedByCode, conflict: conflicting };
  if (all > refusedShareMax * rows)
    throw new AppError(
      'data/refused-rows',
      `${of.name}: ${all} of ${rows} rows are refused (conflict ${conflicting}): series ${conflict}`,
      { details: { refused: all, rows, byCode: refusedByCode } },
    );
  return { ...refused, refused: all, refusedByCode };
}

/** Those of the first refused rows that the filter left. */
async function shownProblems(context: TaskContext, staged: Staged): Promise<QuarantinedRow[]> {
  if (staged.problems.length === 0) return [];
  const numbers = staged.problems.map(({ row }) => row).join(', ');
  const left = new Set(
    (await context.engine.rows(`SELECT n FROM used WHERE n IN (${numbers})`)).map(([n]) => Number(n)),
  );
  return staged.problems.filter(({ row }) => left.has(row)).slice(0, problemsShown);
}

async function refuseBadSplit(split: string, context: TaskContext, staged: Staged): Promise<void> {
  const sql = splitSql(staged, split);
  const [rows, first, text] = await context.engine.row(
    `SELECT count(*), min(n), any_value(${sql}) FROM used WHERE code = 0 AND (${sql} IS NULL OR ${sql} NOT IN ('train', 'test'))`,
  );
  if (Number(rows) === 0) return;
  throw new AppError(
    'data/bad-split',
    `${staged.name}: ${rows} rows have neither train nor test in ${JSON.stringify(split)}, first in row ${first} (${JSON.stringify(String(text ?? '').slice(0, 80))})`,
  );
}

function splitSql(staged: Staged, split: string): string {
  const column = staged.columns.find(({ name }) => name === split) as TextColumn;
  return `lower(trim(${cellSql({ ...column, kind: 'text' })}))`;
}

/** Makes table `ranks` (series s → its place k in the order of ids) of the series that are left; returns their ids. */
async function rankSeries(context: TaskContext, staged: Staged): Promise<string[]> {
  const left = await context.engine.rows('SELECT DISTINCT s FROM used WHERE placed > 0');
  const ids = staged.seriesIds;
  const order = left.map(([s]) => Number(s)).sort((a, b) => ((ids[a] ?? '') < (ids[b] ?? '') ? -1 : 1));
  const writer = await ColumnWriter.create(context.engine, 'ranks', { s: 'INTEGER', k: 'INTEGER' });
  order.forEach((series, k) => {
    writer.push(series, k);
  });
  writer.end();
  return order.map((series) => ids[series] ?? '');
}

/** Rows in order; a period whose rows were all refused has one of which the demand is unknown. */
async function fetchSorted(
  input: ReadTableInput,
  context: TaskContext,
  of: { staged: Staged; kinds: readonly Kind[] },
): Promise<{ sorted: SortedRows; kept: number }> {
  const { engine } = context;
  const { staged, kinds } = of;
  const codes = kinds.map((kind, i) =>
    kind.kind === 'number' ? `, ${cellSql(kind)}` : `, CAST(l${i}.c AS DOUBLE)`,
  );
  const joins: string[] = [];
  for (const [i, kind] of kinds.entries()) {
    if (kind.kind !== 'text') continue;
    const cell = `nullif(trim(${cellSql(kind)}), '')`;
    await engine.run(
      `CREATE TABLE labels${i} AS SELECT e, row_number() OVER (ORDER BY e) - 1 AS c FROM (SELECT DISTINCT ${cell} AS e FROM used WHERE placed > 0 AND ${cell} IS NOT NULL)`,
    );
    joins.push(` LEFT JOIN labels${i} l${i} ON l${i}.e = ${cell}`);
  }
  // A sum without one of its rows is not the demand of its period.
  const isPart = '(s, p) IN (SELECT s, p FROM used WHERE code <> 0 AND placed = 2)';
  const columns =
    input.conflicts === 'sum' ? `* REPLACE (CASE WHEN ${isPart} THEN NULL ELSE v END AS v)` : '*';
  await engine.run(
    `CREATE VIEW placed AS SELECT ${columns} FROM used WHERE code = 0 UNION ALL
     SELECT DISTINCT ON (s, p) * FROM used u WHERE code <> 0 AND placed > 0
       AND NOT EXISTS (SELECT 1 FROM used g WHERE g.code = 0 AND g.s = u.s AND g.p = u.p)`,
  );
  const [count] = await engine.row('SELECT count(*) FROM placed');
  const [kept] = await engine.row('SELECT count(*) FROM used WHERE code = 0');
  const rows = Number(count);
  const sorted = emptyRows(rows, kinds.length);
  const { stockout } = ObservationStatus;
  const test =
    input.split === null
      ? '0'
      : `CAST(coalesce(${splitSql(staged, input.split)} = 'test', false) AS INTEGER)`;
  const result = engine.chunks(
    `SELECT k, p, t, v, ${test}, CAST(st = ${stockout} AND code = 0 AS INTEGER)${codes.join('')} FROM placed JOIN ranks USING (s)${joins.join('')} ORDER BY k, p, t, n`,
    rows,
  );
  let at = 0;
  for await (const chunk of result) {
    copyColumn(chunk, 0, sorted.series, at, -1);
    copyColumn(chunk, 1, sorted.periods, at, -1);
    copyColumn(chunk, 2, sorted.times, at, -1);
    copyColumn(chunk, 3, sorted.values, at, Number.NaN);
    copyColumn(chunk, 4, sorted.test, at, 0);
    copyColumn(chunk, 5, sorted.stockout, at, 0);
    for (const [i, { kind }] of kinds.entries())
      copyColumn(chunk, 6 + i, sorted.extras[i] as Float64Array, at, kind === 'number' ? Number.NaN : -1);
    at += chunk.rowCount;
  }
  return { sorted, kept: Number(kept) };
}

function emptyRows(rows: number, extras: number): SortedRows {
  return {
    series: new Int32Array(rows),
    periods: new Int32Array(rows),
    times: new Float64Array(rows),
    values: new Float64Array(rows),
    test: new Uint8Array(rows),
    stockout: new Uint8Array(rows),
    extras: Array.from({ length: extras }, () => new Float64Array(rows)),
  };
}

function copyColumn(
  chunk: DuckDBDataChunk,
  column: number,
  into: Int32Array | Float64Array | Uint8Array,
  at: number,
  absent: number,
): void {
  const vector = chunk.getColumnVector(column);
  for (let i = 0; i < chunk.rowCount; i++) {
    const item = vector.getItem(i);
    into[at + i] = item === null ? absent : (item as number);
  }
}

async function fetchLabels(
  context: TaskContext,
  kinds: readonly Kind[],
): Promise<(readonly string[] | null)[]> {
  const labels: (readonly string[] | null)[] = [];
  for (const [i, { kind }] of kinds.entries())
    labels.push(
      kind === 'number'
        ? null
        : (await context.engine.rows(`SELECT e FROM labels${i} ORDER BY c`)).map((row) => String(row[0])),
    );
  return labels;
}
