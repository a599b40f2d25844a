// Parquet to raw rows: the engine reads the mapped columns as text, so that every rule sees what it would see in a CSV.

import { createReadStream } from 'node:fs';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';

import { AppError } from '../../../core/index.ts';
import { checkColumns } from '../rows/check-columns.ts';
import { newRawRow, type RowFields, type RowSink, tableColumns } from '../rows/raw-row.ts';
import type { TaskContext } from './engine.ts';
import type { SourceFile } from './source-kind.ts';
import { sqlName, sqlText } from './sql-text.ts';

export interface ParquetRowsOptions {
  readonly context: TaskContext;
  readonly fields: RowFields;
  readonly sink: RowSink;
  readonly onBytes: (bytes: Uint8Array) => void;
  readonly onRows?: () => void;
}

interface Column {
  readonly name: string;
  readonly type: string;
}

/** Types whose cells are neither text nor number: their texts would be those of a program. */
const nested = /^(?:STRUCT|MAP|UNION|VARIANT)\b|\[\d*\]$/;
/** Whole numbers from here on may have lost digits in a floating column. */
const exactBelow = 2 ** 53;

/** Types of the engine whose cells are numbers. */
const numeric = /^(?:U?(?:TINY|SMALL|BIG|HUGE)INT|U?INTEGER|DOUBLE|FLOAT|DECIMAL\(.*\))$/;

let links = 0;

/** @throws AppError `data/missing-column`, `data/damaged-file`, `data/no-rows` */
export async function readParquetRows(source: SourceFile, options: ParquetRowsOptions): Promise<void> {
  const { fields } = options;
  for await (const bytes of createReadStream(source.path, { highWaterMark: 1024 ** 2 }))
    options.onBytes(bytes as Uint8Array);
  await withParquet(source, options.context, async (from) => {
    const columns = await describe(options.context, from);
    const needed = tableColumns(fields);
    const found = columns.map(({ name }) => name);
    checkColumns(source.name, found, { needed, used: fields.extras });
    const wanted = new Set([...needed, ...fields.extras]);
    await readAll(
      from,
      columns.filter(({ name }) => wanted.has(name)),
      options,
    );
  });
}

/** @throws AppError `data/damaged-file` */
export function parquetColumns(source: SourceFile, context: TaskContext): Promise<string[]> {
  return withParquet(source, context, async (from) =>
    (await describe(context, from)).map(({ name }) => name),
  );
}

/** Calls `use` with the file as a table in SQL: by a name without glob characters. */
async function withParquet<T>(
  source: SourceFile,
  context: TaskContext,
  use: (from: string) => Promise<T>,
): Promise<T> {
  links += 1;
  const link = join(context.scratch, `source-${links}.parquet`);
  await symlink(source.path, link);
  try {
    return await use(`read_parquet(${sqlText(link)})`);
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    context.engine.check();
    const message = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : '';
    if (message.includes('Out of Memory')) throw cause;
    throw new AppError('data/damaged-file', `${source.name} cannot be read as Parquet: ${message}`, {
      cause,
    });
  }
}

async function describe(context: TaskContext, from: string): Promise<Column[]> {
  const rows = await context.engine.rows(
    `SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM ${from})`,
  );
  return rows.map(([name, type]) => ({ name: String(name), type: String(type) }));
}

/**
 * A column as text. Bytes are the UTF-8 that they hold; in a key a whole number is written as one, whatever its type, and a
 * number that is none (as tools write an empty cell of a floating column) is an empty one.
 */
function textSql({ name, type }: Column, isKey: boolean): string {
  const column = sqlName(name);
  const text = `CAST(${column} AS VARCHAR)`;
  if (type === 'BLOB') return `decode(${column})`;
  if (isKey && isFloating(type))
    return `CASE WHEN isnan(${column}) THEN NULL WHEN ${column} = trunc(${column}) AND abs(${column}) < ${exactBelow} THEN CAST(CAST(${column} AS BIGINT) AS VARCHAR) ELSE ${text} END`;
  return isKey && type.startsWith('DECIMAL') ? `regexp_replace(${text}, '\\.0+$', '')` : text;
}

const isFloating = (type: string): boolean => type === 'DOUBLE' || type === 'FLOAT';

/** What is wrong with a cell for its place, in the words that the same cell of JSON gets; null = nothing. */
type CellProblem = (text: string | null) => string | null;

/** Of a part of a series id. */
function keyProblem({ name, type }: Column): CellProblem | null {
  const field = `its field ${JSON.stringify(name)}`;
  const named = 'a series is named by a text or a number';
  if (type === 'BOOLEAN') return (text) => (text === null ? null : `${field} is ${text}: ${named}`);
  if (nested.test(type)) {
    const kind = type.endsWith(']') ? 'a list' : 'an object';
    return (text) => (text === null ? null : `${field} is ${kind}: ${named}`);
  }
  if (!isFloating(type)) return null;
  return (text) =>
    text !== null && Math.abs(Number(text)) >= exactBelow
      ? `${field} is a number past 2^53, whose digits are lost: write it as text`
      : null;
}

/** Of a column beside the demand. */
function extraProblem({ name, type }: Column): CellProblem | null {
  if (!nested.test(type)) return null;
  return (text) => (text === null ? null : `its field ${JSON.stringify(name)} is neither text nor number`);
}

async function readAll(from: string, columns: readonly Column[], options: ParquetRowsOptions): Promise<void> {
  const { fields, sink } = options;
  const names = columns.map(({ name }) => name);
  const text = columns.map((column) => textSql(column, fields.series.includes(column.name)));
  const { engine } = options.context;
  const [count] = await engine.row(`SELECT count(*) FROM ${from}`);
  const row = newRawRow(fields);
  const place = (name: string | null): number => (name === null ? -1 : names.indexOf(name));
  const series = fields.series.map(place);
  const extras = fields.extras.map(place);
  const isNumber = columns.map(({ type }) => numeric.test(type));
  extras.forEach((column, extra) => {
    row.extraIsNumber[extra] = isNumber[column] ?? false;
  });
  const [time, target, stockout] = [place(fields.time), place(fields.target), place(fields.stockout)];
  row.targetIsNumber = isNumber[target] ?? false;
  const problems = [
    ...series.map((at) => ({ at, of: columns[at] === undefined ? null : keyProblem(columns[at]) })),
    ...extras.map((at) => ({ at, of: columns[at] === undefined ? null : extraProblem(columns[at]) })),
  ].flatMap(({ at, of }) => (of === null ? [] : [{ at, of }]));
  for await (const chunk of engine.chunks(`SELECT ${text.join(', ') || '1'} FROM ${from}`, Number(count))) {
    const values = names.map((_, column) => chunk.getColumnValues(column) as (string | null)[]);
    for (let i = 0; i < chunk.rowCount; i++) {
      row.number += 1;
      row.problem = null;
      for (const { at, of } of problems) row.problem ??= of(values[at]?.[i] ?? null);
      series.forEach((column, part) => {
        row.series[part] = values[column]?.[i] ?? null;
      });
      row.time = values[time]?.[i] ?? null;
      row.target = values[target]?.[i] ?? null;
      row.stockout = values[stockout]?.[i] ?? null;
      extras.forEach((column, extra) => {
        row.extras[extra] = values[column]?.[i] ?? null;
      });
      row.raw = () => Object.fromEntries(names.map((name, column) => [name, values[column]?.[i] ?? null]));
      sink(row);
    }
    options.onRows?.();
  }
  if (row.number === 0) throw new AppError('data/no-rows', 'the Parquet file has no row');
}
