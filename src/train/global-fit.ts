// The model over all series in a training: is it worth it, which form of target, its column of the backtest, and the one
// that will serve. Univariate models are fitted before; they say what it has to beat.

import { AppError, type Panel, type Series } from '../core/index.ts';
import {
  type BacktestTable,
  type Candidate,
  type CandidateGroup,
  type CandidatePlan,
  candidateLosses,
  firstSale,
  levelFactor,
} from '../evaluate/index.ts';
import { windowOf } from '../features/index.ts';
import {
  type BoosterOptions,
  forecastWindows,
  type GlobalModel,
  type GlobalParts,
  type GlobalTraining,
  globalCatalog,
  globalModel,
  type KernelCrew,
  type TargetForm,
  trainGlobal,
  tryGlobal,
} from '../models/index.ts';
import { type GlobalParams, withParams } from './global-params.ts';

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
  /** What is set of the model instead of its defaults; see `globalParamRules`. */
  readonly params: GlobalParams;
  readonly crew?: KernelCrew | undefined;
  readonly onProgress: (share: number) => void;
}

/** What the backtest found out about the model. */
export interface GlobalBacktest {
  readonly recipe: GlobalTraining;
  /** On all its means; see `levelFactor`. */
  readonly factor: number;
  /** Trained before the oldest origin of every series; absent without any origin. */
  readonly earlier: GlobalParts | undefined;
}

/** Rows of a trial. */
const trialRowsMax = 40_000;
/** Rows of all backtests together, and of the training that serves; without covariates a third as many teach as much. */
const backtestRowsMax = 900_000;
export const finalRowsMax = 600_000;
const plainShare = 1 / 3;
/** Trainings of a backtest: with more origins, some share the training before the oldest of them. */
const trainingsMax = 4;
const trialTrees = 200;
const trialLearningRate = 0.1;
const treesMin = 40;
const treesMax = 600;
/** From so many rows on trees have so many leaves. */
const largeRows = 200_000;
const largeLeaves = 63;
/** Boosters that are averaged in the model that serves. */
const finalMembers = 3;
/** Pairs of series and origin below which nothing is learnt. */
const pairsMin = 100;
/** Without covariates it is dropped when it does not beat the default in the trial: it costs more than all others together. */
const trialLossMax = 1;
/** Rows forecast at a time. */
const blockRows = 8192;

/**
 * Tries the model on the oldest origin; if it is worth it, trains it before each origin (with many: before some of them) on
 * what was known there and fills its column and its quantiles in the table.
 * @returns null when it was dropped: its column holds nothing then
 * @throws AppError `train/not-enough-data` when it is the only choice and there is next to nothing to learn from
 * Cost: a small training per form, and one per origin.
 */
export function backtestGlobal(options: GlobalFitOptions): GlobalBacktest | null {
  const { table, plan, panel, levels, seed } = options;
  const { horizon, span, nonNegative } = table;
  const oldest = oldestOrigin(table);
  const needed = [plan.regular, plan.intermittent].some((group) => isDefault(group, options.model));
  const before = panelBefore(panel, span * (oldest + 1));
  if (pairsOf(before) < pairsMin) {
    if (!needed) return null;
    throw new AppError(
      'train/not-enough-data',
      `${plan.models[options.model]} has fewer than ${pairsMin} periods to learn from: bring more history, or name other models`,
    );
  }
  const base = { horizon, seasons: plan.seasons, nonNegative, seed, members: 1 };
  const { form, loss, trees } = tryForms(options, { origin: oldest, panel: before, base });
  if (!needed && panel.covariates === undefined && loss > trialLossMax) {
    scaleColumn(options, Number.NaN);
    return null;
  }
  const share = panel.covariates === undefined ? plainShare : 1;
  const rowsMax = Math.floor((share * backtestRowsMax) / Math.min(trainingsMax, oldest + 1));
  const booster = boosterFor(panel, { horizon, treesOfTrial: trees });
  const recipe = withParams({ ...base, form, levels, rowsMax, booster }, options.params);
  const stride = Math.ceil((oldest + 1) / trainingsMax);
  let earlier: GlobalParts | undefined;
  let parts: GlobalParts | undefined;
  for (let origin = oldest; origin >= 0; origin--) {
    const onProgress = (share: number): void => options.onProgress((oldest - origin + share) / (oldest + 1));
    if (parts === undefined || (oldest - origin) % stride === 0) {
      parts = trainGlobal(panelBefore(panel, span * (origin + 1)), recipe, {
        crew: options.crew,
        onProgress,
      });
    }
    earlier ??= parts;
    fillOrigin(options, parts, origin);
  }
  const factor = levelFactor(table, options.model);
  scaleColumn(options, factor);
  return {
    recipe: { ...recipe, rowsMax: share * finalRowsMax, members: finalMembers },
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
  forecastBlocks({ ...options, parts, series, lastOf }, (s, means, quantiles) => {
    to.means.set(means, (s * models.length + model) * horizon);
    to.quantiles.set(quantiles, s * levels.length * horizon);
  });
}

/** The usual options of the trees. Without covariates there is less to learn, and half as many larger steps do. */
export function boosterOf(panel: Panel): BoosterRecipe {
  const steps = panel.covariates === undefined ? plainSteps : finerSteps;
  return { ...steps, leaves: 31, rowsPerLeafMin: 30, featureShare: 0.5, rowShare: 0.8 };
}

/** With covariates, more rows than the trial had bear more trees, and many rows larger ones. */
function boosterFor(panel: Panel, of: { horizon: number; treesOfTrial: number }): BoosterRecipe {
  const usual = boosterOf(panel);
  if (panel.covariates === undefined) return { ...usual, trees: of.treesOfTrial };
  const rows = Math.min(finalRowsMax, pairsOf(panel) * of.horizon);
  const growth = Math.max(1, rows / trialRowsMax) ** 0.25;
  const trees = Math.min(treesMax, Math.round(of.treesOfTrial * growth));
  return { ...usual, trees, leaves: rows >= largeRows ? largeLeaves : usual.leaves };
}

const plainSteps = { trees: 200, learningRate: 0.1 };
const finerSteps = { trees: 400, learningRate: 0.05 };

/** Options of the trees that have a usual value. */
type BoosterRecipe = Required<
  Pick<BoosterOptions, 'trees' | 'leaves' | 'learningRate' | 'rowsPerLeafMin' | 'featureShare' | 'rowShare'>
>;

/** The oldest origin that any series has; −1 = none has one. */
function oldestOrigin(table: BacktestTable): number {
  return table.origins.reduce((most, count) => Math.max(most, count), 0) - 1;
}

interface Trial {
  readonly form: TargetForm;
  /** Relative to the default's; see `lossAt`. */
  readonly loss: number;
  /** That the trees of the real trainings need. */
  readonly trees: number;
}

/** Which form of target does better in a small training before the oldest origin, and with how many trees. */
function tryForms(
  options: GlobalFitOptions,
  at: {
    origin: number;
    panel: Panel;
    base: Pick<GlobalTraining, 'horizon' | 'seasons' | 'nonNegative' | 'seed' | 'members'>;
  },
): Trial {
  const forms = formsFor(options.panel);
  const usual = boosterOf(options.panel);
  const { learningRate, trees: most } = usual;
  let best: Trial = { form: forms[0] ?? 'ratio', loss: Number.POSITIVE_INFINITY, trees: most };
  if (at.origin < 0) return best;
  const asked = withParams(
    { ...at.base, form: best.form, levels: [], rowsMax: trialRowsMax, booster: usual },
    options.params,
  );
  const trees = Math.min(trialTrees, asked.booster.trees ?? trialTrees);
  const booster = { ...asked.booster, trees, learningRate: trialLearningRate };
  for (const form of forms) {
    const training = { ...asked, form, booster };
    const { parts, trees: needed } = tryGlobal(at.panel, options.panel, training, { crew: options.crew });
    fillOrigin(options, parts, at.origin);
    const loss = lossAt(options, at.origin);
    const enough = Math.round((needed * trialLearningRate) / learningRate);
    if (loss < best.loss) best = { form, loss, trees: Math.min(most, Math.max(treesMin, enough)) };
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

/**
 * Mean loss of the model at an origin relative to that of what is served by default, over series of each group; its own
 * mean loss where it is the default itself.
 */
function lossAt(options: GlobalFitOptions, origin: number): number {
  const { table, plan, model, groups } = options;
  const { originsMax } = table;
  let sum = 0;
  let count = 0;
  for (const group of [plan.regular, plan.intermittent]) {
    const fallback = group.candidates[group.fallback] as Candidate;
    const losses = candidateLosses(table, {
      candidates: [{ name: '', members: [model] }, fallback],
      kind: group.loss,
      isWanted: (s) => groups[s] === group && (table.origins[s] as number) > origin,
    });
    const totals = { mine: 0, theirs: 0, series: 0 };
    for (let s = 0; s < table.seriesCount; s++) {
      const at = s * 2 * originsMax + origin;
      const [mine, theirs] = [losses.values[at] as number, losses.values[at + originsMax] as number];
      if (Number.isNaN(mine + theirs)) continue;
      totals.mine += mine;
      totals.theirs += theirs;
      totals.series++;
    }
    if (totals.series === 0 || totals.theirs === 0) continue;
    sum += isDefault(group, model) ? totals.mine : (totals.series * totals.mine) / totals.theirs;
    count += totals.series;
  }
  return count > 0 ? sum / count : Number.POSITIVE_INFINITY;
}

function isDefault({ candidates, fallback }: CandidateGroup, model: number): boolean {
  return candidates[fallback]?.members.includes(model) === true;
}

/** Periods after the first demand that are known: what can be an origin or a target. */
function pairsOf(panel: Panel): number {
  let pairs = 0;
  for (const { values } of panel.series) {
    for (let t = firstSale(values) + 1; t < values.length; t++) if (Number.isFinite(values[t])) pairs++;
  }
  return pairs;
}

/** Forecasts the series that have this origin and writes them into the table. */
function fillOrigin(options: GlobalFitOptions, parts: GlobalParts, origin: number): void {
  const { panel, table, model } = options;
  const { horizon, span, originsMax, models, own } = table;
  const series = panel.series.flatMap((_, s) => ((table.origins[s] as number) > origin ? [s] : []));
  const lastOf = (s: number): number => (panel.series[s] as Series).values.length - span * (origin + 1) - 1;
  forecastBlocks({ ...options, parts, series, lastOf }, (s, means, quantiles) => {
    table.forecasts.set(means, ((s * models.length + model) * originsMax + origin) * horizon);
    if (own !== undefined) own.quantiles.set(quantiles, (s * originsMax + origin) * quantiles.length);
  });
}

/** Every forecast of the model in the table, times a factor; NaN clears them. */
function scaleColumn({ table, model }: GlobalFitOptions, factor: number): void {
  const { forecasts, models, originsMax, horizon, seriesCount } = table;
  for (let s = 0; s < seriesCount; s++) {
    const at = (s * models.length + model) * originsMax * horizon;
    for (let i = at; i < at + originsMax * horizon; i++) forecasts[i] = factor * (forecasts[i] as number);
  }
}

function forecastBlocks(
  of: {
    readonly panel: Panel;
    readonly table: BacktestTable;
    readonly parts: GlobalParts;
    readonly levels: readonly number[];
    readonly crew?: KernelCrew | undefined;
    readonly series: readonly number[];
    readonly lastOf: (series: number) => number;
  },
  write: (series: number, means: Float64Array, quantiles: Float64Array) => void,
): void {
  const { panel, parts, series, lastOf, levels, crew } = of;
  const { horizon } = of.table;
  const leads = Int32Array.from({ length: horizon }, (_, k) => k + 1);
  const size = Math.max(1, Math.floor(blockRows / horizon));
  for (let from = 0; from < series.length; from += size) {
    const block = series.slice(from, from + size);
    const windows = block.map((s) => windowOf(panel, { series: s, origin: lastOf(s) }));
    const { means, quantiles } = forecastWindows(parts, windows, {
      leads,
      levels: parts.quantiles === null ? [] : levels,
      crew,
    });
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
