// A part of a forecaster: some of its series, with all that they share.

import { assert } from '../core/index.ts';
import type { Forecaster } from './forecaster.ts';

/**
 * The forecaster of some of the series: each forecasts exactly as it did among all. Shares the states and tables.
 * @param series indices into `forecaster.ids`, each once, in the order wanted
 * Cost: O(series).
 */
export function selectSeries(forecaster: Forecaster, series: readonly number[]): Forecaster {
  assert(
    series.every((index) => index >= 0 && index < forecaster.ids.length),
    'every series is in the forecaster',
  );
  const used = [...new Set(series.map((index) => forecaster.modelOf[index] as number))].sort((a, b) => a - b);
  const numbers = (all: Float64Array): Float64Array =>
    Float64Array.from(series, (index) => all[index] as number);
  return {
    ...forecaster,
    models: used.map((model) => forecaster.models[model] as Forecaster['models'][number]),
    ids: series.map((index) => forecaster.ids[index] as string),
    modelOf: Uint16Array.from(series, (index) => used.indexOf(forecaster.modelOf[index] as number)),
    states: series.map((index) => forecaster.states.at(index) as Float64Array),
    lastPeriods: numbers(forecaster.lastPeriods),
    scales: numbers(forecaster.scales),
    strata: Uint16Array.from(series, (index) => forecaster.strata[index] as number),
    largest: numbers(forecaster.largest),
    recent: series.map((index) => forecaster.recent.at(index) as Float64Array),
  };
}
