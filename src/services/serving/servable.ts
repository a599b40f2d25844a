// What serving needs of a decoded artifact, series by series. Models enter this room only through here.

import type { TimeGrid, VaryingCovariate } from '../../core/index.ts';
import type { DemandKind } from '../../forecasting/evaluate/index.ts';
import type {
  AttributeValues,
  CovariateNews,
  EndedStratum,
  Explanation,
  NoExplanation,
  PathBlock,
  ShortSeries,
} from '../../forecasting/models/index.ts';
import type { AdaptLevels } from './adaptation.ts';

/** A forecast of one series in units: means shape [horizon], quantiles shape [levels × horizon], row per level. */
export interface SeriesForecast {
  readonly mean: Float64Array;
  readonly quantiles: Float64Array;
}

/** The columns that change over time and that a model looks at, and what its training knew of them. */
export interface LearntCovariates {
  readonly columns: readonly Pick<VaryingCovariate, 'name' | 'role' | 'fill'>[];
  /** Periods up to the origin, itself included, that a forecast looks at. */
  readonly historyPeriods: number;
  /** In the words of the column, by its place in `columns`; null = unknown. Cost: O(1). */
  at(series: number, column: number, period: number): number | string | null;
}

/** A fitted forecaster as it came out of its artifact: never changed; states are copied before they are advanced. */
export interface Servable {
  /** The time grid it was trained on. */
  readonly grid: TimeGrid | null;
  readonly seriesIds: readonly string[];
  /** Levels the intervals were calibrated for, ascending; others between the outermost two are interpolated. */
  readonly levels: readonly number[];
  /** Last period the state of a series has seen. */
  lastPeriod(series: number): number;
  /** The state after `lastPeriod`; callers must not write to it. */
  state(series: number): Float64Array;
  /** Advances a copy of the state by one period, in place; NaN = unknown. O(1). */
  update(series: number, state: Float64Array, value: number): void;
  forecast(series: number, state: Float64Array, ask: ForecastAsk): SeriesForecast;
  /**
   * Forecasts a series it has never seen from its attributes, starting after a period; undefined when it cannot. Absent = it
   * never can.
   */
  forecastNew?(
    attributes: AttributeValues,
    ask: ForecastAsk & { readonly after: number },
  ): SeriesForecast | undefined;
  /** Takes the mean of `forecast` apart, a piece at a time; absent = it cannot say. */
  explain?(series: number, state: Float64Array, ask: ForecastAsk): Explains;
  /** The same of `forecastNew`. */
  explainNew?(attributes: AttributeValues, ask: ForecastAsk & { readonly after: number }): Explains;
  /** Columns known ahead that it looks at; absent = none. */
  readonly knownColumns?: readonly string[];
  /** Whether the model of a series is one that looks at them; absent = that of every series is. */
  looksAhead?(series: number): boolean;
  /** Absent = it looks at no column of periods up to the origin. */
  readonly covariates?: LearntCovariates;
  /**
   * The features behind a forecast, for a check of them at the next training; undefined for a series whose model has none, and
   * for a horizon that is too short for all of them. Absent = no series' model has any.
   */
  features?(series: number, state: Float64Array, ask: ForecastAsk): Float64Array | undefined;
  /** Whose labels its levels are adapted by; absent = levels are never adapted. */
  demandKind?(series: number): DemandKind;
  /** Largest |demand| in the training history; NaN when nothing was known. */
  largest(series: number): number;
  /** The last values of the training history, newest last, NaN = unknown; may be empty. */
  recent(series: number): Float64Array;
  /**
   * As what the demand of a series has ended, by the rule of training, after values that came since; undefined = it has not;
   * absent = it cannot tell.
   * @param since values after `lastPeriod`, NaN = unknown
   */
  endedAs?(series: number, since: Float64Array): EndedStratum | undefined;
  /**
   * Whether rows of a series stay away for longer than its own rows explain; absent = it cannot tell.
   * @param since values after `lastPeriod` up to its newest row, NaN = no row, or no value in it
   * @param unreported periods since then
   */
  isSilent?(series: number, since: Float64Array, unreported: number): boolean;
  /** Series too short to be fitted when it was trained, with what is known of them; absent = none. */
  readonly short?: readonly ShortSeries[];
  /** Why it does not forecast here as it did where it was trained; undefined when it does, or absent when nobody can tell. */
  goldenFault?(): string | undefined;
  /** How errors of different leads went together for its kind of series; undefined, or absent, when that was not learnt. */
  pathBlock?(series: number): PathBlock | undefined;
}

/** Between two pieces others may be answered. */
export type Explains = Generator<void, Explanation | NoExplanation | undefined, void>;

/** Reads an artifact; long work awaits `breathe` every few milliseconds. */
export type DecodeServable = (artifact: Uint8Array, breathe: () => Promise<void>) => Promise<Servable>;

export interface ForecastAsk extends CovariateNews {
  readonly horizon: number;
  /** Ascending, in (0, 1). */
  readonly levels: readonly number[];
  /** Periods the state has seen since training, so that intervals keep to the phase of the season; default 0. */
  readonly advancedBy?: number;
  /** As what its demand has ended: nothing is expected of it but what others that ended still sold. Absent = it has not. */
  readonly ended?: EndedStratum | undefined;
  /** Levels that a version asks its model for in place of `levels`; absent = those, as in proofs. */
  readonly adapt?: AdaptLevels | undefined;
}

/** Stands in while a project has no champion: knows no series. */
export const nothingLearnt: Servable = {
  grid: null,
  seriesIds: [],
  levels: [],
  lastPeriod: noSeries,
  state: noSeries,
  update: noSeries,
  forecast: noSeries,
  largest: noSeries,
  recent: noSeries,
};

function noSeries(): never {
  throw new TypeError('the empty model has no series');
}
