// The contract of every model. A model is a set of free functions; what it knows of one series is one flat
// `Float64Array`, so saving, loading, copying and comparing states needs no code in any model. A univariate model learns
// everything from one history; a global one was trained on a whole panel before and only follows the series.

import type { TimeGrid } from '../../core/index.ts';
import type { Explaining } from './drivers.ts';

/** What a fit may use besides the history. */
export interface FitOptions {
  /** Periods per cycle, shortest first; empty or [1] = no season. */
  readonly seasons: readonly number[];
  /** Steps that will be asked for; models may tune for it, none may need it. */
  readonly horizon: number;
  /** Which series of the panel a global model was trained on this is; absent = one it has not seen. */
  readonly series?: number;
  /** Period of the first value; global models look up what is known of each period. Default 0. */
  readonly start?: number;
  /** What periods are of; with `start` it tells their dates. Absent = a season goes by place in the history alone. */
  readonly grid?: TimeGrid;
}

/** Planned values of columns known ahead, by column name: one per step from the next period on; null = as planned before. */
export type FutureValues = Readonly<Record<string, readonly (number | string | boolean | null)[]>>;

/** Values of columns that became known after training, by column name: one per period up to the origin, newest last; null = as before. */
export type SinceValues = FutureValues;

/** What a forecast knows of columns beside demand. */
export interface CovariateNews {
  /** Overrides what was planned when the model was trained. */
  readonly future?: FutureValues | undefined;
  /** Overrides what was known, or planned, of periods up to the origin. */
  readonly since?: SinceValues | undefined;
}

/** Attributes of a series by column name; null or absent = not known. */
export type AttributeValues = Readonly<Record<string, number | string | boolean | null>>;

export interface QuantileAsk extends CovariateNews {
  /** Steps ahead, ≥ 1. */
  readonly horizon: number;
  /** Quantile levels in (0, 1), ascending. */
  readonly levels: readonly number[];
}

/** In demand units. */
export interface OwnQuantiles {
  /** Shape [horizon]. */
  readonly mean: Float64Array;
  /** Shape [levels × horizon], row per level; a higher level never lies below a lower one. */
  readonly quantiles: Float64Array;
}

/**
 * Laws, checked for every model in the catalog by `test/conformance/models.test.ts`:
 * any history (n ≥ 1, constant, all zero, NaN anywhere, all NaN) fits and forecasts finite numbers; inputs are not changed;
 * `fit` is deterministic; `run(y, like)` equals `run(y[0..k], like)` followed by `update` with the rest;
 * copying a state mid-way changes nothing; scaling the history scales the forecast of a univariate model.
 */
export interface Model {
  /** Catalog name: lower case, digits and hyphens. */
  readonly name: string;
  /** One line for docs and `almanac models --catalog`. */
  readonly summary: string;
  /**
   * Learns parameters and returns the state after the last period.
   * @param history demand per period, shape [n]; NaN = unknown: time passes, nothing is learnt.
   */
  fit(history: Float64Array, options: FitOptions): Float64Array;
  /**
   * One pass over `history` with the parameters and initial values of `like`; nothing is re-estimated. O(n).
   * @param start period of the first value, for global models; absent = where the history of `like` began
   */
  run(history: Float64Array, like: Float64Array, start?: number): Float64Array;
  /** Advances the state by one period in place, O(1) in the length of the history. NaN = unknown. */
  update(state: Float64Array, value: number): void;
  /** Writes the expected demand of the next `out.length` periods. The state is not changed. */
  forecast(state: Float64Array, out: Float64Array): void;
  /** Models that have quantiles of their own; others get theirs from their backtest errors. The state is not changed. */
  forecastQuantiles?(state: Float64Array, ask: QuantileAsk): OwnQuantiles;
  /**
   * Takes the mean of a forecast apart into what drives it, in units: the parts add up to it, but for the rounding of sums. The state is
   * not changed. Absent = nobody can say.
   */
  explain?(state: Float64Array, ask: CovariateNews & { readonly horizon: number }): Explaining;
  /** Models that compute features: a sample of those behind a forecast from this state; see `featureSample`. */
  features?(state: Float64Array, news?: CovariateNews): Float64Array;
  /** Trained once on a whole panel: `fit` only follows a series. Absent = fitted to each series by itself. */
  readonly global?: true;
  /**
   * The same model as it was before the newest part of its training: what it is judged by on demand that it has learnt from
   * itself. Absent = `fit` anew on what was known does that.
   */
  readonly earlier?: Model;
}
