// The forecasts of one part as columns, before they are written in some format.

import type { TimeGrid } from '../../core/index.ts';

/** One row per series and step: rows of a series lie together, series in order. */
export interface ForecastBlock {
  readonly grid: TimeGrid;
  /** Number of the version; 0 = the baseline, nothing was trained. */
  readonly version: number;
  readonly horizon: number;
  /** Ascending. */
  readonly levels: readonly number[];
  readonly series: readonly SeriesOfBlock[];
  /** Units, shape [(1 + levels) × series × horizon]: the means, then the quantiles of each level. */
  readonly values: Float64Array;
  /** Units, shape [series × horizon]: what somebody says in place of the mean; NaN = nobody does. */
  readonly overridden: Float64Array;
}

export interface SeriesOfBlock {
  readonly id: string;
  /** The period before its first step. */
  readonly cutoff: number;
  readonly source: string;
  /** Why the baseline answered, or a model without any demand; null = neither. */
  readonly reason: string | null;
  /** Null unless the forecasts are logged. */
  readonly predictionId: string | null;
}

/** Names of the columns of numbers: `mean`, then `q0.1` and so on. */
export function numberColumns(levels: readonly number[]): string[] {
  return ['mean', ...levels.map((level) => `q${level}`)];
}

/** The numbers of one column. */
export function columnOf({ values, series, horizon }: ForecastBlock, column: number): Float64Array {
  const rows = series.length * horizon;
  return values.subarray(column * rows, (column + 1) * rows);
}
