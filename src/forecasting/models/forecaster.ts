// What is trained, stored, loaded and served: a panel of fitted models with their intervals. Pure, so the same bytes
// forecast in the server, in a worker and in a browser.

import { assert, type TimeGrid } from '../../core/index.ts';
import { isInClosedPhase, phaseWords } from './closed-phases.ts';
import { forecastLaunch, type GlobalModel } from './global/global-model.ts';
import { alignedLead, type EndedStratum, endedStratumOf, type IntervalTable } from './intervals.ts';
import type { AttributeValues, CovariateNews, Model } from './model.ts';
import type { PathBlock, PathTable } from './paths.ts';
import { aroundMean, correctedQuantiles, type QuantilePlace } from './quantile-curves.ts';
import type { Ragged } from './ragged.ts';

/** Everything is by series index, `0 … ids.length − 1`. */
export interface Forecaster {
  readonly grid: TimeGrid;
  /** Steps it was trained to forecast; more may be asked for. */
  readonly horizon: number;
  /** Periods per cycle given to the models, shortest first. */
  readonly seasons: readonly number[];
  /** Demand cannot be negative: means and quantiles are cut at 0. */
  readonly nonNegative: boolean;
  readonly intervals: IntervalTable;
  /** Distinct models in use, by catalog or pool name. */
  readonly models: readonly Model[];
  /** What was trained on the whole panel, if any of the models has it as a member or new series are forecast by it. */
  readonly trained?: GlobalModel;
  readonly ids: readonly string[];
  /** Index into `models`, shape [series]. */
  readonly modelOf: Uint16Array;
  /** Each series' model state; written by `advance`. */
  readonly states: Ragged;
  /** Last period each state has seen, shape [series]; written by `advance`. */
  readonly lastPeriods: Float64Array;
  /** Unit of the interval offsets, in demand units, positive, shape [series]. */
  readonly scales: Float64Array;
  /** Index into `intervals.strata`, shape [series]. */
  readonly strata: Uint16Array;
  /** Largest |demand| seen in training, NaN = nothing known, shape [series]: what a sanity guard compares with. */
  readonly largest: Float64Array;
  /** The last training values of each series, newest last, NaN = unknown; may be empty. */
  readonly recent: Ragged;
  /**
   * What each history says of its silence, and then the same of its rows, as `evaluate` counts it, shape [series × n], row per
   * series; absent in artifacts of versions that did not store it, and of half the length where they did not store the second.
   */
  readonly silences?: Float64Array;
  /**
   * Phases of the first season in which a series never sells, as `packPhases` stores them, shape [series × n], row per series; absent =
   * no series has any.
   */
  readonly closed?: Float64Array;
  /** Series too short to be fitted, with what is known of them; absent = none. */
  readonly short?: readonly ShortSeries[];
  /** How errors of different leads went together; absent in artifacts of versions that did not learn it. */
  readonly paths?: PathTable;
  /** Place of each series in the panel it was trained on, shape [series]; absent = as here. See `selectSeries`. */
  readonly panelSeries?: Float64Array;
  /** See `golden.ts`; only in one that was read from an artifact, absent in those of versions that did not write it. */
  readonly golden?: Float64Array;
}

/** All values of a series that is too short to be fitted. */
export interface ShortSeries {
  readonly id: string;
  /** Period of the newest value. */
  readonly last: number;
  /** Newest last, NaN = unknown. */
  readonly values: Float64Array;
}

export interface ForecastOptions extends CovariateNews {
  /** Steps ahead, ≥ 1. */
  readonly horizon: number;
  /** Quantile levels in (0, 1); [] = means only. Beyond those of the interval table the quantiles go on as an exponential tail. */
  readonly levels: readonly number[];
}

/** Of a state that is kept elsewhere. */
export interface StateForecastOptions extends ForecastOptions {
  readonly state: Float64Array;
  /** Periods this state has seen since training, so that intervals keep to the phase of the season; default 0. */
  readonly advancedBy?: number | undefined;
  /** As what its demand has ended since training; absent = it has not. Of series that had ended then the forecaster knows. */
  readonly ended?: EndedStratum | undefined;
}

/** In demand units. */
export interface SeriesQuantiles {
  /** Shape [horizon]. */
  readonly mean: Float64Array;
  /** One array of shape [horizon] per level asked for, in the order asked. */
  readonly quantiles: readonly Float64Array[];
}

/** Forecasts one series from its own state. Cost: O(horizon × levels) and the model's forecast. */
export function forecastSeries(
  forecaster: Forecaster,
  series: number,
  options: ForecastOptions,
): SeriesQuantiles {
  return forecastState(forecaster, series, {
    ...options,
    state: forecaster.states.at(series) as Float64Array,
  });
}

/**
 * Forecasts one series from a state kept elsewhere, such as a copy that has been advanced.
 * @returns finite numbers; quantiles do not cross: a higher level never lies below a lower one
 */
export function forecastState(
  forecaster: Forecaster,
  series: number,
  options: StateForecastOptions,
): SeriesQuantiles {
  const { horizon, levels, state, future, since, advancedBy = 0 } = options;
  assert(series >= 0 && series < forecaster.ids.length, `series ${series} is in the forecaster`);
  const { intervals, nonNegative } = forecaster;
  const scale = forecaster.scales[series] as number;
  const stratum = forecaster.strata[series] as number;
  const floor = nonNegative ? 0 : Number.NEGATIVE_INFINITY;
  const cycle = forecaster.seasons[0] ?? 1;
  const model = modelFor(forecaster, series);
  const leads = Array.from({ length: horizon }, (_, k) =>
    alignedLead(intervals, { lead: k + 1, advancedBy, cycle }),
  );
  const ended = options.ended ?? endedStratumOf(intervals, stratum);
  if (ended !== undefined) return afterTheEnd(intervals, ended, { scale, leads, levels, floor });
  const ownWanted = stratum >= (intervals.ownFrom ?? Number.POSITIVE_INFINITY);
  const asked = ownWanted ? intervals.levels : [];
  const own = model.forecastQuantiles?.(state, { horizon, levels: asked, future, since });
  const mean = own?.mean ?? new Float64Array(horizon);
  if (own === undefined) model.forecast(state, mean);
  const isOrdered = model.global === true && hasOrder(forecaster);
  const place = { stratum, scale, leads, levels, floor, isOrdered };
  const quantiles =
    own !== undefined && ownWanted
      ? correctedQuantiles(intervals, own, place)
      : aroundMean(intervals, mean, place);
  closePeriods(forecaster, series, {
    mean,
    quantiles,
    after: (forecaster.lastPeriods[series] as number) + advancedBy,
  });
  return { mean, quantiles };
}

/** Nothing sells in the closed phases of a series. @param of.after the period before the first step */
function closePeriods(
  forecaster: Forecaster,
  series: number,
  of: SeriesQuantiles & { readonly after: number },
): void {
  for (const k of closedSteps(forecaster, series, { after: of.after, horizon: of.mean.length })) {
    of.mean[k] = 0;
    for (const row of of.quantiles) row[k] = 0;
  }
}

/** Steps, from 0, that lie in phases of the season in which a series never sells. @param of.after the period before the first step */
export function closedSteps(
  { closed, seasons }: Forecaster,
  series: number,
  of: { readonly after: number; readonly horizon: number },
): number[] {
  const season = seasons.find((one) => one > 1) ?? 1;
  const size = phaseWords(season);
  const words = closed?.subarray(series * size, (series + 1) * size);
  if (words === undefined || words.every((word) => word === 0)) return [];
  const steps = Array.from({ length: of.horizon }, (_, k) => k);
  return steps.filter((k) => isInClosedPhase(words, season, of.after + 1 + k));
}

/** What may still sell of ended demand, as the backtest saw it of others that had ended; nothing where it saw none. */
function afterTheEnd(
  table: IntervalTable,
  ended: EndedStratum,
  place: Omit<QuantilePlace, 'stratum'>,
): SeriesQuantiles {
  const stratum = table.strata.indexOf(ended);
  const mean = new Float64Array(place.leads.length);
  const quantiles =
    stratum < 0
      ? place.levels.map(() => mean.slice())
      : aroundMean(table, mean, { ...place, stratum, isMeanFree: true });
  return { mean, quantiles };
}

/** Whether the model over all series promises that forecasts move one way with some column. */
function hasOrder({ trained }: Forecaster): boolean {
  return trained?.parts.boosters[0]?.columns.some(({ monotone = 0 }) => monotone !== 0) ?? false;
}

/**
 * Forecasts a series that the forecaster has never seen, from its attributes and what is planned for it, by the model over
 * all series. Its quantiles are the model's own: there are no errors of its like to correct them by.
 * @param of.after the period before the first step
 * @returns undefined without such a model
 */
export function forecastNewSeries(
  forecaster: Forecaster,
  of: { readonly attributes: AttributeValues; readonly after: number },
  { horizon, levels, future }: ForecastOptions,
): SeriesQuantiles | undefined {
  const { trained, nonNegative } = forecaster;
  if (trained === undefined) return undefined;
  const own = forecastLaunch(trained.parts, of, { horizon, levels, future });
  const floor = nonNegative ? 0 : Number.NEGATIVE_INFINITY;
  const cut = (row: Float64Array): Float64Array => row.map((value) => Math.max(floor, value));
  return {
    mean: cut(own.mean),
    quantiles: levels.map((_, l) => cut(own.quantiles.subarray(l * horizon, (l + 1) * horizon))),
  };
}

/** Takes in the next period's demand of one series, in place; NaN = unknown. Cost: O(1). */
export function advance(forecaster: Forecaster, series: number, value: number): void {
  advanceState(forecaster, series, { state: forecaster.states.at(series) as Float64Array, value });
  forecaster.lastPeriods[series] = (forecaster.lastPeriods[series] as number) + 1;
}

/** `advance` for a state kept elsewhere. */
export function advanceState(
  forecaster: Forecaster,
  series: number,
  next: { readonly state: Float64Array; readonly value: number },
): void {
  modelFor(forecaster, series).update(next.state, next.value);
}

/** The model that serves a series. */
export function modelFor(forecaster: Forecaster, series: number): Model {
  return forecaster.models[forecaster.modelOf[series] as number] as Model;
}

/** How errors of a series' kind went together; undefined when that was not learnt. */
export function pathBlockOf(forecaster: Forecaster, series: number): PathBlock | undefined {
  const { paths, strata, intervals } = forecaster;
  const stratum = strata[series] as number;
  const { ownFrom = stratum + 1 } = intervals;
  // Series with quantiles of the model stand in strata of their own, in the same order.
  return paths?.blocks[paths.blockOf[stratum % ownFrom] as number];
}
