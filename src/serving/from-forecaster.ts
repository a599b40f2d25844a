// The forecaster of `models` as something that serves.

import {
  advanceState,
  decodeForecasterInSlices,
  type Forecaster,
  forecastState,
  pathBlockOf,
} from '../models/index.ts';
import type { Servable } from './servable.ts';

/**
 * Reads an artifact for serving, beside the requests that go on: `breathe` is awaited every few milliseconds.
 * @throws AppError `models/corrupt-state`, `models/unknown-model`
 */
export async function decodeServable(artifact: Uint8Array, breathe: () => Promise<void>): Promise<Servable> {
  return servableOf(await decodeForecasterInSlices(artifact, breathe));
}

/** A forecaster as serving uses it; its own states stay as they are. */
export function servableOf(forecaster: Forecaster): Servable {
  return {
    grid: forecaster.grid,
    seriesIds: forecaster.ids,
    levels: forecaster.intervals.levels,
    lastPeriod: (series) => forecaster.lastPeriods[series] as number,
    state: (series) => forecaster.states.at(series) as Float64Array,
    update: (series, state, value) => advanceState(forecaster, series, { state, value }),
    largest: (series) => forecaster.largest[series] as number,
    recent: (series) => forecaster.recent.at(series) as Float64Array,
    pathBlock: (series) => pathBlockOf(forecaster, series),
    forecast: (series, state, { horizon, levels, advancedBy = 0 }) => {
      const forecast = forecastState(forecaster, series, { horizon, levels, state, advancedBy });
      const quantiles = new Float64Array(levels.length * horizon);
      for (const [l, row] of forecast.quantiles.entries()) quantiles.set(row, l * horizon);
      return { mean: forecast.mean, quantiles };
    },
  };
}
