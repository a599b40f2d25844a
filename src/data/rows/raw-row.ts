// A row as it was sent: the mapped fields as text, before any rule. What every reader (CSV, JSON, Parquet) produces.

import type { ColumnMapping } from '../../core/index.ts';

/** Reused between rows; valid until the sink returns. */
export interface RawRow {
  /** Counted from 1; a header is not counted. */
  number: number;
  /** One per series column; null or '' = not given. */
  readonly series: (string | null)[];
  time: string | null;
  target: string | null;
  /** Null without a stock-out column or where it is empty. */
  stockout: string | null;
  /** Set when the record itself is broken; the fields above then mean nothing. */
  problem: string | null;
  /** What to keep of the row in quarantine. */
  raw: () => unknown;
}

export type RowSink = (row: RawRow) => void;

export function newRawRow(columns: ColumnMapping): RawRow {
  return {
    number: 0,
    series: columns.series.map(() => null),
    time: null,
    target: null,
    stockout: null,
    problem: null,
    raw: () => null,
  };
}

/** The columns that must be there. */
export function mappedColumns(columns: ColumnMapping): string[] {
  const { series, time, target, stockout } = columns;
  return [...new Set([...series, time, target, ...(stockout === undefined ? [] : [stockout])])];
}

/** Reads bytes into rows. `push` any chunks, then `end`. Both throw `AppError` when the whole input must be refused. */
export interface RowReader {
  push(chunk: Uint8Array): void;
  end(): void;
}
