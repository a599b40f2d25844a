// The worker's half of `readTable`: load, lock down, join and filter, put times on the grid, sort, hand over columns.

import type { Transferable } from 'node:worker_threads';
import { type DuckDBDataChunk, INTEGER, VARCHAR } from '@duckdb/node-api';

import { AppError, ObservationStatus, seriesIdOf } from '../../../core/index.ts';
import { timeReader } from '../rows/parse-time.ts';
import { TimeZone } from '../rows/time-zone.ts';
import { noWords, yesWords } from '../rows/yes-no.ts';
import { engineError, sqlName, sqlText, type TaskContext } from './engine.ts';
import { badWhere, whereClause } from './filter.ts';
import { loadFile, rowColumn } from './load-file.ts';
import { type MergedRows, mergeRows, type SortedRows } from './merge-rows.ts';
import type { ExtraColumn, ExtraRole, ReadTableInput, Table } from './table-columns.ts';

export async function readTableTask(
  input: ReadTableInput,
  context: TaskContext,
): Promise<{ output: Table; transfer: Transferable[] }> {
  const loaded = await loadInputs(input, context);
  await context.engine.lockDown();
  context.progress({ fraction: 0.4, message: 'filtering' });
  const kinds = await selectRows(input, context, loaded);
  await addPeriods(input, context, loaded.name);
  context.progress({ fraction: 0.7, message: 'sorting' });
  const seriesIds = (await context.engine.rows('SELECT s FROM series ORDER BY i')).map((row) =>
    String(row[0]),
  );
  const sorted = await fetchSorted(context, kinds);
  const labels = await fetchLabels(context, kinds);
  const merged = mergeRows(sorted, { seriesIds, grid: input.grid, conflicts: input.conflicts });
  const extras = kinds.map((kind, i): ExtraColumn => {
    const values = merged.extras[i] as Float64Array;
    const { name, role } = kind;
    if (kind.kind === 'number') return { kind: 'number', name, role, values };
    return { kind: 'text', name, role, codes: Int32Array.from(values), labels: labels[i] ?? [] };
  });
  const [unjoined] =
    input.join === null ? [0] : await context.engine.row('SELECT count(*) FROM used WHERE NOT j');
  const output: Table = {
    grid: input.grid,
    seriesIds,
    offsets: merged.offsets,
    periods: merged.periods,
    values: merged.values,
    status: input.stockout === null ? null : statusOf(merged),
    test: input.split === null ? null : merged.test,
    extras,
    rows: {
      read: loaded.rows,
      kept: sorted.series.length,
      duplicates: merged.duplicates,
      merged: merged.merged,
      unjoined: Number(unjoined ?? 0),
    },
  };
  const buffers = [merged.offsets, merged.periods, merged.values, merged.test].map((array) => array.buffer);
  return { output, transfer: buffers as Transferable[] };
}

/** Shape [rows], see `Table`. */
function statusOf({ values, stockout }: MergedRows): Uint8Array {
  return Uint8Array.from(values, (value, row) => {
    if (stockout[row] === 1) return ObservationStatus.stockout;
    return Number.isNaN(value) ? ObservationStatus.missing : ObservationStatus.observed;
  });
}

interface Loaded {
  name: string;
  rows: number;
  /** Columns that only the joined file brings. */
  joinColumns: readonly string[];
}

async function loadInputs(input: ReadTableInput, context: TaskContext): Promise<Loaded> {
  const flags = [input.split, input.stockout].filter((name) => name !== null);
  const own = [...input.series, input.time, input.target, ...flags];
  // As text, a column of flags means here what it means to `almanac ingest`.
  const text = [...input.series, ...(input.stockout === null ? [] : [input.stockout])];
  const joined = input.join !== null;
  const extras = input.extras.map(({ name }) => name);
  const main = await loadFile(context, {
    path: input.path,
    table: 'main_file',
    required: joined ? own : [...own, ...extras],
    text,
    // A filter may name any column, and so may an extra that the join brings.
    only: input.where === null && !joined ? [...own, ...extras] : null,
    limits: input.limits,
  });
  if (input.join === null) return { name: main.name, rows: main.rows, joinColumns: [] };
  const other = await loadFile(context, {
    path: input.join,
    table: 'join_file',
    required: input.series,
    text: input.series,
    only: null,
    limits: input.limits,
  });
  const keys = input.series.map(sqlName).join(', ');
  const twice = await context.engine.row(
    `SELECT ${input.series.map((name) => `CAST(${sqlName(name)} AS VARCHAR)`).join(` || ' / ' || `)}, count(*) FROM join_file GROUP BY ${keys} HAVING count(*) > 1 LIMIT 1`,
  );
  if (twice.length > 0)
    throw new AppError('data/bad-join', `${other.name} has ${twice[1]} rows for ${twice[0]}; one is needed`);
  const have = new Set(main.columns.map((name) => name.toLowerCase()));
  const joinColumns = other.columns.filter((name) => !have.has(name.toLowerCase()));
  const missing = extras.filter((name) => !main.columns.includes(name) && !joinColumns.includes(name));
  if (missing.length > 0)
    throw new AppError(
      'data/missing-column',
      `neither ${main.name} nor ${other.name} has ${missing.join(', ')}`,
    );
  return { name: main.name, rows: main.rows, joinColumns };
}

type Kind = { readonly kind: 'number' | 'text'; readonly name: string; readonly role: ExtraRole };

/** Makes table `used`: series text s, time text t, value v, split text, stock-out text o, extras e0…, row r. */
async function selectRows(input: ReadTableInput, context: TaskContext, loaded: Loaded): Promise<Kind[]> {
  const { engine } = context;
  let from = 'SELECT *, true AS almanac__joined FROM main_file';
  if (input.join !== null) {
    const on = input.series
      .map((name) => `CAST(m.${sqlName(name)} AS VARCHAR) = CAST(o.${sqlName(name)} AS VARCHAR)`)
      .join(' AND ');
    const added = loaded.joinColumns.map((name) => `, o.${sqlName(name)}`).join('');
    from = `SELECT m.*${added}, o.${rowColumn} IS NOT NULL AS almanac__joined FROM main_file m LEFT JOIN join_file o ON ${on}`;
  }
  await engine.run(`CREATE VIEW joined AS ${from}`);
  const types = new Map(
    (await engine.rows('SELECT column_name, column_type FROM (DESCRIBE joined)')).map((row) => [
      String(row[0]),
      String(row[1]),
    ]),
  );
  const kinds = input.extras.map(({ name, role }): Kind => {
    const type = types.get(name) ?? 'VARCHAR';
    return { kind: /INT|DOUBLE|FLOAT|DECIMAL|BOOLEAN/.test(type) ? 'number' : 'text', name, role };
  });
  const where = input.where === null ? '' : await whereClause(input.where, engine);
  const target = sqlName(input.target);
  const numeric = /INT|DOUBLE|FLOAT|DECIMAL/.test(types.get(input.target) ?? '');
  const value = numeric ? `CAST(${target} AS DOUBLE)` : `TRY_CAST(${target} AS DOUBLE)`;
  const blank = numeric ? `${target} IS NULL` : `trim(coalesce(CAST(${target} AS VARCHAR), '')) = ''`;
  const split = input.split === null ? `''` : `lower(trim(CAST(${sqlName(input.split)} AS VARCHAR)))`;
  const stockout =
    input.stockout === null ? `''` : `lower(trim(coalesce(CAST(${sqlName(input.stockout)} AS VARCHAR), '')))`;
  const extraSql = kinds.map(({ kind, name }, i) =>
    kind === 'number'
      ? `, CAST(${sqlName(name)} AS DOUBLE) AS e${i}`
      : `, CAST(${sqlName(name)} AS VARCHAR) AS e${i}`,
  );
  try {
    await engine.run(
      `CREATE TABLE used AS SELECT ${seriesSql(input.series)} AS s, CAST(${sqlName(input.time)} AS VARCHAR) AS t,
       CASE WHEN ${blank} THEN NULL ELSE coalesce(${value}, 'nan'::DOUBLE) END AS v, ${split} AS split, ${stockout} AS o,
       almanac__joined AS j, ${rowColumn} AS r${extraSql.join('')} FROM joined ${where}`,
    );
  } catch (cause) {
    const known = engineError(cause, `filtering ${loaded.name}`);
    if (input.where === null || known.code !== 'data/engine-failed') throw known;
    throw badWhere(input.where, cause);
  }
  await refuseBadRows(input, context, loaded);
  return kinds;
}

/** As `seriesIdOf` in core, in SQL. */
function seriesSql(columns: readonly string[]): string {
  const text = columns.map((name) => `CAST(${sqlName(name)} AS VARCHAR)`);
  if (text.length === 0) return sqlText(seriesIdOf([]));
  if (text.length === 1) return text[0] as string;
  return text.map((part) => `replace(replace(${part}, '%', '%25'), '/', '%2F')`).join(` || '/' || `);
}

async function refuseBadRows(input: ReadTableInput, context: TaskContext, loaded: Loaded): Promise<void> {
  const { engine } = context;
  const [kept] = await engine.row('SELECT count(*) FROM used');
  if (Number(kept) === 0)
    throw new AppError('data/no-rows', `the filter leaves none of the ${loaded.rows} rows of ${loaded.name}`);
  const number = await engine.row(
    `SELECT count(*), min(r) FROM used WHERE v IS NOT NULL AND NOT isfinite(v)`,
  );
  if (Number(number[0]) > 0) {
    const [raw] = await engine.row(
      `SELECT CAST(${sqlName(input.target)} AS VARCHAR) FROM main_file WHERE ${rowColumn} = ${number[1]}`,
    );
    throw new AppError(
      'data/bad-number',
      `${loaded.name}: ${number[0]} rows have no finite number in ${JSON.stringify(input.target)}, first in row ${number[1]}: ${shown(raw)}`,
      { details: { rows: Number(number[0]), firstRow: Number(number[1]) } },
    );
  }
  const missing = await engine.row(`SELECT count(*), min(r) FROM used WHERE s IS NULL OR s = ''`);
  if (Number(missing[0]) > 0)
    throw new AppError(
      'data/missing-column',
      `${loaded.name}: ${missing[0]} rows have no value in the series columns, first in row ${missing[1]}`,
    );
  await refuseBadFlags(input, context, loaded);
  if (input.split === null) return;
  const split = await engine.row(
    `SELECT count(*), min(r), any_value(split) FROM used WHERE split IS NULL OR split NOT IN ('train', 'test')`,
  );
  if (Number(split[0]) > 0)
    throw new AppError(
      'data/bad-split',
      `${loaded.name}: ${split[0]} rows have neither train nor test in ${JSON.stringify(input.split)}, first in row ${split[1]} (${shown(split[2])})`,
    );
}

async function refuseBadFlags(input: ReadTableInput, context: TaskContext, loaded: Loaded): Promise<void> {
  if (input.stockout === null) return;
  const words = [...yesWords, ...noWords].map(sqlText).join(', ');
  const [rows, first] = await context.engine.row(
    `SELECT count(*), min(r) FROM used WHERE o NOT IN (${words})`,
  );
  if (Number(rows) === 0) return;
  const [raw] = await context.engine.row(
    `SELECT CAST(${sqlName(input.stockout)} AS VARCHAR) FROM main_file WHERE ${rowColumn} = ${first}`,
  );
  throw new AppError(
    'data/bad-flag',
    `${loaded.name}: ${rows} rows have neither yes nor no in ${JSON.stringify(input.stockout)}, first in row ${first}: ${shown(raw)}`,
    { details: { rows: Number(rows), firstRow: Number(first) } },
  );
}

/** A cell as a message shows it. */
function shown(cell: unknown): string {
  const text = String(cell ?? '');
  return cell == null ? 'null' : JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}

/** Makes table `times` (t → period p, index n) with our own reader of times, and table `series` (s → index i). */
async function addPeriods(input: ReadTableInput, context: TaskContext, name: string): Promise<void> {
  const { engine } = context;
  const read = timeReader(input.grid, new TimeZone(input.timezone));
  await engine.run('CREATE TABLE times (t VARCHAR, p INTEGER, n INTEGER)');
  const appender = await engine.writing.createAppender('times');
  await engine.run('CREATE TABLE texts AS SELECT DISTINCT t FROM used');
  const [texts] = await engine.row('SELECT count(*) FROM texts');
  let index = 0;
  for await (const chunk of engine.chunks('SELECT t FROM texts ORDER BY t', Number(texts))) {
    for (const text of chunk.getColumnValues(0)) {
      const parsed = text === null ? null : read(String(text));
      if (parsed === null || parsed.problem !== null) {
        appender.closeSync();
        throw await badTime(input, context, { name, text: text === null ? null : String(text) });
      }
      appender.appendValue(String(text), VARCHAR);
      appender.appendValue(parsed.period, INTEGER);
      appender.appendValue(index, INTEGER);
      appender.endRow();
      index += 1;
    }
  }
  appender.closeSync();
  await engine.run(
    'CREATE TABLE series AS SELECT s, CAST(row_number() OVER (ORDER BY s) - 1 AS INTEGER) AS i FROM (SELECT DISTINCT s FROM used)',
  );
}

async function badTime(
  input: ReadTableInput,
  context: TaskContext,
  found: { name: string; text: string | null },
): Promise<AppError> {
  const where = found.text === null ? 't IS NULL' : `t = ${sqlText(found.text)}`;
  const [row] = await context.engine.row(`SELECT min(r) FROM used WHERE ${where}`);
  return new AppError(
    'data/bad-time',
    `${found.name}: row ${row} has ${shown(found.text)} in ${JSON.stringify(input.time)}, which is not a time of frequency ${input.grid.frequency}`,
    { details: { row: Number(row) } },
  );
}

async function fetchSorted(context: TaskContext, kinds: readonly Kind[]): Promise<SortedRows> {
  const { engine } = context;
  const codes = kinds.map(({ kind }, i) => (kind === 'number' ? `, e${i}` : `, CAST(l${i}.c AS DOUBLE)`));
  const joins: string[] = [];
  for (const [i, { kind }] of kinds.entries()) {
    if (kind !== 'text') continue;
    await engine.run(
      `CREATE TABLE labels${i} AS SELECT e, row_number() OVER (ORDER BY e) - 1 AS c FROM (SELECT DISTINCT e${i} AS e FROM used WHERE e${i} IS NOT NULL)`,
    );
    joins.push(` LEFT JOIN labels${i} l${i} ON l${i}.e = used.e${i}`);
  }
  const [count] = await engine.row('SELECT count(*) FROM used');
  const rows = Number(count);
  const sorted: SortedRows = {
    series: new Int32Array(rows),
    periods: new Int32Array(rows),
    times: new Int32Array(rows),
    values: new Float64Array(rows),
    test: new Uint8Array(rows),
    stockout: new Uint8Array(rows),
    extras: kinds.map(() => new Float64Array(rows)),
  };
  const yes = [...yesWords].map(sqlText).join(', ');
  const result = engine.chunks(
    `SELECT i, p, n, v, CAST(split = 'test' AS INTEGER), CAST(o IN (${yes}) AS INTEGER)${codes.join('')} FROM used JOIN times USING (t) JOIN series USING (s)${joins.join('')} ORDER BY i, p, n, r`,
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
  return sorted;
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
