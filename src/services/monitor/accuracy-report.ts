// What can be asked of accuracy, and what comes back.

import type { AccuracyMetrics } from './error-sums.ts';
import type { Figure } from './figure.ts';

export interface AccuracyQuery {
  /** Only predictions of this version. */
  readonly versionId?: string;
  /** First and last period whose demand was forecast, inclusive; default: all. */
  readonly fromPeriod?: number;
  readonly toPeriod?: number;
  /** One figure per series or version too. By horizon is always given. */
  readonly groupBy?: AccuracyGroupBy;
  /** … or per value of a column that names series, or that is an attribute of theirs. Then `groupBy` says nothing. */
  readonly column?: string;
  /** Groups returned at most, those with the largest absolute error first; default 100. */
  readonly groupsMax?: number;
}

export type AccuracyGroupBy = 'horizon' | 'series' | 'version' | 'arm';

export interface AccuracyReport {
  /** Target periods of the steps that are due; null when none is. */
  readonly window: {
    readonly fromPeriod: number;
    readonly toPeriod: number;
    readonly from: string;
    readonly to: string;
  } | null;
  /** Newest period of which any data has come; null before the first batch. */
  readonly latestPeriod: number | null;
  /** Newest period that is closed for the whole project: its labels are due. Null before the first is. */
  readonly projectClock: number | null;
  /** Forecasts graded. One asked for again for the same version, series and cutoff counts once. */
  readonly predictions: number;
  readonly predictionsRepeated: number;
  /** Of forecasts that a version made; `byHorizon` and `baseline` likewise. */
  readonly overall: Figure;
  /** Of those that the baseline gave because no version could: they are never in `overall`. Null where there are none. */
  readonly fallback: (Figure & { readonly predictions: number }) | null;
  readonly byHorizon: readonly (Figure & { readonly horizon: number })[];
  /** Seasonal naive from the same cutoffs, and the predictions on exactly those labels where its history is at hand. */
  readonly baseline: {
    readonly name: 'seasonal-naive';
    readonly season: number;
    readonly n: number;
    readonly metrics: AccuracyMetrics;
    readonly predictions: AccuracyMetrics;
  };
  /** Of one series or attribute, answers of the baseline among them; of a version or arm, those have the key `baseline`. */
  readonly groups?: readonly AccuracyGroup[];
  /** Groups left out of `groups`. */
  readonly groupsOmitted?: number;
}

export interface AccuracyGroup extends Figure {
  /** Null = series of which the column is not known. */
  readonly key: string | null;
  readonly valueAdded: ValueAdded;
  readonly tracking: TrackingSignal;
}

/**
 * Sum of the errors of the first step ahead ÷ their mean size: beyond ±4 a forecast is off to one side, where it is one series' and
 * the labels are a dozen or so.
 */
export interface TrackingSignal {
  readonly n: number;
  /** Null without labels of the first step, or where none of them was missed. */
  readonly value: number | null;
}

/** Forecast value added over the baseline, on the labels where the baseline's history is at hand. */
export interface ValueAdded {
  readonly n: number;
  /** 1 − MAE ÷ MAE of seasonal naive; null without such labels, or where seasonal naive has no error. */
  readonly value: number | null;
}

/** What came of the forecasts of one series, on `n` labels. Sums are in units. */
export interface SeriesErrors {
  readonly n: number;
  readonly labelsDue: number;
  /** Σ|f − y|, Σ(f − y), Σ|y|. */
  readonly absolute: number;
  readonly signed: number;
  readonly demand: number;
  readonly valueAdded: ValueAdded;
}

export interface ErrorsBySeries {
  readonly window: AccuracyReport['window'];
  /** In no order. */
  readonly series: Iterable<readonly [seriesId: string, SeriesErrors]>;
  /** Series that were too many to be counted one by one. */
  readonly omitted: number;
}
