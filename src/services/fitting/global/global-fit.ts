// The model over all series in a training: is it worth it, which form of target, its column of the backtest, and the one
// that will serve. Univariate models are fitted before; they say what it has to beat.

import { AppError, type Series } from '../../../core/index.ts';
import { levelFactor, periodsAfter } from '../../../forecasting/evaluate/index.ts';
import {
  type GlobalModel,
  type GlobalParts,
  type GlobalTraining,
  globalCatalog,
  globalModel,
  trainGlobal,
} from '../../../forecasting/models/index.ts';
import { boosterFor, finalMembers, pairsMin, pairsOf, rowBudget, trainingsMax } from './global-budget.ts';
import { withParams } from './global-params.ts';
import { fillOrigin, type GlobalFitOptions, oldestOrigin, panelBefore, scaleColumn } from './global-table.ts';
import { isDefault, tryForms } from './global-trial.ts';
import { forecastBlocks } from './global-windows.ts';

/** Training's part of the time per origin; forecasting has the rest. */
const trainingShare = 0.7;
/** Without covariates it is dropped when it does not beat the default in the trial: it costs more than all others together. */
const trialLossMax = 1;

/** What the backtest found out about the model. */
export interface GlobalBacktest {
  readonly recipe: GlobalTraining;
  /** On all its means; see `levelFactor`. */
  readonly factor: number;
  /** Trained before the oldest origin of every series; absent without any origin. */
  readonly earlier: GlobalParts | undefined;
}

/**
 * Tries the model on the oldest origin; if it is worth it, trains it before each origin (with many: before some of them) on
 * what was known there and fills its column and its quantiles in the table.
 * @returns null when it was dropped: its column holds nothing then
 * @throws AppError `train/not-enough-data` when it is the only choice and there is next to nothing to learn from
 * Cost: a small training per form, and one per origin.
 */
export function backtestGlobal(options: GlobalFitOptions): GlobalBacktest | null {
  const { table, plan, panel, levels, seed } = options;
  const { horizon, nonNegative } = table;
  const oldest = oldestOrigin(table);
  const needed = [plan.regular, plan.intermittent].some((group) => isDefault(group, options.model));
  const before = panelBefore(panel, periodsAfter(table, oldest));
  if (pairsOf(before) < pairsMin) {
    if (!needed) return null;
    throw new AppError(
      'train/not-enough-data',
      `${plan.models[options.model]} has fewer than ${pairsMin} periods to learn from: bring more history, or name other models`,
    );
  }
  const rows = rowBudget(panel, oldest + 1);
  const base = { horizon, seasons: plan.seasons, nonNegative, seed, members: 1 };
  const trial = { ...base, rowsMax: rows.trial };
  const trialShare = rows.trial / (rows.trial + rows.backtest * Math.min(trainingsMax, oldest + 1));
  const { form, lifts, loss, trees } = tryForms(
    { ...options, onProgress: (share) => options.onProgress(trialShare * share) },
    { origin: oldest, panel: before, base: trial },
  );
  if (!needed && panel.covariates === undefined && loss > trialLossMax) {
    scaleColumn(options, Number.NaN);
    return null;
  }
  const booster = boosterFor(panel, { horizon, treesOfTrial: trees });
  const recipe = withParams(
    { ...base, form, lifts, levels, rowsMax: rows.backtest, booster },
    options.params,
  );
  const stride = Math.ceil((oldest + 1) / trainingsMax);
  let earlier: GlobalParts | undefined;
  let parts: GlobalParts | undefined;
  for (let origin = oldest; origin >= 0; origin--) {
    const report = (share: number): void =>
      options.onProgress(trialShare + ((1 - trialShare) * (oldest - origin + share)) / (oldest + 1));
    if (parts === undefined || (oldest - origin) % stride === 0) {
      parts = trainGlobal(panelBefore(panel, periodsAfter(table, origin)), recipe, {
        crew: options.crew,
        onProgress: (share) => report(trainingShare * share),
      });
    }
    earlier ??= parts;
    const onProgress = (share: number): void => report(trainingShare + (1 - trainingShare) * share);
    fillOrigin({ ...options, onProgress }, parts, origin);
  }
  const factor = levelFactor(table, options.model);
  scaleColumn(options, factor);
  return {
    recipe: { ...recipe, rowsMax: rows.final, members: finalMembers },
    factor,
    earlier: earlier && { ...earlier, quantiles: null, factor: earlier.factor * factor },
  };
}

/** The model that serves, trained on everything. */
export function finalGlobal(options: GlobalFitOptions, backtest: GlobalBacktest): GlobalModel {
  const { crew, onProgress } = options;
  const learnt = trainGlobal(options.panel, backtest.recipe, { crew, onProgress });
  const parts = { ...learnt, factor: learnt.factor * backtest.factor };
  const entry = globalCatalog.find(({ name }) => name === options.plan.models[options.model]);
  return globalModel(entry as (typeof globalCatalog)[number], parts, backtest.earlier);
}

/**
 * Forecasts every series after its end.
 * @param to.means     shape [series × models × horizon]: the model's cells are written
 * @param to.quantiles shape [series × levels × horizon]
 */
export function forecastGlobal(
  options: GlobalFitOptions,
  parts: GlobalParts,
  to: { means: Float64Array; quantiles: Float64Array },
): void {
  const { panel, table, model, levels } = options;
  const { horizon, models } = table;
  const series = panel.series.map((_, s) => s);
  const lastOf = (s: number): number => (panel.series[s] as Series).values.length - 1;
  forecastBlocks({ ...options, parts, horizon, series, lastOf }, (s, means, quantiles) => {
    to.means.set(means, (s * models.length + model) * horizon);
    to.quantiles.set(quantiles, s * levels.length * horizon);
  });
}
