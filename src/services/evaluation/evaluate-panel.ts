// How good would each model have been? Everything is fitted, chosen and calibrated on the history before the test window.

import { AppError, type Panel } from '../../core/index.ts';
import {
  autoPlanFor,
  type Candidate,
  type CandidatePlan,
  type Comparison,
  type Metrics,
  namedPlan,
  type ScaleFrom,
  type Spread,
  spreadOf,
  type WindowFigure,
  WindowScores,
  type WindowSpread,
} from '../../forecasting/evaluate/index.ts';
import { type PlanEffect, planEffects } from '../../forecasting/features/index.ts';
import { isGlobal, modelOf } from '../../forecasting/models/index.ts';
import type { GlobalParams } from '../fitting/index.ts';
import { fitPanel, type PanelFit } from '../fitting/index.ts';
import { elapsedMs } from '../jobs/index.ts';
import { addEvidence, type ColumnEvidence, noEvidence } from './column-evidence.ts';
import { endedBefore, type HoldBackResult, holdBack, withoutHistory } from './hold-back.ts';
import { type ScoredForecast, scoreCandidate, scoreSelected } from './score-fold.ts';

export type { ScoredForecast };

export interface EvaluatePanelOptions {
  readonly panel: Panel;
  /** Steps at the end of each series that are test in the newest window, shape [series]; null = see `HoldBackOptions`. */
  readonly testSteps: Int32Array | null;
  readonly horizon: number;
  /** Periods per cycle that models may use, shortest first; [] = none. */
  readonly seasons: readonly number[];
  /** What MASE is scaled by, ≥ 1. */
  readonly maseSeason: number;
  /** See `ScaleFrom`; default the first sale. */
  readonly maseFrom?: ScaleFrom | undefined;
  /** Test windows, each a horizon before the next. */
  readonly folds: number;
  /** Windows, the newest first, that are neither scored nor looked at; default none. */
  readonly newestPassed?: number | undefined;
  readonly models: 'auto' | readonly string[];
  /** Ascending in (0, 1). */
  readonly levels: readonly number[];
  /** Worker threads; 0 = compute on the calling thread. */
  readonly threads: number;
  /** What is set of the model over all series instead of its defaults. */
  readonly params?: GlobalParams;
  /** Absent = where no demand of the history is below zero. */
  readonly nonNegative?: boolean;
  /** See `FitPanelOptions`. */
  readonly overlap?: boolean;
  readonly onProgress?: (fraction: number, message: string) => void;
  /** Called with each forecast of the chosen model, for whoever wants to keep them. */
  readonly onForecast?: (forecast: ScoredForecast) => void;
  /** Called with each fold's fit, before its forecasts, for whoever works on with it. */
  readonly onFit?: (fold: FoldFit) => void;
}

/** The fit of one fold, and what was held back of it. */
export interface FoldFit {
  /** Which test window, 0 = the newest. */
  readonly window: number;
  readonly fit: PanelFit;
  readonly held: HoldBackResult;
}

export interface ModelScore {
  readonly name: string;
  readonly metrics: Metrics;
  /** Loss of what was selected over this model's, on the series and windows that both could score. */
  readonly selectedRatio: Comparison;
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
    /** Of each test window, the newest first; [] where there is but one. */
    readonly windows: readonly Metrics[];
    /** How figures lie over the windows; null where fewer than two have them. */
    readonly spread: Readonly<Record<WindowFigure, WindowSpread | null>>;
    /** Wall-clock seconds of the whole: backtest of all candidates, choice, calibration, final fit. */
    readonly seconds: number;
    readonly cpuSeconds: number;
    readonly chosen: { readonly model: Readonly<Record<string, number>> };
    /** 1 − loss ÷ loss of seasonal naive, over the series; null = seasonal naive was without error everywhere. */
    readonly valueAdded: Spread | null;
  };
  /** Covariates that the model over all series looked at, of those given; empty when no series is served by it. */
  readonly columnsUsed: readonly string[];
  /** How the model that looks at columns did in the backtest; absent where none was among the candidates. */
  readonly columnEvidence?: ColumnEvidence;
  /** What planned columns did to demand over the whole panel, test windows included; none where nothing planned moves. */
  readonly effects: readonly PlanEffect[];
  /** Series scored that had no history: forecast from what describes them. */
  readonly launched: number;
  /** Series whose demand has ended, by their own intervals, before the test window. */
  readonly ended: number;
  /** Series with a value before the test window that dwarfs all others: nothing is learnt from it. */
  readonly outliers: number;
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
      ? autoPlanFor(options.panel, options)
      : namedPlan(options.models, options.seasons);
  plan.models.forEach(modelOf);
  const candidates = options.models === 'auto' ? singles(plan) : plan.regular.candidates;
  const cards = candidates.map(() => newCard(options));
  const selected = newCard(options);
  const chosen: Record<string, number> = {};
  const skipped: Record<string, number> = {};
  const costs = new Float64Array(plan.models.length);
  const valuesAdded: number[] = [];
  const columns = new Set<string>();
  const season = options.seasons.find((m) => m > 1) ?? 1;
  let launched = 0;
  let ended = 0;
  let outliers = 0;
  let evidence = noEvidence;
  const totals = { series: 0, seconds: 0, cpuSeconds: 0 };
  for (let fold = 0; fold < options.folds; fold++) {
    const held = holdBack(options.panel, {
      horizon: options.horizon,
      testSteps: options.testSteps,
      fold: (options.newestPassed ?? 0) + fold,
    });
    for (const [reason, count] of Object.entries(held.skipped))
      skipped[reason] = (skipped[reason] ?? 0) + count;
    if (held.panel.series.length === 0) continue;
    const begin = elapsedMs();
    const nonNegative =
      options.nonNegative ?? held.panel.series.every(({ values }) => values.every((value) => !(value < 0)));
    const fit = await fitPanel({
      panel: held.panel,
      horizon: options.horizon,
      plan,
      season,
      levels: options.levels,
      nonNegative,
      threads: options.threads,
      ...(options.params === undefined ? {} : { params: options.params }),
      ...(options.overlap === undefined ? {} : { overlap: options.overlap }),
      forecastAll: true,
      onProgress: (share, message) => options.onProgress?.((fold + share) / options.folds, message),
    });
    totals.seconds += (elapsedMs() - begin) / 1000;
    totals.cpuSeconds += fit.cpuSeconds;
    totals.series += held.panel.series.length;
    for (const [m, cost] of fit.costs.entries()) costs[m] = (costs[m] as number) + cost / 1000;
    for (const { name } of fit.chosen) chosen[name] = (chosen[name] ?? 0) + 1;
    options.onFit?.({ window: fold, fit, held });
    const scored = scoreSelected(selected, { window: fold, fit, held, options, nonNegative });
    valuesAdded.push(...scored.valuesAdded);
    ended += fit.ended.length;
    outliers += fit.leftOut.length;
    for (const name of columnsOf(fit)) columns.add(name);
    evidence = addEvidence(evidence, { fit, held, season });
    if (scored.launches > 0) {
      totals.series += scored.launches;
      launched += scored.launches;
      skipped[withoutHistory] = (skipped[withoutHistory] ?? 0) - scored.launches;
      if (skipped[withoutHistory] === 0) delete skipped[withoutHistory];
    }
    for (const [c, candidate] of candidates.entries()) {
      const of = { window: fold, fit, held, options, nonNegative };
      scoreCandidate(cards[c] as WindowScores, candidate, of);
    }
  }
  if (totals.series === 0) throw nothingToScore(options, skipped);
  return {
    series: totals.series,
    models: candidates
      .map((candidate, c) => ({
        name: candidate.name,
        metrics: (cards[c] as WindowScores).metrics(),
        selectedRatio: selected.against(cards[c] as WindowScores),
        seconds: candidate.members.reduce((sum, m) => sum + (costs[m] as number), 0),
      }))
      .filter(({ metrics }) => metrics.counts.smape !== 0),
    selected: {
      metrics: selected.metrics(),
      windows: selected.byWindow(),
      spread: selected.spread(),
      seconds: totals.seconds,
      cpuSeconds: totals.cpuSeconds,
      chosen: { model: Object.fromEntries(Object.entries(chosen).sort((a, b) => b[1] - a[1])) },
      valueAdded: spreadOf(valuesAdded),
    },
    columnsUsed: [...columns].sort(),
    ...(plan.models.some(isGlobal) ? { columnEvidence: evidence } : {}),
    effects: planEffects(options.panel, options.seasons),
    launched,
    ended,
    outliers,
    skipped,
  };
}

/** Columns that the model over all series looks at, if it serves any series. */
function columnsOf({ trained, chosen, table }: PanelFit): string[] {
  const model = table.own?.model;
  if (trained === undefined || model === undefined) return [];
  if (!chosen.some(({ members }) => members.includes(model))) return [];
  const { varying, fixed } = trained.parts.plan;
  return [...varying, ...fixed].map(({ name }) => name);
}

function singles(plan: CandidatePlan): Candidate[] {
  return plan.models.map((name, m) => ({ name, members: [m] }));
}

function newCard({ panel, folds, maseSeason, maseFrom, levels }: EvaluatePanelOptions): WindowScores {
  return new WindowScores({
    series: panel.series.length,
    windows: folds,
    season: maseSeason,
    maseFrom,
    levels,
  });
}

function nothingToScore(options: EvaluatePanelOptions, skipped: Readonly<Record<string, number>>): AppError {
  const reasons = Object.entries(skipped).map(([reason, count]) => `${count} × ${reason}`);
  return new AppError(
    'train/not-enough-data',
    `none of ${options.panel.series.length} series can be scored with horizon ${options.horizon}: ${reasons.join(', ')}; ` +
      'shorten the horizon or bring more history' +
      (endedBefore in skipped
        ? ', or leave out rows that are later than the others (`--closed-through`)'
        : ''),
    { details: { skipped } },
  );
}
