// The one way from a file to raw rows, whatever reads them: observations, attributes, requests, tables to evaluate.

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';

import { type Dialect, defaultDialect } from '../../../core/index.ts';
import { findCsvForm } from '../rows/csv-form.ts';
import { CsvRows } from '../rows/csv-rows.ts';
import { NdjsonRows } from '../rows/json-rows.ts';
import { withLeaveOut } from '../rows/leave-out.ts';
import { fieldsInFiles, withWords } from '../rows/mapped-rows.ts';
import type { RowFields, RowReader, RowSink } from '../rows/raw-row.ts';
import { withPeriodColumns } from '../rows/wide-rows.ts';
import { sheetForm } from '../sheets/sheet-form.ts';
import { readSheetRows } from '../sheets/sheet-rows.ts';
import type { TaskContext } from './engine.ts';
import { parquetColumns, readParquetRows } from './parquet-rows.ts';
import type { SourceFile, SourceLimits } from './source-kind.ts';
import { readText } from './source-text.ts';

/** Streams the rows of a file to `sink`; returns the SHA-256 of its bytes. */
export async function readRows(
  source: SourceFile,
  limits: SourceLimits,
  to: {
    context: TaskContext;
    dialect?: Dialect | undefined;
    /** Whether a column is named by a period, so that a table may be wide; absent = none is. */
    isPeriod?: (name: string) => boolean;
    fields: RowFields;
    sink: RowSink;
    onRows?: () => void;
    /** What a person should know of the file beside its rows. */
    onNote?: (note: string) => void;
  },
): Promise<string> {
  const hash = createHash('sha256');
  const { dialect = defaultDialect, context } = to;
  const called = fieldsInFiles(to.fields, dialect.mapped);
  const long =
    to.isPeriod === undefined
      ? { fields: called, sink: to.sink }
      : withPeriodColumns(
          called,
          {
            columns: await sourceColumns(source, context, { dialect, limits }),
            isPeriod: to.isPeriod,
            pattern: dialect.periodColumns,
          },
          to.sink,
        );
  const { fields, sink: kept } = withLeaveOut(long.fields, dialect.leaveOut, long.sink);
  const sink = withWords(to.fields, dialect.mapped, kept);
  const onBytes = (bytes: Uint8Array): void => {
    hash.update(bytes);
  };
  if (source.format === 'parquet') {
    const { onRows } = to;
    await readParquetRows(source, {
      context,
      fields,
      sink,
      onBytes,
      ...(onRows === undefined ? {} : { onRows }),
    });
    return hash.digest('hex');
  }
  if (source.format === 'xlsx') {
    for await (const bytes of createReadStream(source.path, { highWaterMark: 1024 ** 2 }))
      onBytes(bytes as Uint8Array);
    const { onRows, onNote } = to;
    const onPiece = (): void => {
      context.engine.check();
      onRows?.();
    };
    await readSheetRows(source, { limits, dialect, fields, sink, onPiece, onNote });
    return hash.digest('hex');
  }
  const reader = textReader(source, { dialect, fields, sink });
  for await (const chunk of readText(source, limits, onBytes)) {
    context.engine.check();
    reader.push(chunk);
    to.onRows?.();
  }
  reader.end();
  return hash.digest('hex');
}

/** What makes rows of the text of a file. */
export function textReader(
  source: SourceFile,
  to: { dialect: Dialect; fields: RowFields; sink: RowSink },
): RowReader {
  const { dialect, fields, sink } = to;
  const given = { name: source.name, fields, sink };
  return source.format === 'csv'
    ? new CsvRows({ ...given, head: source.head, settings: dialect })
    : new NdjsonRows(given);
}

/** The columns of a file: its header, its schema, or the fields of the objects in its first MiB. */
export async function sourceColumns(
  source: SourceFile,
  context: TaskContext,
  how: { readonly dialect?: Dialect | undefined; readonly limits: SourceLimits },
): Promise<readonly string[]> {
  const { dialect = defaultDialect, limits } = how;
  if (source.format === 'parquet') return parquetColumns(source, context);
  return source.format === 'xlsx'
    ? (await sheetForm(source, limits, dialect)).columns
    : textColumns(source, dialect);
}

/** The columns of a text file. */
export function textColumns(source: SourceFile, dialect: Dialect): readonly string[] {
  return source.format === 'csv' ? findCsvForm(source.head, dialect).columns : fieldsOf(source.head);
}

function fieldsOf(head: Uint8Array): string[] {
  const names = new Set<string>();
  for (const line of new TextDecoder().decode(head).split('\n')) {
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      continue;
    }
    if (value !== null && typeof value === 'object' && !Array.isArray(value))
      for (const name of Object.keys(value)) names.add(name);
  }
  return [...names];
}
