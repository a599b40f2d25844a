// From the extra columns of sorted rows to covariates on the time grid: decides what is known of a period without a row.

import {
  AppError,
  type Covariates,
  isReport,
  ObservationStatus,
  type StaticCovariate,
  type VaryingCovariate,
} from '../../core/index.ts';
import type { ExtraColumn } from './engine/table-columns.ts';

/** Sorted rows with their extra columns, and where each series' history lies. */
export interface CovariateRows {
  /** Shape [series + 1]. */
  readonly offsets: Int32Array;
  /** Shape [rows], ascending in each series. */
  readonly periods: Int32Array;
  readonly extras: readonly ExtraColumn[];
  /** Shape [rows]; a row that was refused and brings no covariate is none. Absent = none was. */
  readonly status?: Uint8Array | null;
  /** Shape [series]: first and last period of the history; the last lies before the first where there is none. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** Most rows over all series. */
  readonly rowsMax: number;
  /** One more known column; the covariates of every series then reach to the end of it. */
  readonly calendar?: PeriodColumn | null;
}

/** A known category that depends on the period alone, such as the holidays of a calendar. */
export interface PeriodColumn {
  readonly name: string;
  readonly labels: readonly string[];
  /** Period of the first code. */
  readonly begin: number;
  /** Shape [periods]: codes into `labels`; a period outside is unknown. */
  readonly codes: Int32Array;
}

type Layout = Pick<Covariates, 'begins' | 'starts'>;

/**
 * Puts the columns on the time grid, from the first row of each series to the end of its history or its last row.
 *
 * A cell that is empty, and a period without a row, are unknown (NaN), with two exceptions, both for known columns and
 * periods without a row only:
 * - A category or flag that says the same for all series in every period (a holiday, an event) holds for a series that
 *   has no row there. It must have been seen on two series at once in half of its periods; it then reaches to the last
 *   period of the whole panel.
 * - A price (a number that is always above zero) stays what it was, up to the end of the history, not past it.
 *
 * A static column is the last value its series has.
 * @throws AppError `data/too-many-periods` past `rowsMax`
 * Cost: O(columns × periods); 4 bytes per column and period.
 */
export function buildCovariates(rows: CovariateRows): Covariates {
  const varying = rows.extras.filter(({ role }) => role !== 'static');
  const shared = new Map(varying.map((column) => [column, sharedValues(rows, column)]));
  const layout = layOut(
    rows,
    [...shared.values()].some((values) => values !== null),
  );
  const columns = varying.map((column): VaryingCovariate => {
    const ofAll = shared.get(column) ?? null;
    const fill = ofAll !== null ? 'shared' : isPrice(column) ? 'last' : undefined;
    return {
      name: column.name,
      role: column.role as VaryingCovariate['role'],
      labels: column.kind === 'text' ? column.labels : null,
      ...(fill === undefined ? {} : { fill }),
      values: spread(rows, layout, { column, shared: ofAll, carried: fill === 'last' }),
    };
  });
  const calendar = rows.calendar ?? null;
  return {
    ...layout,
    varying: calendar === null ? columns : [...columns, calendarOf(layout, calendar)],
    fixed: rows.extras.filter(({ role }) => role === 'static').map((column) => fixedOf(rows, column)),
  };
}

/** The value of a cell as a covariate has it: codes of categories, NaN for empty and infinite cells. */
function cell(column: ExtraColumn, row: number): number {
  const value = column.kind === 'number' ? column.values[row]! : column.codes[row]!;
  return (column.kind === 'text' && value < 0) || !Number.isFinite(value) ? Number.NaN : value;
}

/** A row that was refused or taken back, unless a plan of its period came too. */
function saysNothing({ status, extras }: CovariateRows, row: number): boolean {
  return (
    status?.[row] !== ObservationStatus.plan &&
    !isReport(status?.[row]) &&
    extras.every((column) => Number.isNaN(cell(column, row)))
  );
}

function layOut(rows: CovariateRows, toEnd: boolean): Layout {
  const count = rows.offsets.length - 1;
  let panelEnd = -2147483648;
  if (toEnd) for (const period of rows.periods) if (period > panelEnd) panelEnd = period;
  const { calendar } = rows;
  if (calendar) panelEnd = Math.max(panelEnd, calendar.begin + calendar.codes.length - 1);
  const begins = new Int32Array(count + 1);
  const starts = new Int32Array(count);
  for (let s = 0; s < count; s++) {
    const [from, to] = [rows.offsets[s]!, rows.offsets[s + 1]!];
    const first = to > from ? rows.periods[from]! : rows.starts[s]!;
    const last = Math.max(rows.ends[s]!, to > from ? rows.periods[to - 1]! : rows.ends[s]!, panelEnd);
    const end = begins[s]! + last - first + 1;
    if (end > rows.rowsMax)
      throw new AppError(
        'data/too-many-periods',
        `the covariates span more than ${rows.rowsMax} periods over all series`,
      );
    starts[s] = first;
    begins[s + 1] = end;
  }
  return { begins, starts };
}

/**
 * By period, what a known category or flag says for all series, when it never says two things in one period; null when it
 * does, or when too few periods have two series to tell.
 */
function sharedValues(rows: CovariateRows, column: ExtraColumn): ReadonlyMap<number, number> | null {
  if (column.role !== 'known') return null;
  const said = new Map<number, number>();
  const twice = new Set<number>();
  for (let row = 0; row < rows.periods.length; row++) {
    const value = cell(column, row);
    if (Number.isNaN(value)) continue;
    if (column.kind === 'number' && value !== 0 && value !== 1) return null;
    const period = rows.periods[row]!;
    const known = said.get(period);
    if (known === undefined) said.set(period, value);
    else if (known !== value) return null;
    else twice.add(period);
  }
  return twice.size > 0 && 2 * twice.size >= said.size ? said : null;
}

/** A number that is always above zero. One with zeros is a discount or a count: of a day without a row it says nothing. */
function isPrice(column: ExtraColumn): boolean {
  return column.kind === 'number' && column.role === 'known' && column.values.every((value) => !(value <= 0));
}

function spread(
  rows: CovariateRows,
  layout: Layout,
  of: { column: ExtraColumn; shared: ReadonlyMap<number, number> | null; carried: boolean },
): Float32Array {
  const { column, shared, carried } = of;
  const { begins, starts } = layout;
  const values = new Float32Array(begins[begins.length - 1]!).fill(Number.NaN);
  for (let s = 0; s < starts.length; s++) {
    const [from, to] = [rows.offsets[s]!, rows.offsets[s + 1]!];
    let row = from;
    let last = Number.NaN;
    for (let at = begins[s]!; at < begins[s + 1]!; at++) {
      const period = starts[s]! + at - begins[s]!;
      while (row < to && rows.periods[row] === period && saysNothing(rows, row)) row += 1;
      if (row < to && rows.periods[row] === period) {
        last = cell(column, row);
        values[at] = last;
        row += 1;
      } else if (shared !== null) values[at] = shared.get(period) ?? Number.NaN;
      else if (carried && period <= rows.ends[s]!) values[at] = last;
    }
  }
  return values;
}

function calendarOf({ begins, starts }: Layout, calendar: PeriodColumn): VaryingCovariate {
  const { name, labels, begin, codes } = calendar;
  const values = new Float32Array(begins[begins.length - 1]!);
  for (let s = 0; s < starts.length; s++)
    for (let at = begins[s]!; at < begins[s + 1]!; at++)
      values[at] = codes[starts[s]! + at - begins[s]! - begin] ?? Number.NaN;
  return { name, role: 'known', labels, values };
}

function fixedOf(rows: CovariateRows, column: ExtraColumn): StaticCovariate {
  const values = new Float32Array(rows.starts.length).fill(Number.NaN);
  for (let s = 0; s < values.length; s++)
    for (let row = rows.offsets[s + 1]! - 1; row >= rows.offsets[s]! && Number.isNaN(values[s]); row--)
      values[s] = cell(column, row);
  return { name: column.name, labels: column.kind === 'text' ? column.labels : null, values };
}
