// From sorted rows to histories without holes: decides what a period without a row means.

import {
  AppError,
  type GapRule,
  isReport,
  ObservationStatus,
  type Panel,
  periodLabel,
  type Series,
  type TimeGrid,
} from '../../core/index.ts';
import { buildCovariates, type PeriodColumn } from './build-covariates.ts';
import type { ExtraColumn } from './engine/table-columns.ts';

/** Sorted rows, one per series and period, as `Table` and the reader of snapshots hold them. */
export interface PanelRows {
  readonly grid: TimeGrid;
  readonly seriesIds: readonly string[];
  /** Shape [series + 1]. */
  readonly offsets: Int32Array;
  /** Shape [rows], ascending in each series. */
  readonly periods: Int32Array;
  /** Shape [rows]; NaN = unknown. */
  readonly values: Float64Array;
  /** Shape [rows]; absent = observed where finite, missing where NaN. */
  readonly status?: Uint8Array | null;
  /** Shape [rows], 1 = test; absent or null = no split. */
  readonly test?: Uint8Array | null;
  /** Columns beside demand, one entry per row; absent or [] = none. */
  readonly extras?: readonly ExtraColumn[];
}

export interface PanelOptions {
  readonly gaps: GapRule;
  /**
   * Shape [series]: the newest closed period of each. No history reaches past it: what a row says of a period that is not over is
   * a part of it. Gap rule `zero` ends histories there if they have no later row. Absent = the last period of the whole panel, as
   * that of a file which closes its own range for all its series.
   */
  readonly closedThrough?: ArrayLike<number> | undefined;
  /** Most periods over all series, so that one wrong date cannot eat the memory. Default 100 million (900 MB). */
  readonly periodsMax?: number;
  /** One more covariate, known ahead and the same for all series; null = none. */
  readonly calendar?: PeriodColumn | null;
}

export interface BuiltPanel {
  readonly panel: Panel;
  /** Shape [series]: how many periods at the end of each series are test; all 0 without a split. */
  readonly testSteps: Int32Array;
  /** Periods that had no row and were given a value, or left unknown, by the gap rule. */
  readonly gapPeriods: number;
}

/**
 * Fills the time axis of every series from its first to its last row; with gap rule `zero` on to its newest closed period,
 * as a product nobody buys any more has demand zero, not an end. What is later is unknown yet.
 *
 * A period without a row becomes 0 (`zero`), NaN (`missing`), or the straight line between its known neighbours
 * (`fill`). A row whose cell was empty is NaN under `zero` and `missing`, and on the line under `fill`. A stock-out stays
 * NaN under every rule. A period whose row was refused is as one without a row, but says so. All series share one buffer.
 *
 * Rows with status `plan` are no part of the history; with a known covariate, neither are the rows with an empty target
 * after the last other row of their series, unless they are test rows: they say what is known ahead. Covariates are made
 * by `buildCovariates`.
 * @throws AppError `data/too-many-periods`, `data/bad-split` when a train row comes after a test row
 * Cost: O(rows + periods); 9 bytes per period.
 */
export function buildPanel(rows: PanelRows, options: PanelOptions): BuiltPanel {
  const { seriesIds, offsets } = rows;
  const periodsMax = options.periodsMax ?? 100_000_000;
  const { starts, lengths } = layOut(rows, { ...options, periodsMax });
  const total = lengths.reduce((sum, length) => sum + length, 0);
  const values = new Float64Array(total);
  const status = new Uint8Array(total);
  const testSteps = new Int32Array(seriesIds.length);
  const series: Series[] = [];
  let at = 0;
  let gapPeriods = 0;
  for (let s = 0; s < seriesIds.length; s++) {
    const from = offsets[s] ?? 0;
    const to = offsets[s + 1] ?? from;
    const length = lengths[s] ?? 0;
    const start = starts[s] ?? 0;
    const own = { values: values.subarray(at, at + length), status: status.subarray(at, at + length) };
    gapPeriods += length - fillSeries(rows, { from, to, start, gaps: options.gaps, ...own });
    testSteps[s] = testLength(rows, { from, to, end: start + length, id: seriesIds[s] ?? '' });
    series.push({ id: seriesIds[s] ?? '', start, ...own });
    at += length;
  }
  const extras = rows.extras ?? [];
  const { calendar = null } = options;
  if (extras.length === 0 && calendar === null)
    return { panel: { grid: rows.grid, series }, testSteps, gapPeriods };
  const ends = starts.map((start, s) => start + (lengths[s] ?? 0) - 1);
  const covariates = buildCovariates({ ...rows, extras, starts, ends, rowsMax: periodsMax, calendar });
  return { panel: { grid: rows.grid, series, covariates }, testSteps, gapPeriods };
}

/** Where each history lies: from the first row that is part of it to the last, or as far as a period without a row is zero. */
function layOut(
  rows: PanelRows,
  options: Pick<PanelOptions, 'gaps' | 'closedThrough'> & { periodsMax: number },
): { starts: Int32Array; lengths: Float64Array } {
  const count = rows.seriesIds.length;
  const starts = new Int32Array(count);
  const ends = new Int32Array(count);
  const lengths = new Float64Array(count);
  let last = -2147483648;
  for (let s = 0; s < count; s++) {
    const { from, to } = historyRows(rows, s);
    starts[s] = rows.periods[from] ?? 0;
    ends[s] = to > from ? (rows.periods[to - 1] ?? 0) : (starts[s] ?? 0) - 1;
    if (to > from && (ends[s] ?? 0) > last) last = ends[s] ?? 0;
  }
  let total = 0;
  let longest = 0;
  for (let s = 0; s < count; s++) {
    const first = starts[s] ?? 0;
    const own = ends[s] ?? 0;
    const closed = options.closedThrough?.[s] ?? last;
    const toClosed = options.gaps === 'zero' && own >= first;
    const end = toClosed ? Math.max(closed, first - 1) : lastWithin(rows, { s, first, own, closed });
    lengths[s] = end - first + 1;
    total += lengths[s] ?? 0;
    if ((lengths[s] ?? 0) > (lengths[longest] ?? 0)) longest = s;
  }
  if (total <= options.periodsMax) return { starts, lengths };
  const first = starts[longest] ?? 0;
  const end = first + (lengths[longest] ?? 0) - 1;
  throw new AppError(
    'data/too-many-periods',
    `the series span ${total} periods, more than ${options.periodsMax}; the longest is ${rows.seriesIds[longest]}, ` +
      `from ${periodLabel(rows.grid, first)} to ${periodLabel(rows.grid, end)}`,
  );
}

/** The newest row of a history that is not past what is closed; the period before its first where none is. */
function lastWithin(
  rows: PanelRows,
  of: { readonly s: number; readonly first: number; readonly own: number; readonly closed: number },
): number {
  if (of.own <= of.closed || of.own < of.first) return of.own;
  let { to } = historyRows(rows, of.s);
  const from = rows.offsets[of.s] ?? 0;
  while (to > from && (rows.periods[to - 1] ?? 0) > of.closed) to -= 1;
  return to > from ? Math.max(of.first - 1, rows.periods[to - 1] ?? 0) : of.first - 1;
}

/** The rows of a series from the first to the last that are part of its history; to = from when none is. */
function historyRows(rows: PanelRows, s: number): { from: number; to: number } {
  let from = rows.offsets[s] ?? 0;
  let to = rows.offsets[s + 1] ?? from;
  while (from < to && !isReport(rows.status?.[from])) from += 1;
  while (from < to && !isReport(rows.status?.[to - 1])) to -= 1;
  if (rows.extras?.some(({ role }) => role === 'known') !== true) return { from, to };
  let known = to;
  while (known > from && isEmpty(rows, known - 1)) known -= 1;
  // A series without a single known value is no plan: somebody has it, and knows nothing of it.
  return { from, to: known > from ? known : to };
}

function isEmpty(rows: PanelRows, row: number): boolean {
  if (rows.test?.[row] === 1) return false;
  const status = rows.status?.[row];
  if (!isReport(status) || status === ObservationStatus.missing) return true;
  return status === undefined && Number.isNaN(rows.values[row]);
}

/** @returns how many periods had a row */
function fillSeries(
  rows: PanelRows,
  into: {
    from: number;
    to: number;
    start: number;
    gaps: GapRule;
    values: Float64Array;
    status: Uint8Array;
  },
): number {
  const { values, status } = into;
  let used = 0;
  values.fill(into.gaps === 'zero' ? 0 : Number.NaN);
  status.fill(into.gaps === 'zero' ? ObservationStatus.observed : ObservationStatus.missing);
  for (let row = into.from; row < into.to; row++) {
    const step = (rows.periods[row] ?? 0) - into.start;
    if (step < 0 || step >= values.length || rows.status?.[row] === ObservationStatus.plan) continue;
    used += 1;
    const value = rows.values[row] ?? Number.NaN;
    const known = Number.isNaN(value) ? ObservationStatus.missing : ObservationStatus.observed;
    const given = rows.status?.[row] ?? known;
    status[step] = given === ObservationStatus.withdrawn ? ObservationStatus.missing : given;
    values[step] = given === ObservationStatus.observed ? value : Number.NaN;
  }
  if (into.gaps === 'fill') interpolate(values, status);
  return used;
}

/** Puts missing periods on the straight line between their observed neighbours. */
function interpolate(values: Float64Array, status: Uint8Array): void {
  let left = -1;
  for (let right = 0; right < values.length; right++) {
    if (status[right] !== ObservationStatus.observed) continue;
    const a = values[left] ?? 0;
    const b = values[right] ?? 0;
    for (let i = left + 1; left >= 0 && i < right; i++) {
      if (status[i] === ObservationStatus.stockout) continue;
      values[i] = a + ((b - a) * (i - left)) / (right - left);
      status[i] = ObservationStatus.observed;
    }
    left = right;
  }
}

function testLength(rows: PanelRows, of: { from: number; to: number; end: number; id: string }): number {
  const { test } = rows;
  if (test === undefined || test === null) return 0;
  let first = of.to;
  while (first > of.from && test[first - 1] === 1) first -= 1;
  for (let row = of.from; row < first; row++)
    if (test[row] === 1)
      throw new AppError(
        'data/bad-split',
        `series ${of.id} has train rows after test rows: the test rows must be its last`,
      );
  return first === of.to ? 0 : of.end - (rows.periods[first] ?? of.end);
}
