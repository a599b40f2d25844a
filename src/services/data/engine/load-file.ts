// Brings a checked file into a table of the engine, all columns, with DuckDB's own readers.

import { open, symlink } from 'node:fs/promises';
import { join } from 'node:path';

import { AppError } from '../../../core/index.ts';
import { checkColumns } from '../rows/check-columns.ts';
import { findCsvForm } from '../rows/csv-form.ts';
import { engineError, sqlName, sqlText, type TaskContext } from './engine.ts';
import { openSource, readText, type SourceFile, type SourceLimits } from './source-file.ts';

/** The column that numbers the rows of a loaded file from 1; users cannot have one of that name. */
export const rowColumn = 'almanac__row';

export interface LoadOptions {
  readonly path: string;
  readonly table: string;
  /** Columns that must be there. */
  readonly required: readonly string[];
  /** Columns to keep as text exactly as written. */
  readonly text: readonly string[];
  /** Load these alone; null = all. */
  readonly only: readonly string[] | null;
  readonly limits: SourceLimits;
}

export interface LoadedFile {
  readonly name: string;
  readonly columns: readonly string[];
  readonly rows: number;
}

/** @throws AppError `data/*` for a file that cannot be read, lacks columns or has no rows */
export async function loadFile(context: TaskContext, options: LoadOptions): Promise<LoadedFile> {
  const source = await openSource(options.path, options.limits);
  const file = await engineCopy(context, source, options);
  const header = source.format === 'csv' ? findCsvForm(source.head) : null;
  if (header !== null) checkColumns(source.name, header.columns, { needed: options.required });
  const text = header === null ? [] : options.text.filter((name) => header.columns.includes(name));
  let lastError: unknown;
  // Types are guessed from a sample first, which is faster; a guess that fails is made again from all rows.
  for (const sample of [20_480, -1]) {
    const reader = readerSql(source, { file, header, text, sample });
    try {
      if (header === null) {
        const described = await context.engine.rows(
          `SELECT column_name FROM (DESCRIBE SELECT * FROM ${reader})`,
        );
        checkColumns(
          source.name,
          described.map((row) => String(row[0])),
          { needed: options.required },
        );
      }
      const only = options.only === null ? '*' : [...new Set(options.only)].map(sqlName).join(', ');
      await context.engine.run(
        `CREATE OR REPLACE TABLE ${options.table} AS SELECT ${only}, row_number() OVER () AS ${rowColumn} FROM ${reader}`,
      );
      return await describe(context, options.table, source.name);
    } catch (error) {
      if (error instanceof AppError) throw error;
      lastError = error;
      if (!(error instanceof Error && error.message.startsWith('Conversion Error'))) break;
    }
  }
  throw readError(lastError, source);
}

async function describe(context: TaskContext, table: string, name: string): Promise<LoadedFile> {
  const [rows] = await context.engine.row(`SELECT count(*) FROM ${table}`);
  if (Number(rows) === 0) throw new AppError('data/no-rows', `${name} has no row of data`);
  const columns = await context.engine.rows(`SELECT column_name FROM (DESCRIBE ${table})`);
  return {
    name,
    rows: Number(rows),
    columns: columns.map((row) => String(row[0])).filter((column) => column !== rowColumn),
  };
}

/**
 * A path that DuckDB may read: a name without glob characters, decompressed. Text is checked on the way, so what
 * DuckDB reads is UTF-8 of a known size.
 */
async function engineCopy(context: TaskContext, source: SourceFile, options: LoadOptions): Promise<string> {
  const path = join(context.scratch, `${options.table}.${source.format}`);
  if (!source.gzip) await symlink(source.path, path);
  if (source.format === 'parquet') return path;
  const copy = source.gzip ? await open(path, 'wx') : null;
  try {
    for await (const chunk of readText(source, options.limits)) {
      context.engine.check();
      await copy?.writeFile(chunk);
    }
  } finally {
    await copy?.close();
  }
  return path;
}

function readerSql(
  source: SourceFile,
  how: {
    file: string;
    header: { columns: readonly string[]; delimiter: string } | null;
    text: readonly string[];
    sample: number;
  },
): string {
  const file = sqlText(how.file);
  if (source.format === 'parquet') return `read_parquet(${file})`;
  if (how.header === null)
    return `read_json(${file}, format = 'auto', records = true, sample_size = ${how.sample}, maximum_object_size = 1048576)`;
  const types = how.text.map((name) => `${sqlText(name)}: 'VARCHAR'`).join(', ');
  return (
    `read_csv(${file}, header = true, delim = ${sqlText(how.header.delimiter)}, quote = '"', escape = '"', ` +
    `normalize_names = false, null_padding = false, max_line_size = 2097152, sample_size = ${how.sample}` +
    `${types === '' ? '' : `, types = {${types}}`})`
  );
}

function readError(error: unknown, source: SourceFile): AppError {
  const known = engineError(error, `reading ${source.name}`);
  if (known.code !== 'data/engine-failed') return known;
  const message = error instanceof Error ? error.message : String(error);
  const lines = message
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return new AppError(
    'data/damaged-file',
    `${source.name} cannot be read as ${source.format}: ${lines.slice(0, 3).join(' ').slice(0, 400)}`,
    { cause: error },
  );
}
