// A row as it was sent: the mapped fields as text, before any rule. What every reader (CSV, JSON, Parquet) produces.

import { type ColumnMapping, defaultDialect, type Project } from '../../../core/index.ts';
import { inDialect } from './number-reader.ts';
import type { QuarantineCode } from './quarantine-codes.ts';

/** Which columns of the input are read. */
export interface RowFields {
  readonly series: readonly string[];
  /** Null where rows have none, as those of attributes. */
  readonly time: string | null;
  readonly target: string | null;
  readonly stockout: string | null;
  /** Covariates; any of them may be left out of the input. */
  readonly extras: readonly string[];
  /** Columns that rules for leaving out rows look at: without them a table would be taken in whole. */
  readonly ruled?: readonly string[];
  /** `extras` ends with the periods of a wide table. */
  readonly isWide?: boolean;
}

/** The columns of observations: what each is for. */
export function observationFields(columns: ColumnMapping): RowFields {
  const { series, time, target, stockout = null, known = [], past = [], static: fixed = [] } = columns;
  return { series, time, target, stockout, extras: [...known, ...past, ...fixed] };
}

/** The columns of a table of attributes, one row per series. */
export function attributeFields(columns: ColumnMapping): RowFields {
  return { series: columns.series, time: null, target: null, stockout: null, extras: columns.static ?? [] };
}

/** Reused between rows; valid until the sink returns. */
export interface RawRow {
  /** Counted from 1; a header is not counted. */
  number: number;
  /** One per series column; null or '' = not given. Rows of the same key may share it: not to be changed. */
  series: (string | null)[];
  /** Rows of one number have the same cells in `series`; 0 = not known. */
  key: number;
  time: string | null;
  target: string | null;
  /** The row has no such field at all, as a JSON object may: it says nothing of demand, while null or '' says "unknown". */
  targetAbsent: boolean;
  /** Of CSV the mark between its cells; '' for other formats. */
  delimiter: string;
  /**
   * The format has numbers of its own, and the cell is one: its text is the plain decimal, whatever marks a dialect says for
   * numbers that were written as text.
   */
  targetIsNumber: boolean;
  readonly extraIsNumber: boolean[];
  /** Null without a stock-out column or where it is empty. */
  stockout: string | null;
  /** One per covariate column; null or '' = not given. */
  readonly extras: (string | null)[];
  /** Why the record is no row; null when it is one. */
  problem: string | null;
  /** What it is set aside as where it is no row. */
  problemCode: QuarantineCode;
  /** Whether the fields above are worth something where it is no row, so that it is plain of what period it would have been. */
  readable: boolean;
  /** What to keep of the row in quarantine. */
  raw: () => unknown;
}

export type RowSink = (row: RawRow) => void;

export function newRawRow(fields: RowFields): RawRow {
  return {
    number: 0,
    series: fields.series.map(() => null),
    key: 0,
    time: null,
    target: null,
    targetAbsent: false,
    delimiter: '',
    targetIsNumber: false,
    extraIsNumber: fields.extras.map(() => false),
    stockout: null,
    extras: fields.extras.map(() => null),
    problem: null,
    problemCode: 'bad-row',
    readable: false,
    raw: () => null,
  };
}

/**
 * What the columns of a row held, by name: all that it takes to read it again, numbers as texts of the project are written. Of a record that is broken and yet tells its series
 * and time only those; null where it tells nothing.
 */
export function cellsByName(
  row: RawRow,
  { columns, dialect = defaultDialect }: Pick<Project, 'columns' | 'dialect'>,
): Record<string, string | null> | null {
  if (row.problem !== null && !row.readable) return null;
  const { series, time, target, stockout, extras } = observationFields(columns);
  const cells: Record<string, string | null> = {};
  const written = (text: string | null, isNumber: boolean): string | null =>
    isNumber && text !== null ? inDialect(text, dialect) : text;
  for (const [i, name] of series.entries()) cells[name] = row.series[i] ?? null;
  if (time !== null) cells[time] = row.time;
  if (row.problem !== null) return cells;
  if (target !== null && !row.targetAbsent) cells[target] = written(row.target, row.targetIsNumber);
  if (stockout !== null && row.stockout !== null) cells[stockout] = row.stockout;
  for (const [i, name] of extras.entries()) {
    const isNumber = row.extraIsNumber[i] === true && columns.categories?.includes(name) !== true;
    cells[name] ??= written(row.extras[i] ?? null, isNumber);
  }
  return cells;
}

/** A cell without the blanks around it; most have none, which is seen at once. */
export function trimmed(text: string | null | undefined): string {
  if (text === null || text === undefined || text === '') return '';
  return isPlain(text.charCodeAt(0)) && isPlain(text.charCodeAt(text.length - 1)) ? text : text.trim();
}

/** Printed ASCII, the blank not among it. */
const isPlain = (code: number): boolean => code > 0x20 && code < 0x7f;

/** Empties the cells beside the key that hold one of the words for nothing. */
export function blankNulls(row: RawRow, nulls: ReadonlySet<string>): void {
  const blank = (text: string | null): string | null => (text !== null && nulls.has(text.trim()) ? '' : text);
  row.time = blank(row.time);
  row.target = blank(row.target);
  row.stockout = blank(row.stockout);
  for (let i = 0; i < row.extras.length; i++) row.extras[i] = blank(row.extras[i] ?? null);
}

/** The columns that must be there. */
export function neededColumns({ series, time, target, stockout }: RowFields): string[] {
  return [...new Set([...series, time, target, stockout].filter((name) => name !== null))];
}

/** The columns that a table must have: with those that rules look at, which a JSON object may leave out. */
export function tableColumns(fields: RowFields): string[] {
  return [...new Set([...neededColumns(fields), ...(fields.ruled ?? [])])];
}

/** Reads bytes into rows. `push` any chunks, then `end`. Both throw `AppError` when the whole input must be refused. */
export interface RowReader {
  push(chunk: Uint8Array): void;
  end(): void;
}
