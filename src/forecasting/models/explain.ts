// Why a forecast is what it is: the mean that is served, taken apart into what drives it, or a plain statement where no model made it.

import { type ColumnPart, type Driver, driverNames, type Explained } from './drivers.ts';
import {
  closedSteps,
  type Forecaster,
  type ForecastOptions,
  forecastNewSeries,
  forecastState,
  modelFor,
  type StateForecastOptions,
} from './forecaster.ts';
import { explainLaunch } from './global/global-model.ts';
import { endedStratumOf } from './intervals.ts';
import type { AttributeValues } from './model.ts';

/** Parts of a mean, which add up to it to the last few bits. */
export interface Explanation {
  /** As it is served, shape [horizon]. */
  readonly mean: Float64Array;
  /** Every group, in their order; shape [horizon] each. */
  readonly drivers: readonly { readonly driver: Driver; readonly units: Float64Array }[];
  readonly columns: readonly ColumnPart[];
  /** By its name in the catalog. */
  readonly model: string;
  /** Steps in phases of the season in which the series never sells: the season takes all of them. */
  readonly closed: readonly number[];
}

/** Why there is none: its demand has ended, or its model cannot say. */
export type NoExplanation = {
  readonly none: 'ended' | 'model';
  readonly model: string;
  readonly mean: Float64Array;
};

/**
 * Takes the forecast of `forecastState` apart, a piece at a time. What the interval table or the floor at zero makes of the model's mean is
 * in `other`.
 * Cost: that of the model's `explain`.
 */
export function* explainState(
  forecaster: Forecaster,
  series: number,
  options: Omit<StateForecastOptions, 'levels'>,
): Generator<void, Explanation | NoExplanation, void> {
  const { mean } = forecastState(forecaster, series, { ...options, levels: [] });
  const model = modelFor(forecaster, series);
  const stratum = forecaster.strata[series] as number;
  if ((options.ended ?? endedStratumOf(forecaster.intervals, stratum)) !== undefined)
    return { none: 'ended', model: model.name, mean };
  if (model.explain === undefined) return { none: 'model', model: model.name, mean };
  const { horizon, future, since, state } = options;
  const parts = yield* model.explain(state, { horizon, future, since });
  const after = (forecaster.lastPeriods[series] as number) + (options.advancedBy ?? 0);
  return { ...whole(parts, mean, closedSteps(forecaster, series, { after, horizon })), model: model.name };
}

/** The same of `forecastNewSeries`; undefined without a model that can forecast such series. */
export function* explainNewSeries(
  forecaster: Forecaster,
  of: { readonly attributes: AttributeValues; readonly after: number },
  options: Omit<ForecastOptions, 'levels'>,
): Generator<void, Explanation | undefined, void> {
  const forecast = forecastNewSeries(forecaster, of, { ...options, levels: [] });
  const { trained } = forecaster;
  if (forecast === undefined || trained === undefined) return undefined;
  const parts = yield* explainLaunch(trained.parts, of, options);
  return { ...whole(parts, forecast.mean, []), model: trained.name };
}

/** Rounding of sums is less than this share of their largest part. */
const roundingMax = 1e-9;

/** Every group, and the difference to the mean that is served where it belongs. */
function whole(
  { drivers, columns }: Explained,
  mean: Float64Array,
  closed: readonly number[],
): Omit<Explanation, 'model'> {
  const groups = driverNames.map((driver) => ({
    driver,
    units: drivers[driver]?.slice() ?? new Float64Array(mean.length),
  }));
  const unitsOf = (driver: Driver): Float64Array => groups.find((one) => one.driver === driver)!.units;
  for (let h = 0; h < mean.length; h++) {
    const sum = groups.reduce((total, { units }) => total + units[h]!, 0);
    const rest = mean[h]! - sum;
    const largest = groups.reduce((best, one) =>
      Math.abs(one.units[h]!) > Math.abs(best.units[h]!) ? one : best,
    );
    const isRounding = Math.abs(rest) <= roundingMax * Math.abs(largest.units[h]!);
    (isRounding ? largest.units : unitsOf(closed.includes(h) ? 'season' : 'other'))[h]! += rest;
  }
  return { mean, drivers: groups, columns, closed };
}
