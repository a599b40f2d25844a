// The first rows of a file as text, by the reader that takes it in: for guessing what its columns hold, and for short lists.

import { AppError, type Dialect, defaultDialect, isAppError } from '../../core/index.ts';
import type { DuckDb } from './engine/duckdb.ts';
import { textColumns, textReader } from './engine/read-rows.ts';
import { type SampleRows, sampleCells } from './engine/sample-task.ts';
import { openSource } from './engine/source-file.ts';
import { type SourceFile, sourceLimits } from './engine/source-kind.ts';
import { readText } from './engine/source-text.ts';
import { type AboveTable, aboveTable } from './rows/above-table.ts';
import { findCsvForm } from './rows/csv-form.ts';
import { withLeaveOut } from './rows/leave-out.ts';
import { periodNames } from './rows/parse-time.ts';
import { periodIn } from './rows/wide-rows.ts';
import { likelySheet, sheetForm } from './sheets/sheet-form.ts';
import { readSheetRows } from './sheets/sheet-rows.ts';

export interface FileSample extends SampleRows {
  /** The table has a column for each period: time and demand below are named for it, and the file has no such columns. */
  readonly isWide: boolean;
  /** Between the cells of CSV; null = the file is another. */
  readonly delimiter: string | null;
  /** What had to be supposed of how the file is written, and why; a project must say it. */
  readonly supposed: Partial<Pick<Dialect, 'encoding' | 'sheet' | 'comment' | 'skipLines' | 'headerRows'>>;
}

export interface SampleOptions {
  readonly rowsMax: number;
  readonly bytesMax: number;
  /** How the file is written; null = suppose what is likely. */
  readonly dialect: Dialect | null;
  /** Read this column alone, as a part of the name of a series: cells that can be none make their rows broken ones. */
  readonly key?: string | undefined;
  /** Called for Parquet alone. */
  readonly withEngine: <T>(use: (db: DuckDb) => Promise<T>) => Promise<T>;
}

/** @throws AppError `data/*` for a file that no reader takes */
export async function readFileSample(path: string, options: SampleOptions): Promise<FileSample> {
  const { rowsMax, key } = options;
  const { source, encoding } = await openLikely(path, options.dialect);
  if (source.format === 'parquet') {
    const input = { path, limits: sourceLimits, rowsMax, dialect: options.dialect ?? defaultDialect, key };
    const found = await options.withEngine((db) => db.run('readSample', input, { limitMs: 600_000 }));
    return { ...longOf(found, options, options.dialect?.periodColumns), delimiter: null, supposed: {} };
  }
  const isGuess = options.dialect === null;
  const sheet = isGuess && source.format === 'xlsx' ? await likelySheet(source, sourceLimits) : null;
  const above = isGuess ? await aboveOf(source, sheet) : noneAbove;
  const dialect = options.dialect ?? { ...defaultDialect, ...above, sheet };
  const found = await sampledRows(source, { ...options, dialect });
  return {
    ...found,
    ...longOf(found, options, dialect.periodColumns),
    delimiter: source.format === 'csv' ? findCsvForm(source.head, dialect).delimiter : null,
    supposed: {
      ...(encoding === null ? {} : { encoding }),
      ...(sheet === null ? {} : { sheet }),
      ...(above.comment === null ? {} : { comment: above.comment }),
      ...(above.skipLines === 0 ? {} : { skipLines: above.skipLines }),
      ...(above.headerRows === 1 ? {} : { headerRows: above.headerRows }),
    },
  };
}

const noneAbove: AboveTable = { comment: null, skipLines: 0, headerRows: 1 };

/** What of a file is supposed to lie above its table. */
async function aboveOf(source: SourceFile, sheet: string | null): Promise<AboveTable> {
  switch (source.format) {
    case 'csv':
      return aboveTable(findCsvForm(source.head).records);
    case 'xlsx':
      return aboveTable((await sheetForm(source, sourceLimits, { ...defaultDialect, sheet })).records);
    default:
      return noneAbove;
  }
}

/** Where nothing is said, bytes that are no UTF-8 are read as what they look like. */
async function openLikely(
  path: string,
  dialect: Dialect | null,
): Promise<{ source: SourceFile; encoding: Dialect['encoding'] }> {
  try {
    const source = await openSource(path, sourceLimits, { encoding: dialect?.encoding });
    return { source, encoding: null };
  } catch (error) {
    if (dialect !== null || !isAppError(error, 'data/bad-encoding')) throw error;
    const { likely } = error.details ?? {};
    if (likely !== 'windows-1252' && likely !== 'utf-16') throw error;
    return { source: await openSource(path, sourceLimits, { encoding: likely }), encoding: likely };
  }
}

async function sampledRows(
  source: SourceFile,
  options: SampleOptions & { dialect: Dialect },
): Promise<SampleRows> {
  const { dialect, rowsMax, bytesMax, key } = options;
  const isSheet = source.format === 'xlsx';
  const columns =
    key === undefined
      ? namedOnce(
          isSheet ? (await sheetForm(source, sourceLimits, dialect)).columns : textColumns(source, dialect),
        )
      : [];
  const rows: string[][] = [];
  let ragged = 0;
  let first: { readonly row: number; readonly problem: string } | undefined;
  let bytes = 0;
  let whole = true;
  const series = key === undefined ? [] : [key];
  const fields = { series, time: null, target: null, stockout: null, extras: columns };
  const kept = withLeaveOut(fields, dialect.leaveOut, (row) => {
    const { problem, problemCode, extras, extraIsNumber } = row;
    if (rows.length + (key === undefined ? 0 : ragged) >= rowsMax) whole = false;
    else if (problem === null) rows.push(sampleCells(columns, extras, extraIsNumber, dialect));
    else if (problemCode !== 'left-out') {
      ragged += 1;
      first ??= { row: row.number, problem };
    }
  });
  const rowsOf = (): SampleRows => {
    const why = first === undefined ? '' : `; of row ${first.row}: ${first.problem}`;
    if (rows.length === 0 && key === undefined)
      throw new AppError('data/no-rows', `${source.name} has no row that can be read${why}`);
    return { columns, rows, whole, ragged, problem: first?.problem };
  };
  if (isSheet) {
    await readSheetRows(source, { limits: sourceLimits, dialect, ...kept, wantsMore: () => whole });
    return rowsOf();
  }
  const reader = textReader(source, { dialect, ...kept });
  for await (const chunk of readText(source, sourceLimits)) {
    reader.push(chunk);
    bytes += chunk.length;
    if (whole && bytes < bytesMax) continue;
    whole = false;
    break;
  }
  if (whole) reader.end();
  return rowsOf();
}

/** Columns without a name, and those of a name that stands twice, cannot be meant by it. */
function namedOnce(columns: readonly string[]): string[] {
  const keys = columns.map((name) => name.toLowerCase());
  return columns.filter(
    (name, i) => name !== '' && keys.indexOf(keys[i] ?? '') === keys.lastIndexOf(keys[i] ?? ''),
  );
}

const calendar = (['day', 'week', 'month', 'quarter', 'year', 'hour'] as const).map((frequency) =>
  periodNames({ grid: { frequency, weekStart: 1 }, timezone: 'UTC' }),
);
/** Fewer columns named by periods are taken for something else. */
const periodColumnsMin = 2;

/** About as many rows at most, every so many: the first ones of a large table are often of one department. */
export function spreadRows<Row>(rows: readonly Row[], most: number): readonly Row[] {
  const every = Math.max(1, Math.ceil(rows.length / most));
  return every === 1 ? rows : rows.filter((_, at) => at % every === 0);
}

/** Turns a wide table into the rows that its reader makes of it. What else such a table has for each period is none of them. */
function longOf(
  sample: SampleRows,
  { rowsMax }: Pick<SampleOptions, 'rowsMax'>,
  pattern: string | undefined,
): SampleRows & { isWide: boolean } {
  const { columns } = sample;
  const named = columns.map((name) => {
    const period = periodIn(name, pattern);
    return period !== null && calendar.some((reads) => reads(period)) ? period : null;
  });
  const periods = named.flatMap((period, i) => (period === null ? [] : [{ period, i }]));
  if (periods.length < periodColumnsMin) return { ...sample, isWide: false };
  const isOther = (name: string): boolean =>
    pattern !== undefined && periods.some(({ period }) => name.includes(period));
  const others = columns.flatMap((name, i) => (named[i] === null && !isOther(name) ? [{ name, i }] : []));
  const rows = spreadRows(sample.rows, rowsMax / periods.length);
  return {
    ...sample,
    whole: sample.whole && rows.length === sample.rows.length,
    columns: [...others.map(({ name }) => name), 'period', 'units'],
    rows: rows.flatMap((row) =>
      periods.map(({ period, i }) => [...others.map((other) => row[other.i] ?? ''), period, row[i] ?? '']),
    ),
    isWide: true,
  };
}
