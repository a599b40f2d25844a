// One fold of an evaluation, scored: what would have been served, and each candidate by itself.

import type { Panel } from '../../core/index.ts';
import {
  type Candidate,
  calibrate,
  type ErrorUnit,
  forecastValueAdded,
  hasOwnQuantiles,
  isIntermittent,
  type OwnForecasts,
  type WindowScores,
} from '../../forecasting/evaluate/index.ts';
import {
  aroundMean,
  attributesOf,
  closedPhases,
  correctedQuantiles,
  type Forecaster,
  forecastNewSeries,
  forecastSeries,
  knownAhead,
  modelOf,
  moveQuantiles,
  type OwnQuantiles,
} from '../../forecasting/models/index.ts';
import { type PanelFit, toForecaster, unitWithFactor } from '../fitting/index.ts';
import type { HoldBackResult } from './hold-back.ts';

export interface ScoredForecast {
  /** Which test window, 0 = the newest. */
  readonly window: number;
  /** Of a total its node's name, such as `State=NSW`. */
  readonly seriesId: string;
  /** With a hierarchy: the level of the series or total, see `HierarchyLevel`; the forecast is the reconciled one. */
  readonly level?: string;
  /** Period of the first step. */
  readonly firstPeriod: number;
  /** With a hierarchy: of the node's own forecast, before reconciling; empty when nobody made one. */
  readonly model: string;
  /** 1 − loss ÷ loss of seasonal naive; NaN where that is without error or cannot be made. */
  readonly valueAdded: number;
  readonly actual: Float64Array;
  readonly mean: Float64Array;
  /** Shape [levels × h], row per level. */
  readonly quantiles: Float64Array;
}

export interface Fold {
  /** Which test window, 0 = the newest. */
  readonly window: number;
  readonly fit: PanelFit;
  readonly held: HoldBackResult;
  readonly options: {
    /** The whole, before anything was held back. */
    readonly panel: Panel;
    readonly horizon: number;
    readonly seasons: readonly number[];
    readonly levels: readonly number[];
    readonly onForecast?: (forecast: ScoredForecast) => void;
  };
  readonly nonNegative: boolean;
}

/** The way a served forecast is made: through the forecaster. Series without history are scored where they can be forecast. */
export function scoreSelected(card: WindowScores, fold: Fold): { valuesAdded: number[]; launches: number } {
  const { window, fit, held, options, nonNegative } = fold;
  const { levels, horizon, seasons, onForecast } = options;
  const forecaster = toForecaster(fit, { panel: held.panel, horizon, seasons, nonNegative, recentCount: 0 });
  const valuesAdded: number[] = [];
  for (const [s, actual] of held.actuals.entries()) {
    const steps = actual.length;
    const forecast = forecastSeries(forecaster, s, { horizon, levels });
    const { id, start, values } = held.panel.series[s] as Panel['series'][number];
    const mean = forecast.mean.subarray(0, steps);
    const quantiles = flat(forecast.quantiles, steps);
    card.add({ window, series: held.places[s] as number }, { history: values, actual, mean, quantiles });
    const valueAdded = valueAddedTo(values, { actual, mean, seasons, horizon });
    valuesAdded.push(valueAdded);
    const model = (fit.chosen[s] as Candidate).name;
    onForecast?.({
      window,
      seriesId: id,
      firstPeriod: start + values.length,
      model,
      valueAdded,
      actual,
      mean,
      quantiles,
    });
  }
  return { valuesAdded, launches: scoreLaunches(card, forecaster, fold) };
}

/**
 * What a forecast adds over seasonal naive, or naive with no season, from the same origin.
 * @param history demand in units, shape [n], NaN = unknown
 * @param of.actual, of.mean units, shape [h ≤ horizon]
 * @returns see `forecastValueAdded`; NaN when nothing is known of the history
 */
export function valueAddedTo(
  history: Float64Array,
  of: {
    readonly actual: Float64Array;
    readonly mean: Float64Array;
    readonly seasons: readonly number[];
    readonly horizon: number;
  },
): number {
  if (!history.some(Number.isFinite)) return Number.NaN;
  const season = of.seasons.find((m) => m > 1) ?? 1;
  const model = modelOf(season > 1 ? 'snaive' : 'naive');
  const naive = new Float64Array(of.actual.length);
  model.forecast(model.fit(history, { seasons: [season], horizon: of.horizon }), naive);
  const kind = isIntermittent(history, season) ? 'squared' : 'absolute';
  return forecastValueAdded(of.actual, { forecast: of.mean, naive, kind });
}

/** Scores the series that begin in the test window, where attributes and a model over all series can forecast them. */
function scoreLaunches(card: WindowScores, forecaster: Forecaster, { window, held, options }: Fold): number {
  const { levels, horizon, panel, onForecast } = options;
  const { covariates } = panel;
  if (covariates === undefined || covariates.fixed.length === 0) return 0;
  let scored = 0;
  for (const { id, series, firstPeriod, actual } of held.launches) {
    const after = firstPeriod - 1;
    const attributes = attributesOf(covariates, series);
    const future = knownAhead(covariates, { series, after, horizon });
    const forecast = forecastNewSeries(forecaster, { attributes, after }, { horizon, levels, future });
    if (forecast === undefined) return 0;
    const steps = actual.length;
    const mean = forecast.mean.subarray(0, steps);
    const quantiles = flat(forecast.quantiles, steps);
    card.add({ window, series }, { history: new Float64Array(0), actual, mean, quantiles });
    const model = forecaster.trained?.name ?? '';
    const noValue = { valueAdded: Number.NaN };
    onForecast?.({ window, seriesId: id, firstPeriod, model, ...noValue, actual, mean, quantiles });
    scored++;
  }
  return scored;
}

/** Row per level, the first `steps` of each. */
function flat(rows: readonly Float64Array[], steps: number): Float64Array {
  const joined = new Float64Array(rows.length * steps);
  for (const [l, row] of rows.entries()) joined.set(row.subarray(0, steps), l * steps);
  return joined;
}

/** One candidate on all series it was tried on, with intervals from its own backtest errors. */
export function scoreCandidate(card: WindowScores, candidate: Candidate, fold: Fold): void {
  const { window, fit, held, options, nonNegative } = fold;
  const { levels, horizon } = options;
  const season = options.seasons.find((m) => m > 1) ?? 1;
  const modelCount = fit.table.models.length;
  const meanOf = (s: number): Float64Array => {
    const mean = new Float64Array(horizon);
    for (const m of candidate.members) {
      const at = (s * modelCount + m) * horizon;
      for (let k = 0; k < horizon; k++) {
        mean[k] = (mean[k] as number) + (fit.forecasts[at + k] as number) / candidate.members.length;
      }
    }
    return mean;
  };
  if (held.actuals.every((_, s) => Number.isNaN(meanOf(s)[0]))) return;
  const { intervals, scaleFactors } = calibrate(fit.table, { levels, candidateOf: () => candidate });
  const floor = nonNegative ? 0 : Number.NEGATIVE_INFINITY;
  const leads = Array.from({ length: horizon }, (_, k) => k + 1);
  for (const [s, actual] of held.actuals.entries()) {
    const steps = actual.length;
    const mean = meanOf(s);
    if (Number.isNaN(mean[0])) continue;
    const scale = unitWithFactor(fit.units[s] as ErrorUnit, scaleFactors[s] as number);
    const { stratum } = fit.units[s] as ErrorUnit;
    const isOrdered = fit.table.own?.alone === true && candidate.members.includes(fit.table.own.model);
    const place = { stratum, scale, leads, levels, floor, isOrdered };
    const rows = hasOwnQuantiles(fit.table, candidate)
      ? correctedQuantiles(intervals, ownOf(fit, s, mean), {
          ...place,
          stratum: stratum + (intervals.ownFrom as number),
        })
      : aroundMean(intervals, mean, place);
    const { values, status } = held.panel.series[s] as Panel['series'][number];
    const closed = closedPhases(values, season, status);
    for (let k = 0; k < horizon; k++) {
      if (closed?.[(values.length + k) % season] !== 1) continue;
      mean[k] = 0;
      for (const row of rows) row[k] = 0;
    }
    const quantiles = flat(rows, steps);
    const at = { window, series: held.places[s] as number };
    card.add(at, { history: values, actual, mean: mean.subarray(0, steps), quantiles });
  }
}

/** The quantiles of the model that has its own, moved to a candidate's mean. */
function ownOf(fit: PanelFit, series: number, mean: Float64Array): OwnQuantiles {
  const { own, models, horizon } = fit.table;
  const { model, levels } = own as OwnForecasts;
  const at = (series * models.length + model) * horizon;
  const width = levels.length * horizon;
  const quantiles = fit.ownQuantiles.slice(series * width, (series + 1) * width);
  moveQuantiles(quantiles, fit.forecasts.subarray(at, at + horizon), mean);
  return { mean, quantiles };
}
