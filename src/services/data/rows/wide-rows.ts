// Wide tables: a column for each period. Each of their cells is a row, as if the table were long.

import { newRawRow, type RawRow, type RowFields, type RowSink } from './raw-row.ts';

/** Fewer columns named by periods are none of a wide table. */
const periodColumnsMin = 2;

/**
 * A table is wide when it has neither the time nor the target column, and columns that are named by periods. Its other columns are
 * those of each row. Cells are numbered row by row, from 1.
 * @param of `columns` of the table, and which of them name a period
 */
export function withPeriodColumns(
  fields: RowFields,
  of: { columns: readonly string[]; isPeriod: (name: string) => boolean },
  sink: RowSink,
): { fields: RowFields; sink: RowSink } {
  const names = periodColumns(fields, of);
  if (names.length < periodColumnsMin) return { fields, sink };
  const own = fields.extras.length;
  const cell = newRawRow(fields);
  return {
    fields: {
      series: fields.series,
      time: null,
      target: null,
      stockout: null,
      extras: [...fields.extras, ...names],
      ...(fields.ruled === undefined ? {} : { ruled: fields.ruled }),
      isWide: true,
    },
    sink: (row) => {
      fill(cell, row, own);
      const before = (row.number - 1) * names.length;
      for (const [i, name] of names.entries()) {
        cell.number = before + i + 1;
        cell.time = name;
        cell.target = row.extras[own + i] ?? null;
        cell.targetIsNumber = row.extraIsNumber[own + i] ?? false;
        cell.raw = () => ({
          ...Object.fromEntries(fields.series.map((column, part) => [column, row.series[part]])),
          [fields.time ?? '']: name,
          [fields.target ?? '']: cell.target,
        });
        if (row.problem !== null) cell.raw = row.raw;
        sink(cell);
        // A broken row is refused once.
        if (row.problem !== null) return;
      }
    },
  };
}

function periodColumns(
  { series, time, target, stockout, extras }: RowFields,
  { columns, isPeriod }: { columns: readonly string[]; isPeriod: (name: string) => boolean },
): string[] {
  if (time === null || target === null || columns.includes(time) || columns.includes(target)) return [];
  const mapped = new Set([...series, ...extras, stockout]);
  return columns.filter((name) => name !== '' && !mapped.has(name) && isPeriod(name));
}

function fill(cell: RawRow, row: RawRow, extras: number): void {
  for (let i = 0; i < cell.series.length; i++) cell.series[i] = row.series[i] ?? null;
  for (let i = 0; i < extras; i++) {
    cell.extras[i] = row.extras[i] ?? null;
    cell.extraIsNumber[i] = row.extraIsNumber[i] ?? false;
  }
  cell.key = row.key;
  cell.delimiter = row.delimiter;
  cell.problem = row.problem;
  cell.problemCode = row.problemCode;
  cell.readable = false;
}
