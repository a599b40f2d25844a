// Parquet to raw rows: the engine reads the mapped columns as text, so that every rule sees what it would see in a CSV.

import { createReadStream } from 'node:fs';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';

import { AppError } from '../../../core/index.ts';
import { checkColumns } from '../rows/check-columns.ts';
import { neededColumns, newRawRow, type RowFields, type RowSink } from '../rows/raw-row.ts';
import { sqlName, sqlText, type TaskContext } from './engine.ts';
import type { SourceFile } from './source-file.ts';

export interface ParquetRowsOptions {
  readonly context: TaskContext;
  readonly fields: RowFields;
  readonly sink: RowSink;
  readonly onBytes: (bytes: Uint8Array) => void;
  readonly onRows?: () => void;
}

let links = 0;

/** @throws AppError `data/missing-column`, `data/damaged-file`, `data/no-rows` */
export async function readParquetRows(source: SourceFile, options: ParquetRowsOptions): Promise<void> {
  const { context, fields } = options;
  for await (const bytes of createReadStream(source.path, { highWaterMark: 1024 ** 2 }))
    options.onBytes(bytes as Uint8Array);
  links += 1;
  const link = join(context.scratch, `source-${links}.parquet`);
  await symlink(source.path, link);
  try {
    const from = `read_parquet(${sqlText(link)})`;
    const described = await context.engine.rows(`SELECT column_name FROM (DESCRIBE SELECT * FROM ${from})`);
    const needed = neededColumns(fields);
    const found = described.map((row) => String(row[0]));
    checkColumns(source.name, found, { needed, used: fields.extras });
    const extras = fields.extras.filter((name) => found.includes(name));
    await readAll(from, [...new Set([...needed, ...extras])], options);
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

async function readAll(from: string, names: readonly string[], options: ParquetRowsOptions): Promise<void> {
  const { fields, sink } = options;
  const text = names.map((name) => `CAST(${sqlName(name)} AS VARCHAR)`);
  const { engine } = options.context;
  const [count] = await engine.row(`SELECT count(*) FROM ${from}`);
  const row = newRawRow(fields);
  const place = (name: string | null): number => (name === null ? -1 : names.indexOf(name));
  const series = fields.series.map(place);
  const extras = fields.extras.map(place);
  const [time, target, stockout] = [place(fields.time), place(fields.target), place(fields.stockout)];
  for await (const chunk of engine.chunks(`SELECT ${text.join(', ')} FROM ${from}`, Number(count))) {
    const values = names.map((_, column) => chunk.getColumnValues(column) as (string | null)[]);
    for (let i = 0; i < chunk.rowCount; i++) {
      row.number += 1;
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
