// What is trained, stored, loaded and served: a panel of fitted models with their intervals. Pure, so the same bytes
// forecast in the server, in a worker and in a browser.

import { assert, type TimeGrid } from '../core/index.ts';
import { alignedLead, type IntervalTable, offsetAt } from './intervals.ts';
import type { Model } from './model.ts';
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
}

export interface ForecastOptions {
  /** Steps ahead, ≥ 1. */
  readonly horizon: number;
  /** Quantile levels in (0, 1); [] = means only. */
  readonly levels: readonly number[];
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
  options: ForecastOptions & {
    readonly state: Float64Array;
    /** Periods this state has seen since training, so that intervals keep to the phase of the season; default 0. */
    readonly advancedBy?: number;
  },
): SeriesQuantiles {
  const { horizon, levels, state, advancedBy = 0 } = options;
  assert(series >= 0 && series < forecaster.ids.length, `series ${series} is in the forecaster`);
  const mean = new Float64Array(horizon);
  modelFor(forecaster, series).forecast(state, mean);
  const scale = forecaster.scales[series] as number;
  const stratum = forecaster.strata[series] as number;
  const floor = forecaster.nonNegative ? 0 : Number.NEGATIVE_INFINITY;
  const cycle = forecaster.seasons[0] ?? 1;
  const leads = Array.from(mean, (_, k) =>
    alignedLead(forecaster.intervals, { lead: k + 1, advancedBy, cycle }),
  );
  const quantiles = levels.map((level) =>
    mean.map((centre, k) =>
      Math.max(
        floor,
        centre + scale * offsetAt(forecaster.intervals, { stratum, lead: leads[k] as number, level }),
      ),
    ),
  );
  for (let k = 0; k < horizon; k++) mean[k] = Math.max(floor, mean[k] as number);
  return { mean, quantiles };
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
