// The forecaster of `models` as something that serves.

import {
  advanceState,
  decodeForecasterInSlices,
  type Forecaster,
  forecastNewSeries,
  forecastState,
  goldenFault,
  modelFor,
  pathBlockOf,
  type SeriesQuantiles,
} from '../models/index.ts';
import type { SeriesForecast, Servable } from './servable.ts';

/**
 * Reads an artifact for serving, beside the requests that go on: `breathe` is awaited every few milliseconds.
 * @throws AppError `models/corrupt-state`, `models/unknown-model`
 */
export async function decodeServable(artifact: Uint8Array, breathe: () => Promise<void>): Promise<Servable> {
  return servableOf(await decodeForecasterInSlices(artifact, breathe));
}

/** A forecaster as serving uses it; its own states stay as they are. */
export function servableOf(forecaster: Forecaster): Servable {
  const { trained } = forecaster;
  const known = trained?.parts.plan.varying.filter(({ role }) => role === 'known') ?? [];
  return {
    ...(known.length === 0 ? {} : { knownColumns: known.map(({ name }) => name) }),
    grid: forecaster.grid,
    seriesIds: forecaster.ids,
    levels: forecaster.intervals.levels,
    lastPeriod: (series) => forecaster.lastPeriods[series] as number,
    state: (series) => forecaster.states.at(series) as Float64Array,
    update: (series, state, value) => advanceState(forecaster, series, { state, value }),
    largest: (series) => forecaster.largest[series] as number,
    recent: (series) => forecaster.recent.at(series) as Float64Array,
    goldenFault: () => goldenFault(forecaster),
    pathBlock: (series) => pathBlockOf(forecaster, series),
    forecast: (series, state, { horizon, levels, future, advancedBy = 0 }) =>
      flat(forecastState(forecaster, series, { horizon, levels, state, future, advancedBy }), horizon),
    ...(trained === undefined
      ? {}
      : {
          features: (series, state, { horizon, future }) =>
            horizon < trained.parts.plan.horizon
              ? undefined
              : modelFor(forecaster, series).features?.(state, future),
          forecastNew: (attributes, { horizon, levels, future, after }) => {
            const forecast = forecastNewSeries(
              forecaster,
              { attributes, after },
              { horizon, levels, future },
            );
            return forecast && flat(forecast, horizon);
          },
        }),
  };
}

/** Quantiles row per level, as serving wants them. */
function flat({ mean, quantiles: rows }: SeriesQuantiles, horizon: number): SeriesForecast {
  const quantiles = new Float64Array(rows.length * horizon);
  for (const [l, row] of rows.entries()) quantiles.set(row, l * horizon);
  return { mean, quantiles };
}
