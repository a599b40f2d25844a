// How good would each model have been? Everything is fitted, chosen and calibrated on the history before the test window.

import { AppError, type Panel } from '../core/index.ts';
import {
  autoPlanFor,
  type Candidate,
  type CandidatePlan,
  calibrate,
  type ErrorUnit,
  type Metrics,
  namedPlan,
  Scorecard,
} from '../evaluate/index.ts';
import { elapsedMs } from '../jobs/index.ts';
import { forecastSeries, modelOf, offsetAt } from '../models/index.ts';
import { fitPanel, type PanelFit, unitWithFactor } from './fit-panel.ts';
import { type HoldBackResult, holdBack } from './hold-back.ts';
import { toForecaster } from './to-forecaster.ts';

export interface EvaluatePanelOptions {
  readonly panel: Panel;
  /** Steps at the end of each series that are test, shape [series]; null = the last `horizon` of each, `folds` times. */
  readonly testSteps: Int32Array | null;
  readonly horizon: number;
  /** Periods per cycle that models may use, shortest first; [] = none. */
  readonly seasons: readonly number[];
  /** What MASE is scaled by, ≥ 1. */
  readonly maseSeason: number;
  /** Test windows, each a horizon before the next; 1 with `testSteps`. */
  readonly folds: number;
  readonly models: 'auto' | readonly string[];
  /** Ascending in (0, 1). */
  readonly levels: readonly number[];
  /** Worker threads; 0 = compute on the calling thread. */
  readonly threads: number;
  readonly onProgress?: (fraction: number, message: string) => void;
  /** Called with each forecast of the chosen model, for whoever wants to keep them. */
  readonly onForecast?: (forecast: ScoredForecast) => void;
  /** Called with each fold's fit, before its forecasts, for whoever works on with it. */
  readonly onFit?: (fold: FoldFit) => void;
}

/** The fit of one fold, and what was held back of it. */
export interface FoldFit {
  readonly fit: PanelFit;
  readonly held: HoldBackResult;
}

export interface ScoredForecast {
  readonly seriesId: string;
  /** Period of the first step. */
  readonly firstPeriod: number;
  readonly model: string;
  readonly actual: Float64Array;
  readonly mean: Float64Array;
  /** Shape [levels × h], row per level. */
  readonly quantiles: Float64Array;
}

export interface ModelScore {
  readonly name: string;
  readonly metrics: Metrics;
  /** Thread-seconds of fitting and forecasting, backtest and final fit together. */
  readonly seconds: number;
}

export interface Evaluation {
  /** Series scored, over all folds. */
  readonly series: number;
  /** Candidates one by one, each with intervals from its own backtest. */
  readonly models: readonly ModelScore[];
  /** What is served when no model is named: chosen on the history alone. */
  readonly selected: {
    readonly metrics: Metrics;
    /** Wall-clock seconds of the whole: backtest of all candidates, choice, calibration, final fit. */
    readonly seconds: number;
    readonly cpuSeconds: number;
    readonly chosen: { readonly model: Readonly<Record<string, number>> };
  };
  /** Series left out, by reason. */
  readonly skipped: Readonly<Record<string, number>>;
}

/**
 * Scores candidates and the automatic choice on held-back windows.
 * @throws AppError `train/not-enough-data` when no series can be scored, `models/unknown-model`
 * Cost: per fold (origins + 1) fits per series and model.
 */
export async function evaluatePanel(options: EvaluatePanelOptions): Promise<Evaluation> {
  const plan =
    options.models === 'auto'
      ? autoPlanFor(options.panel, options.seasons)
      : namedPlan(options.models, options.seasons);
  plan.models.forEach(modelOf);
  const candidates = options.models === 'auto' ? singles(plan) : plan.regular.candidates;
  const cards = candidates.map(() => newCard(options));
  const selected = newCard(options);
  const chosen: Record<string, number> = {};
  const skipped: Record<string, number> = {};
  const costs = new Float64Array(plan.models.length);
  const totals = { series: 0, seconds: 0, cpuSeconds: 0 };
  for (let fold = 0; fold < options.folds; fold++) {
    const held = holdBack(options.panel, { horizon: options.horizon, testSteps: options.testSteps, fold });
    for (const [reason, count] of Object.entries(held.skipped))
      skipped[reason] = (skipped[reason] ?? 0) + count;
    if (held.panel.series.length === 0) continue;
    const begin = elapsedMs();
    const nonNegative = held.panel.series.every(({ values }) => values.every((value) => !(value < 0)));
    const fit = await fitPanel({
      series: held.panel.series,
      horizon: options.horizon,
      plan,
      season: options.seasons.find((m) => m > 1) ?? 1,
      levels: options.levels,
      nonNegative,
      threads: options.threads,
      forecastAll: true,
      onProgress: (share, message) => options.onProgress?.((fold + share) / options.folds, message),
    });
    totals.seconds += (elapsedMs() - begin) / 1000;
    totals.cpuSeconds += fit.cpuSeconds;
    totals.series += held.panel.series.length;
    for (const [m, cost] of fit.costs.entries()) costs[m] = (costs[m] as number) + cost / 1000;
    for (const { name } of fit.chosen) chosen[name] = (chosen[name] ?? 0) + 1;
    options.onFit?.({ fit, held });
    scoreSelected(selected, { fit, held, options, nonNegative });
    for (const [c, candidate] of candidates.entries()) {
      scoreCandidate(cards[c] as Scorecard, candidate, { fit, held, options, nonNegative });
    }
  }
  if (totals.series === 0) throw nothingToScore(options, skipped);
  return {
    series: totals.series,
    models: candidates
      .map((candidate, c) => ({
        name: candidate.name,
        metrics: (cards[c] as Scorecard).metrics(),
        seconds: candidate.members.reduce((sum, m) => sum + (costs[m] as number), 0),
      }))
      .filter(({ metrics }) => metrics.counts.smape !== 0),
    selected: {
      metrics: selected.metrics(),
      seconds: totals.seconds,
      cpuSeconds: totals.cpuSeconds,
      chosen: { model: Object.fromEntries(Object.entries(chosen).sort((a, b) => b[1] - a[1])) },
    },
    skipped,
  };
}

interface Fold {
  readonly fit: PanelFit;
  readonly held: HoldBackResult;
  readonly options: EvaluatePanelOptions;
  readonly nonNegative: boolean;
}

/** The way a served forecast is made: through the forecaster. */
function scoreSelected(card: Scorecard, fold: Fold): void {
  const { fit, held, options, nonNegative } = fold;
  const { levels, horizon, seasons, onForecast } = options;
  const forecaster = toForecaster(fit, { panel: held.panel, horizon, seasons, nonNegative, recentCount: 0 });
  for (const [s, actual] of held.actuals.entries()) {
    const steps = actual.length;
    const forecast = forecastSeries(forecaster, s, { horizon, levels });
    const quantiles = new Float64Array(levels.length * steps);
    for (const [l, row] of forecast.quantiles.entries()) quantiles.set(row.subarray(0, steps), l * steps);
    const { id, start, values } = held.panel.series[s] as Panel['series'][number];
    const mean = forecast.mean.subarray(0, steps);
    card.add({ history: values, actual, mean, quantiles });
    const model = (fit.chosen[s] as Candidate).name;
    onForecast?.({ seriesId: id, firstPeriod: start + values.length, model, actual, mean, quantiles });
  }
}

/** One candidate on all series it was tried on, with intervals from its own backtest errors. */
function scoreCandidate(card: Scorecard, candidate: Candidate, fold: Fold): void {
  const { fit, held, options, nonNegative } = fold;
  const { levels, horizon } = options;
  const modelCount = fit.table.models.length;
  const firstStep = (s: number): number =>
    fit.forecasts[(s * modelCount + (candidate.members[0] as number)) * horizon] as number;
  if (held.actuals.every((_, s) => Number.isNaN(firstStep(s)))) return;
  const { intervals, scaleFactors } = calibrate(fit.table, { levels, candidateOf: () => candidate });
  const floor = nonNegative ? 0 : Number.NEGATIVE_INFINITY;
  for (const [s, actual] of held.actuals.entries()) {
    const steps = actual.length;
    const forecast = new Float64Array(horizon);
    for (const m of candidate.members) {
      const at = (s * modelCount + m) * horizon;
      for (let k = 0; k < horizon; k++) {
        forecast[k] = (forecast[k] as number) + (fit.forecasts[at + k] as number) / candidate.members.length;
      }
    }
    if (Number.isNaN(forecast[0])) continue;
    for (let k = 0; k < horizon; k++) forecast[k] = Math.max(floor, forecast[k] as number);
    const mean = forecast.subarray(0, steps);
    const unit = unitWithFactor(fit.units[s] as ErrorUnit, scaleFactors[s] as number);
    const stratum = fit.strata[s] as number;
    const quantiles = new Float64Array(levels.length * steps);
    for (const [l, level] of levels.entries()) {
      for (let k = 0; k < steps; k++) {
        const offset = offsetAt(intervals, { stratum, lead: k + 1, level });
        quantiles[l * steps + k] = Math.max(floor, (mean[k] as number) + unit * offset);
      }
    }
    card.add({ history: (held.panel.series[s] as Panel['series'][number]).values, actual, mean, quantiles });
  }
}

function singles(plan: CandidatePlan): Candidate[] {
  return plan.models.map((name, m) => ({ name, members: [m] }));
}

function newCard(options: EvaluatePanelOptions): Scorecard {
  return new Scorecard({ season: options.maseSeason, levels: options.levels });
}

function nothingToScore(options: EvaluatePanelOptions, skipped: Readonly<Record<string, number>>): AppError {
  const reasons = Object.entries(skipped).map(([reason, count]) => `${count} × ${reason}`);
  return new AppError(
    'train/not-enough-data',
    `none of ${options.panel.series.length} series can be scored with horizon ${options.horizon}: ${reasons.join(', ')}; ` +
      'shorten the horizon or bring more history',
    { details: { skipped } },
  );
}
