// The columns of a project's table, by their names.

import type { ColumnMapping } from './project.ts';

/** Those beside the series, the time and the demand, in the order of their roles. */
export function columnsBeside({
  stockout,
  known = [],
  past = [],
  static: fixed = [],
}: ColumnMapping): string[] {
  return [...(stockout === undefined ? [] : [stockout]), ...known, ...past, ...fixed];
}

/** All that are read, each once, in the order of their roles. */
export function columnsRead(columns: ColumnMapping): string[] {
  return [...new Set([...columns.series, columns.time, columns.target, ...columnsBeside(columns)])];
}
