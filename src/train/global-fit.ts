// The model over all series in a training: is it worth it, which form of target, its column of the backtest, and the one
// that will serve. Univariate models are fitted before; they say what it has to beat.

import type { Panel, Series } from '../core/index.ts';
import {
  type BacktestTable,
  type CandidateGroup,
  type CandidatePlan,
  candidateLosses,
} from '../evaluate/index.ts';
import { windowOf } from '../features/index.ts';
import {
  forecastWindows,
  type GlobalModel,
  type GlobalParts,
  type GlobalTraining,
  globalCatalog,
  globalModel,
  type KernelCrew,
  type TargetForm,
  trainGlobal,
} from '../models/index.ts';

export interface GlobalFitOptions {
  readonly panel: Panel;
  readonly table: BacktestTable;
  readonly plan: CandidatePlan;
  /** Index of the model in the plan and the table. */
  readonly model: number;
  /** Group of each series, shape [series]. */
  readonly groups: readonly CandidateGroup[];
  /** Quantile levels of its own, ascending. */
  readonly levels: readonly number[];
  readonly seed: number;
  readonly crew?: KernelCrew | undefined;
  readonly onProgress: (share: number) => void;
}

/** What the backtest found out about the model. */
export interface GlobalBacktest {
  readonly recipe: GlobalTraining;
  /** Trained before the oldest origin of every series. */
  readonly earlier: GlobalParts;
}

/** Rows of a trial, of all backtests together, and of the training that serves. */
const trialRowsMax = 40_000;
const backtestRowsMax = 900_000;
export const finalRowsMax = 600_000;
const trialTrees = 80;
/** Without covariates it is dropped when it loses this much more than the default in the trial. */
const trialLossMax = 1.25;
/** Rows forecast at a time. */
const blockRows = 8192;

/**
 * Tries the model on the oldest origin; if it is worth it, trains it before each origin on what was known there and fills
 * its column and its quantiles in the table.
 * @returns null when it was dropped: its column holds nothing then
 * Cost: one small and `originsMax` trainings.
 */
export function backtestGlobal(options: GlobalFitOptions): GlobalBacktest | null {
  const { table, levels, seed } = options;
  const oldest = oldestOrigin(table);
  if (oldest < 0) return null;
  const { horizon, nonNegative } = table;
  const base = { horizon, seasons: options.plan.seasons, nonNegative, seed, members: 1 };
  const { form, loss } = tryForms(options, oldest, base);
  const known = options.panel.covariates !== undefined;
  if (!known && loss > trialLossMax) {
    clearColumn(options);
    return null;
  }
  const recipe: GlobalTraining = {
    ...base,
    form,
    levels,
    rowsMax: Math.floor(backtestRowsMax / (oldest + 1)),
    booster: boosterOf(),
  };
  let earlier: GlobalParts | undefined;
  for (let origin = oldest; origin >= 0; origin--) {
    const panel = panelBefore(options.panel, horizon * (origin + 1));
    const parts = trainGlobal(panel, recipe, {
      crew: options.crew,
      onProgress: (share) => options.onProgress((oldest - origin + share) / (oldest + 1)),
    });
    earlier ??= parts;
    fillOrigin(options, parts, origin);
  }
  return {
    recipe: { ...recipe, rowsMax: finalRowsMax, members: 2 },
    earlier: { ...(earlier as GlobalParts), quantiles: null },
  };
}

/** The model that serves, trained on everything. */
export function finalGlobal(options: GlobalFitOptions, backtest: GlobalBacktest): GlobalModel {
  const { crew, onProgress } = options;
  const parts = trainGlobal(options.panel, backtest.recipe, { crew, onProgress });
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
  forecastBlocks({ ...options, parts, series, lastOf }, (s, means, quantiles) => {
    to.means.set(means, (s * models.length + model) * horizon);
    to.quantiles.set(quantiles, s * levels.length * horizon);
  });
}

export function boosterOf(): GlobalTraining['booster'] {
  return { trees: 300, leaves: 31, learningRate: 0.05, rowsPerLeafMin: 30, featureShare: 0.7, rowShare: 0.8 };
}

/** The oldest origin that any series has; −1 = none has one. */
function oldestOrigin(table: BacktestTable): number {
  return table.origins.reduce((most, count) => Math.max(most, count), 0) - 1;
}

/** Which form of target does better in a small training before the oldest origin, and its loss relative to the default's. */
function tryForms(
  options: GlobalFitOptions,
  origin: number,
  base: Pick<GlobalTraining, 'horizon' | 'seasons' | 'nonNegative' | 'seed' | 'members'>,
): { form: TargetForm; loss: number } {
  const panel = panelBefore(options.panel, base.horizon * (origin + 1));
  let best: { form: TargetForm; loss: number } = { form: 'ratio', loss: Number.POSITIVE_INFINITY };
  for (const form of formsFor(options.panel)) {
    const booster = { ...boosterOf(), trees: trialTrees, learningRate: 0.1 };
    const training = { ...base, form, levels: [], rowsMax: trialRowsMax, booster };
    fillOrigin(options, trainGlobal(panel, training, { crew: options.crew }), origin);
    const loss = lossAt(options, origin);
    if (loss < best.loss) best = { form, loss };
  }
  return best;
}

/** Logarithms are for demand that is hardly ever zero. */
const zerosMax = 0.02;

export function formsFor(panel: Panel): readonly TargetForm[] {
  let zeros = 0;
  let known = 0;
  for (const { values } of panel.series) {
    for (const value of values) {
      if (value < 0) return ['ratio'];
      if (value === 0) zeros++;
      if (value >= 0) known++;
    }
  }
  return zeros > zerosMax * known ? ['ratio'] : ['log', 'ratio'];
}

/** Mean loss of the model at an origin relative to that of what is served by default, over series of each group. */
function lossAt(options: GlobalFitOptions, origin: number): number {
  const { table, plan, model, groups } = options;
  let sum = 0;
  let count = 0;
  for (const group of [plan.regular, plan.intermittent]) {
    const fallback = group.candidates[group.fallback];
    if (fallback === undefined) continue;
    const candidates = [{ name: '', members: [model] }, fallback];
    const losses = candidateLosses(table, {
      candidates,
      kind: group.loss,
      isWanted: (s) => groups[s] === group && (table.origins[s] as number) > origin,
    });
    const totals = [0, 0];
    let own = 0;
    for (let s = 0; s < table.seriesCount; s++) {
      const at = s * 2 * table.originsMax + origin;
      const [mine, theirs] = [losses.values[at] as number, losses.values[at + table.originsMax] as number];
      if (Number.isNaN(mine + theirs)) continue;
      totals[0] = (totals[0] as number) + mine;
      totals[1] = (totals[1] as number) + theirs;
      own++;
    }
    if (own === 0 || totals[1] === 0) continue;
    sum += (own * (totals[0] as number)) / (totals[1] as number);
    count += own;
  }
  return count > 0 ? sum / count : Number.POSITIVE_INFINITY;
}

/** Forecasts the series that have this origin and writes them into the table. */
function fillOrigin(options: GlobalFitOptions, parts: GlobalParts, origin: number): void {
  const { panel, table, model } = options;
  const { horizon, originsMax, models, own } = table;
  const series = panel.series.flatMap((_, s) => ((table.origins[s] as number) > origin ? [s] : []));
  const lastOf = (s: number): number =>
    (panel.series[s] as Series).values.length - horizon * (origin + 1) - 1;
  forecastBlocks({ ...options, parts, series, lastOf }, (s, means, quantiles) => {
    table.forecasts.set(means, ((s * models.length + model) * originsMax + origin) * horizon);
    if (own !== undefined) own.quantiles.set(quantiles, (s * originsMax + origin) * quantiles.length);
  });
}

function clearColumn({ table, model }: GlobalFitOptions): void {
  const { forecasts, models, originsMax, horizon, seriesCount } = table;
  for (let s = 0; s < seriesCount; s++) {
    const at = (s * models.length + model) * originsMax * horizon;
    forecasts.fill(Number.NaN, at, at + originsMax * horizon);
  }
}

function forecastBlocks(
  of: {
    readonly panel: Panel;
    readonly table: BacktestTable;
    readonly parts: GlobalParts;
    readonly crew?: KernelCrew | undefined;
    readonly series: readonly number[];
    readonly lastOf: (series: number) => number;
  },
  write: (series: number, means: Float64Array, quantiles: Float64Array) => void,
): void {
  const { panel, parts, series, lastOf, crew } = of;
  const { horizon } = of.table;
  const leads = Int32Array.from({ length: horizon }, (_, k) => k + 1);
  const size = Math.max(1, Math.floor(blockRows / horizon));
  for (let from = 0; from < series.length; from += size) {
    const block = series.slice(from, from + size);
    const windows = block.map((s) => windowOf(panel, { series: s, origin: lastOf(s) }));
    const { means, quantiles } = forecastWindows(parts, windows, { leads, quantiles: true, crew });
    const width = quantiles.length / block.length;
    for (const [i, s] of block.entries()) {
      write(
        s,
        means.subarray(i * horizon, (i + 1) * horizon),
        quantiles.subarray(i * width, (i + 1) * width),
      );
    }
  }
}

/** The panel as it was some periods before the end of each series; covariates keep the plans ahead. */
function panelBefore(panel: Panel, periods: number): Panel {
  const series = panel.series.map((one) => ({
    id: one.id,
    start: one.start,
    values: one.values.subarray(0, Math.max(0, one.values.length - periods)),
  }));
  return { ...panel, series };
}
