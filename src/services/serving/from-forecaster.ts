// The forecaster of `models` as something that serves.

import { covariateAt } from '../../core/index.ts';
import {
  demandKind,
  endedAs,
  followReports,
  followSilence,
  isSilent,
  silenceSize,
} from '../../forecasting/evaluate/index.ts';
import {
  advanceState,
  decodeForecasterInSlices,
  explainNewSeries,
  explainState,
  type Forecaster,
  forecastNewSeries,
  forecastState,
  type GlobalParts,
  goldenFault,
  modelFor,
  pathBlockOf,
  type SeriesQuantiles,
} from '../../forecasting/models/index.ts';
import type { LearntCovariates, SeriesForecast, Servable } from './servable.ts';

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
  const varying = trained?.parts.plan.varying ?? [];
  const known = varying.filter(({ role }) => role === 'known');
  return {
    ...(known.length === 0
      ? {}
      : {
          knownColumns: known.map(({ name }) => name),
          looksAhead: (series: number) => modelFor(forecaster, series).features !== undefined,
        }),
    ...(trained === undefined || varying.length === 0
      ? {}
      : { covariates: learntCovariates(trained.parts, forecaster.panelSeries) }),
    grid: forecaster.grid,
    seriesIds: forecaster.ids,
    levels: forecaster.intervals.levels,
    lastPeriod: (series) => forecaster.lastPeriods[series] as number,
    state: (series) => forecaster.states.at(series) as Float64Array,
    update: (series, state, value) => advanceState(forecaster, series, { state, value }),
    demandKind: (series) => demandKind(forecaster.strata[series] as number, forecaster.intervals.ownFrom),
    largest: (series) => forecaster.largest[series] as number,
    recent: (series) => forecaster.recent.at(series) as Float64Array,
    ...endedBy(forecaster),
    ...(forecaster.short === undefined ? {} : { short: forecaster.short }),
    goldenFault: () => goldenFault(forecaster),
    pathBlock: (series) => pathBlockOf(forecaster, series),
    forecast: (series, state, { horizon, levels, future, since, advancedBy = 0, ended }) =>
      flat(
        forecastState(forecaster, series, { horizon, levels, state, future, since, advancedBy, ended }),
        horizon,
      ),
    explain: (series, state, { horizon, future, since, advancedBy, ended }) =>
      explainState(forecaster, series, { horizon, state, future, since, advancedBy, ended }),
    ...(trained === undefined
      ? {}
      : {
          explainNew: (attributes, { horizon, future, after }) =>
            explainNewSeries(forecaster, { attributes, after }, { horizon, future }),
          features: (series, state, { horizon, future, since }) =>
            horizon < trained.parts.plan.horizon
              ? undefined
              : modelFor(forecaster, series).features?.(state, { future, since }),
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

function endedBy({ silences, seasons, ids }: Forecaster): Pick<Servable, 'endedAs' | 'isSilent'> {
  if (silences === undefined) return {};
  const season = seasons.find((one) => one > 1) ?? 1;
  const width = silences.length / Math.max(1, ids.length);
  const numbersOf = (series: number, from: number): Float64Array =>
    silences.slice(width * series + from, width * series + from + silenceSize);
  return {
    endedAs: (series, since) => {
      const silence = numbersOf(series, 0);
      for (const value of since) followSilence(silence, value);
      return endedAs(silence, season);
    },
    ...(width < 2 * silenceSize
      ? {}
      : {
          isSilent: (series, since, unreported) => {
            const reports = numbersOf(series, silenceSize);
            for (const value of since) followReports(reports, value);
            return isSilent(reports, unreported, season);
          },
        }),
  };
}

/**
 * What a model over all series knows of its columns.
 * @param panelSeries place of each series in the panel of the training; default: as asked for
 */
export function learntCovariates(
  { plan, covariates }: GlobalParts,
  panelSeries?: Float64Array,
): LearntCovariates {
  const columns = plan.varying.map(({ name, role }) => {
    const stored = covariates?.varying.find((column) => column.name === name);
    return { name, role, ...(stored?.fill === undefined ? {} : { fill: stored.fill }), stored };
  });
  return {
    columns,
    historyPeriods: plan.historyPeriods,
    at: (series, column, period) => {
      const stored = columns[column]?.stored;
      if (covariates === undefined || stored === undefined) return null;
      const place = panelSeries?.[series] ?? series;
      const value = covariateAt(covariates, stored, { series: place, period });
      if (Number.isNaN(value)) return null;
      return stored.labels === null ? value : (stored.labels[value] ?? null);
    },
  };
}

/** Quantiles row per level, as serving wants them. */
function flat({ mean, quantiles: rows }: SeriesQuantiles, horizon: number): SeriesForecast {
  const quantiles = new Float64Array(rows.length * horizon);
  for (const [l, row] of rows.entries()) quantiles.set(row, l * horizon);
  return { mean, quantiles };
}
