// What a feature may look at: the end of one history, its covariates, its attributes. The same shape in training, where
// it points into a panel, and in serving, where it points into a state.

import type { Covariates, Panel } from '../../core/index.ts';

/** One origin of one series: everything up to `values[last]` has happened, nothing after it is known. */
export interface SeriesWindow {
  /** Demand per period in the user's unit, NaN = unknown; may be longer on both sides than what is looked at. */
  readonly values: Float64Array;
  /** Index of the origin in `values`; −1 = no history at all. */
  readonly last: number;
  /** Period of the origin. */
  readonly period: number;
  /** Index of the series in `covariates`; −1 = a series that they do not know. */
  readonly series: number;
  readonly covariates: Covariates | undefined;
  /** What became known after `covariates` were taken, plans among it. */
  readonly news?: WindowNews;
  /** Attributes in the order of `plan.fixed`, categories by the plan's codes; absent = those of `covariates`. */
  readonly statics?: Float32Array;
  /** Period of the first demand ever, where the history in `values` was cut; absent = looked up in `values`. */
  readonly firstPeriod?: number;
  /** Launch level in the user's unit, above 0; absent = what the plan learnt. Training says what the others taught. */
  readonly launchLevel?: number;
}

/** Values of varying columns that replace those of the covariates around one origin. */
export interface WindowNews {
  /** Periods up to the origin, itself included, that there are values of. */
  readonly back: number;
  /** By column: element `back − 1 + k` is of the period k after the origin. NaN = as stored; a category by the plan's codes. */
  readonly columns: ReadonlyMap<string, Float32Array>;
}

/**
 * The window of a panel's series at an origin.
 * @param at origin = index of its last known value in the series, negative before its start; `cold` hides the history,
 *           as if the series were to be launched after the origin
 */
export function windowOf(
  panel: Panel,
  at: { readonly series: number; readonly origin: number; readonly cold?: boolean },
): SeriesWindow {
  const series = panel.series[at.series];
  const values = series?.values ?? new Float64Array(0);
  const period = (series?.start ?? 0) + at.origin;
  const shared = { values, period, series: at.series, covariates: panel.covariates };
  if (at.cold === true || at.origin < 0) return { ...shared, last: -1 };
  const first = firstDemand(values);
  if (first < 0 || first > at.origin) return { ...shared, last: at.origin };
  return { ...shared, last: at.origin, firstPeriod: (series?.start ?? 0) + first };
}

/** Index of the first value that is known and not zero, −1 = none. Cost: O(index). */
export function firstDemand(values: Float64Array): number {
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!Number.isNaN(value) && value !== 0) return i;
  }
  return -1;
}
