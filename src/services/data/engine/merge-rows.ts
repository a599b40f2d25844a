// Several rows in one period become one: identical rows are counted once (unless all are to be added up), rows of
// different times are added up, and rows that contradict each other are resolved by rule.

import { AppError, periodLabel, type TimeGrid } from '../../../core/index.ts';
import type { TableConflictRule } from './table-columns.ts';

/** Rows sorted by series, period, time, then row; all arrays of shape [rows]. */
export interface SortedRows {
  readonly series: Int32Array;
  readonly periods: Int32Array;
  /** The exact time, so that 10:00 and 11:00 of one day can be told apart. */
  readonly times: Float64Array;
  /** NaN = unknown. */
  readonly values: Float64Array;
  readonly test: Uint8Array;
  /** 1 = out of stock. */
  readonly stockout: Uint8Array;
  readonly extras: readonly Float64Array[];
}

export interface MergedRows {
  /** Shape [series + 1]. */
  readonly offsets: Int32Array;
  readonly periods: Int32Array;
  readonly values: Float64Array;
  readonly test: Uint8Array;
  readonly stockout: Uint8Array;
  readonly extras: readonly Float64Array[];
  readonly duplicates: number;
  readonly merged: number;
  /** With rule `quarantine`: rows set aside because they contradict each other; the demand of their periods is unknown. */
  readonly conflicting: number;
  /** The first of them, in words. */
  readonly conflict: string | null;
}

/**
 * One row per series and period. An unknown value beside a known one in a period gives way; extras are the last row's;
 * one stock-out makes the whole period one. With rule `quarantine` all rows of a period contradict each other that differ, as in a
 * project: whatever time of the period they name.
 * @throws AppError `data/conflicting-rows` when the rule is `error` and one exact time has two values
 * Cost: O(rows), in place.
 */
export function mergeRows(
  rows: SortedRows,
  options: {
    seriesIds: readonly string[];
    grid: TimeGrid;
    conflicts: TableConflictRule;
    /** No columns name series: all rows are one. */
    isUnnamed: boolean;
  },
): MergedRows {
  const { series, periods, times, values, test, stockout, extras } = rows;
  const offsets = new Int32Array(options.seriesIds.length + 1);
  let out = -1;
  const isStrict = options.conflicts === 'quarantine';
  const named = (at: number): string => periodLabel(options.grid, periods[at]!);
  let duplicates = 0;
  let merged = 0;
  let conflicting = 0;
  let conflict: string | null = null;
  // Rows of the current period that say something, and whether they contradict each other.
  let said = 0;
  let isTorn = false;
  let outTime = Number.NaN;
  let outSeries = -1;
  // The value of the current exact time; the period's value is the sum over its times.
  let timeValue = Number.NaN;
  let earlier = Number.NaN;
  for (let i = 0; i < series.length; i++) {
    const value = values[i]!;
    const same = out >= 0 && outSeries === series[i] && periods[out] === periods[i];
    if (!same) {
      out += 1;
      outSeries = series[i]!;
      offsets[outSeries + 1] = (offsets[outSeries + 1] ?? 0) + 1;
      periods[out] = periods[i]!;
      test[out] = test[i]!;
      stockout[out] = stockout[i]!;
      timeValue = value;
      earlier = Number.NaN;
      said = Number.isNaN(value) ? 0 : 1;
      isTorn = false;
    } else if (isStrict && isTorn) {
      conflicting += 1;
    } else if (!isStrict && times[i] !== outTime) {
      merged += 1;
      earlier = add(earlier, timeValue);
      timeValue = value;
    } else if (options.conflicts !== 'sum' && Object.is(value, timeValue)) {
      duplicates += 1;
      said += 1;
    } else if (Number.isNaN(value) || Number.isNaN(timeValue)) {
      duplicates += 1;
      timeValue = Number.isNaN(value) ? timeValue : value;
      said = 1;
    } else if (options.conflicts === 'error') {
      throw new AppError(
        'data/conflicting-rows',
        `series ${options.seriesIds[series[i]!]} has both ${timeValue} and ${value} at ${named(i)}${options.isUnnamed ? '; as no series columns are named, all rows are one series' : ''}`,
      );
    } else if (isStrict) {
      conflict ??= `${options.seriesIds[series[i]!]} has both ${timeValue} and ${value} at ${named(i)}`;
      conflicting += said + 1;
      duplicates -= said - 1;
      isTorn = true;
      timeValue = Number.NaN;
    } else {
      merged += 1;
      timeValue = options.conflicts === 'sum' ? add(timeValue, value) : value;
    }
    outTime = times[i]!;
    if (stockout[i] === 1) stockout[out] = 1;
    values[out] = add(earlier, timeValue);
    for (const extra of extras) extra[out] = extra[i]!;
  }
  for (let s = 0; s < options.seriesIds.length; s++) offsets[s + 1] = offsets[s + 1]! + offsets[s]!;
  const count = out + 1;
  return {
    offsets,
    periods: periods.slice(0, count),
    values: values.slice(0, count),
    test: test.slice(0, count),
    stockout: stockout.slice(0, count),
    extras: extras.map((extra) => extra.slice(0, count)),
    duplicates,
    merged,
    conflicting,
    conflict,
  };
}

/** A sum in which an unknown part leaves the known one. */
function add(a: number, b: number): number {
  return Number.isNaN(a) ? b : Number.isNaN(b) ? a : a + b;
}
