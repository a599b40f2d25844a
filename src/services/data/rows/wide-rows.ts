// Wide tables: a column for each period. Each of their cells is a row, as if the table were long.

import { newRawRow, type RawRow, type RowFields, type RowSink } from './raw-row.ts';

/** Fewer columns named by periods are none of a wide table. */
const periodColumnsMin = 2;

/**
 * A table is wide when it has neither the time nor the target column, and columns that are named by periods. Its other columns are
 * those of each row. Cells are numbered row by row, from 1.
 */
export function withPeriodColumns(
  fields: RowFields,
  of: PeriodNames,
  sink: RowSink,
): { fields: RowFields; sink: RowSink } {
  const found = periodColumns(fields, of);
  if (found.length < periodColumnsMin) return { fields, sink };
  const names = found.map(({ name }) => name);
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
        cell.time = found[i]?.period ?? name;
        cell.target = row.extras[own + i] ?? null;
        cell.targetIsNumber = row.extraIsNumber[own + i] ?? false;
        cell.raw = () => ({
          ...Object.fromEntries(fields.series.map((column, part) => [column, row.series[part]])),
          [fields.time ?? '']: found[i]?.period ?? name,
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

/** The columns of a table, which texts name a period, and how the names of its columns hold one, as `* units`; absent = alone. */
interface PeriodNames {
  readonly columns: readonly string[];
  readonly isPeriod: (name: string) => boolean;
  readonly pattern?: string | undefined;
}

/** What a name has in the place of the `*`; null where it is no such name. */
export function periodIn(name: string, pattern = '*'): string | null {
  const [before = '', after = ''] = pattern.split('*');
  const isSuch =
    name.length > before.length + after.length && name.startsWith(before) && name.endsWith(after);
  return isSuch ? name.slice(before.length, name.length - after.length).trim() : null;
}

function periodColumns(
  { series, time, target, stockout, extras }: RowFields,
  { columns, isPeriod, pattern }: PeriodNames,
): { name: string; period: string }[] {
  if (time === null || target === null || columns.includes(time) || columns.includes(target)) return [];
  const mapped = new Set([...series, ...extras, stockout]);
  return columns.flatMap((name) => {
    const period = name === '' || mapped.has(name) ? null : periodIn(name, pattern);
    return period !== null && isPeriod(period) ? [{ name, period }] : [];
  });
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
