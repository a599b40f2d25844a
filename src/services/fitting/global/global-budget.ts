// What a panel is worth to the model over all series: rows to learn from, trees, leaves, boosters. With covariates there
// is much to learn, and it is worth as much time as all other models together; without, little more than they take.

import type { Panel } from '../../../core/index.ts';
import { firstSale } from '../../../forecasting/evaluate/index.ts';
import { type BoosterOptions, membersFor } from '../../../forecasting/models/index.ts';

/** Pairs of series and origin below which nothing is learnt. */
export const pairsMin = 100;
/** Rows of all backtests together, and of the training that serves. */
const backtestRowsMax = 600_000;
const finalRowsMax = 600_000;
/**
 * Without covariates a third as many teach as much, and no more than so many per period that is known: rows of one origin
 * that differ only in their lead say nearly the same.
 */
const plainShare = 1 / 3;
const plainRowsMin = 5_000;
const plainRowsPerPair = { backtest: 1, final: 2 } as const;
/** Trainings of a backtest: with more origins, some share the training before the oldest of them. */
export const trainingsMax = 4;
/** Rows, trees and step of a trial. */
const trialRowsMax = 40_000;
export const trialTrees = 200;
export const trialLearningRate = 0.1;
const treesMax = 600;
/** Boosters that are averaged in the model that serves. */
export const finalMembers = 3;
/** From so many rows on trees have so many leaves. */
const largeRows = 200_000;
const largeLeaves = 63;

/** Rows of each training of one kind, at most. */
export interface RowBudget {
  readonly trial: number;
  readonly backtest: number;
  readonly final: number;
}

/** @param origins of the backtest, ≥ 1 */
export function rowBudget(panel: Panel, origins: number): RowBudget {
  const backtest = Math.floor(backtestRowsMax / Math.min(trainingsMax, origins));
  if (panel.covariates !== undefined) return { trial: trialRowsMax, backtest, final: finalRowsMax };
  const pairs = pairsOf(panel);
  const most = (rows: number, perPair: number): number => Math.floor(Math.min(rows, perPair * pairs));
  return {
    trial: trialRowsMax,
    backtest: Math.max(plainRowsMin, most(plainShare * backtest, plainRowsPerPair.backtest)),
    final: Math.max(plainRowsMin, most(plainShare * finalRowsMax, plainRowsPerPair.final)),
  };
}

/** Options of the trees that have a usual value. */
export type BoosterRecipe = Required<
  Pick<BoosterOptions, 'trees' | 'leaves' | 'learningRate' | 'rowsPerLeafMin' | 'featureShare' | 'rowShare'>
>;

const plainSteps = { trees: 200, learningRate: 0.1 };
const finerSteps = { trees: 400, learningRate: 0.05 };

/** The usual options of the trees. Without covariates there is less to learn, and half as many larger steps do. */
export function boosterOf(panel: Panel): BoosterRecipe {
  const steps = panel.covariates === undefined ? plainSteps : finerSteps;
  return { ...steps, leaves: 31, rowsPerLeafMin: 30, featureShare: 0.5, rowShare: 0.8 };
}

/** With covariates, more rows than the trial had bear more trees, and many rows larger ones. */
export function boosterFor(panel: Panel, of: { horizon: number; treesOfTrial: number }): BoosterRecipe {
  const usual = boosterOf(panel);
  if (panel.covariates === undefined) return { ...usual, trees: of.treesOfTrial };
  const rows = Math.min(finalRowsMax, pairsOf(panel) * of.horizon);
  const growth = Math.max(1, rows / trialRowsMax) ** 0.25;
  const trees = Math.min(treesMax, Math.round(of.treesOfTrial * growth));
  return { ...usual, trees, leaves: rows >= largeRows ? largeLeaves : usual.leaves };
}

/** Rows × trees of a training that cost next to nothing: a few seconds of one thread. */
const cheapWork = 40e6;

/**
 * Trees that are worth growing whatever a small trial found: it stops early on few rows with large steps. Without covariates
 * none are.
 */
export function cheapTrees(panel: Panel, horizon: number): number {
  if (panel.covariates === undefined) return 0;
  return Math.floor(cheapWork / Math.max(1, pairsOf(panel) * horizon));
}

/** Microseconds of one thread per row and tree: growing, all else included, and forecasting. */
const cost = { grow: 0.1, forecast: 0.06 } as const;

/** What the model takes as a rule, in microseconds of one thread; the forecasts after the last value apart. */
export function globalWork(
  panel: Panel,
  of: { readonly horizon: number; readonly origins: number },
): { readonly backtest: number; readonly final: number; readonly forecast: number } {
  const rows = rowBudget(panel, of.origins);
  const available = pairsOf(panel) * of.horizon;
  const { trees } = boosterFor(panel, { horizon: of.horizon, treesOfTrial: boosterOf(panel).trees });
  const grow = (most: number, trees: number): number => cost.grow * Math.min(most, available) * trees;
  const forecast = cost.forecast * panel.series.length * of.horizon * trees;
  const trainings = Math.min(trainingsMax, of.origins);
  return {
    backtest: grow(rows.trial, trialTrees) + trainings * grow(rows.backtest, trees) + of.origins * forecast,
    final: membersFor(rows.final * trees, finalMembers) * grow(rows.final, trees),
    forecast,
  };
}

/** Rows that a training which serves may have at most, whatever the panel: what a search scales by its share. */
export function searchRows(panel: Panel, horizon: number): number {
  return Math.min(finalRowsMax, pairsOf(panel) * horizon);
}

/** Periods after the first demand that are known: what can be an origin or a target. */
export function pairsOf(panel: Panel): number {
  let pairs = 0;
  for (const { values } of panel.series) {
    for (let t = firstSale(values) + 1; t < values.length; t++) if (Number.isFinite(values[t])) pairs++;
  }
  return pairs;
}
