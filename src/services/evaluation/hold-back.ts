// Which periods a model may learn from and which it is scored on.

import { covariatesOf, lastPeriod, ObservationStatus, type Panel, type Series } from '../../core/index.ts';

export interface HeldBack {
  readonly panel: Panel;
  /** The truth for the steps after each series' history, at most `horizon` of them, shape [h ≤ horizon]. */
  readonly actuals: readonly Float64Array[];
  /** Where each series is in the whole panel. */
  readonly places: readonly number[];
}

export interface HoldBackOptions {
  readonly horizon: number;
  /**
   * Steps at the end of each series that are test; null = the last `horizon` of the panel, at the same time for all: at an end of its
   * own each would be forecast for other days, and with what others sold later. On a grid of plain steps, whose numbers are no time,
   * the last `horizon` of each.
   */
  readonly testSteps: Int32Array | null;
  /** How many whole horizons further back the test window lies; 0 = at the end. */
  readonly fold: number;
}

export interface HoldBackResult extends HeldBack {
  /** Series that have not one known value before the test window: what is known of them is what describes them. */
  readonly launches: readonly Launch[];
  /** Series that cannot be scored, by reason; launches are among them. */
  readonly skipped: Readonly<Record<string, number>>;
}

/** A series that begins in the test window. */
export interface Launch {
  readonly id: string;
  /** Index in the panel. */
  readonly series: number;
  /** Period of the first step of the test window. */
  readonly firstPeriod: number;
  readonly actual: Float64Array;
}

/** Why a launch cannot be scored like the others. */
export const withoutHistory = 'no known value before the test window';
/** Why one cannot be scored that has no row any more. */
export const endedBefore = 'their rows end before the test window';

/**
 * Splits each series into history and truth. A series is skipped when it has no test window, no known truth in it, or no
 * known value before it.
 * Covariates stay whole: what is known ahead is known in the test window too, and whoever reads a `past` column stops at
 * the origin. Cost: O(series); values are shared, not copied.
 */
export function holdBack(panel: Panel, options: HoldBackOptions): HoldBackResult {
  const series: Series[] = [];
  const launches: Launch[] = [];
  const kept: number[] = [];
  const actuals: Float64Array[] = [];
  const skipped: Record<string, number> = {};
  const lengths = lengthsToEnd(panel, options);
  for (const [s, one] of panel.series.entries()) {
    const { values } = one;
    const { test, cut, from, to } = testWindow(lengths[s] as number, s, options);
    const truth = values.subarray(from, to);
    const reason = reasonToSkip({ values, from, truth, test });
    if (reason !== null) {
      skipped[reason] = (skipped[reason] ?? 0) + 1;
      if (reason === withoutHistory && truth.some(Number.isFinite)) {
        launches.push({ id: one.id, series: s, firstPeriod: one.start + from, actual: truth });
      }
      continue;
    }
    kept.push(s);
    const status = one.status?.subarray(0, cut);
    series.push({
      id: one.id,
      start: one.start,
      values: values.subarray(0, cut),
      ...(status === undefined ? {} : { status }),
    });
    actuals.push(truth);
  }
  const covariates = panel.covariates && covariatesOf(panel.covariates, kept);
  return {
    panel: { grid: panel.grid, series, ...(covariates === undefined ? {} : { covariates }) },
    actuals,
    places: kept,
    launches,
    skipped,
  };
}

/** Periods of each series up to the end that windows are counted from: its own, or that of the panel. */
function lengthsToEnd({ grid, series }: Panel, { testSteps }: Pick<HoldBackOptions, 'testSteps'>): number[] {
  if (testSteps !== null || grid.frequency === 'step') return series.map(({ values }) => values.length);
  const end = series.reduce((last, one) => Math.max(last, lastPeriod(one)), Number.NEGATIVE_INFINITY);
  return series.map(({ start }) => end - start + 1);
}

/**
 * Where the test window of series s lies: steps `from … to − 1` of its values, none when the series is shorter than the
 * folds after this one; `cut` is below 0 when nothing is left before the window.
 */
function testWindow(
  length: number,
  s: number,
  options: HoldBackOptions,
): { readonly test: number; readonly cut: number; readonly from: number; readonly to: number } {
  const test = options.testSteps?.[s] ?? options.horizon;
  const end = length - options.fold * options.horizon;
  const cut = end - test;
  const from = Math.max(0, cut);
  return { test, cut, from, to: Math.max(from, Math.min(end, cut + options.horizon)) };
}

/** Periods in which an item was out of stock: their demand is unknown. */
export interface Stockouts {
  readonly periods: number;
  /** Those of them that lie in test windows: left out of the scores. */
  readonly testPeriods: number;
}

/** Counts the stock-outs of a panel, and those in the test windows of all folds. Cost: O(values). */
export function countStockouts(
  panel: Panel,
  options: Omit<HoldBackOptions, 'fold'> & {
    readonly folds: number;
    readonly newestPassed?: number | undefined;
  },
): Stockouts {
  const count = (status: Uint8Array): number =>
    status.reduce((sum, one) => sum + (one === ObservationStatus.stockout ? 1 : 0), 0);
  let periods = 0;
  let testPeriods = 0;
  const lengths = lengthsToEnd(panel, options);
  for (const [s, { status }] of panel.series.entries()) {
    if (status === undefined) continue;
    periods += count(status);
    for (let fold = 0; fold < options.folds; fold++) {
      const { from, to } = testWindow(lengths[s] as number, s, {
        ...options,
        fold: (options.newestPassed ?? 0) + fold,
      });
      testPeriods += count(status.subarray(from, to));
    }
  }
  return { periods, testPeriods };
}

function reasonToSkip(of: {
  values: Float64Array;
  from: number;
  truth: Float64Array;
  test: number;
}): string | null {
  if (of.test === 0) return 'no test rows';
  if (!of.values.subarray(0, of.from).some(Number.isFinite)) return withoutHistory;
  if (of.truth.some(Number.isFinite)) return null;
  return of.from < of.values.length ? 'no known value in the test window' : endedBefore;
}
