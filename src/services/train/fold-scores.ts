// How one contender did on the backtest folds of a panel, fold by fold, so that any two contenders can be compared on
// exactly the same demand.

import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Panel } from '../../core/index.ts';
import {
  type BacktestTable,
  type Candidate,
  candidateErrors,
  isIntermittent,
  type LossKind,
  learnablePanel,
  lossOf,
  lossScale,
  rollingOrigins,
  squaredDifferenceScale,
} from '../../forecasting/evaluate/index.ts';
import { type Forecaster, type FutureValues, type Model, modelOf } from '../../forecasting/models/index.ts';
import { elapsedMs } from '../jobs/index.ts';
import { statesAtFolds } from './fold-state.ts';

/** The event loop is let go after this long. */
const turnMs = 8;

/**
 * Entry series × originsMax + origin; NaN = no such fold, nothing known in it, the contender does not know the series, or
 * (losses) intermittent demand that never changed before the fold and so has no scale, unless forecast without error.
 */
export interface FoldScores {
  /** In units of the series' scale; the currency in which models are chosen. */
  readonly losses: Float64Array;
  /** Root mean squared scaled error of the fold; NaN also where demand was constant before it. */
  readonly rmsses: Float64Array;
  /** Sums over the fold, in units: |actual − forecast|, forecast − actual, |actual|. */
  readonly absoluteErrors: Float64Array;
  readonly biases: Float64Array;
  readonly demands: Float64Array;
}

export interface FoldShape {
  readonly horizon: number;
  readonly originsMax: number;
  /** Periods from one fold to the next; absent = the horizon. */
  readonly step?: number;
  /** Periods per cycle that scales and folds go by; 1 = none. */
  readonly season: number;
  readonly nonNegative: boolean;
}

/**
 * Writes actual − forecast of a fold into `errors`, shape [horizon], NaN where the truth is unknown.
 * @returns false when the contender cannot forecast the series
 */
export type Contender = (fold: Fold, errors: Float64Array) => boolean;

export interface Fold {
  readonly series: number;
  readonly origin: number;
  /** Demand up to the origin, and of the horizon after it, NaN = unknown. */
  readonly known: Float64Array;
  readonly actual: Float64Array;
}

/** The folds of a panel and what their scores are scaled by; made once, used for every contender. */
export interface PanelFolds {
  readonly panel: Panel;
  readonly shape: FoldShape;
  /** Training lengths of each series' folds, longest first. */
  readonly origins: readonly (readonly number[])[];
  /** Which loss each series is chosen by. */
  readonly kinds: readonly LossKind[];
  /** `lossScale` and `squaredDifferenceScale` of the demand before each fold, shape [series × originsMax]. */
  readonly scales: Float64Array;
  readonly squaredScales: Float64Array;
}

/** What training leaves out is scored for nobody. Cost: O(folds × history); gives way to other work every few milliseconds. */
export async function panelFolds(whole: Panel, shape: FoldShape): Promise<PanelFolds> {
  const { panel } = learnablePanel(whole);
  const { originsMax, season, step, horizon: span } = shape;
  const origins = panel.series.map(({ values }) =>
    rollingOrigins(values.length, { span, originsMax, season, ...(step === undefined ? {} : { step }) }),
  );
  const kinds = panel.series.map(
    ({ values }): LossKind => (isIntermittent(values, season) ? 'squared' : 'absolute'),
  );
  const scales = new Float64Array(panel.series.length * originsMax);
  const squaredScales = new Float64Array(scales.length);
  await eachPolitely(panel.series, ({ values }, series) => {
    for (const [o, origin] of (origins[series] as number[]).entries()) {
      const known = values.subarray(0, origin);
      const kind = kinds[series] as LossKind;
      scales[series * originsMax + o] = lossScale(known, { kind, season });
      squaredScales[series * originsMax + o] = squaredDifferenceScale(known);
    }
  });
  return { panel, shape, origins, kinds, scales, squaredScales };
}

/** Scores a contender on every fold. Cost: folds × the contender's own; gives way to other work every few milliseconds. */
export async function scoreFolds(folds: PanelFolds, contender: Contender): Promise<FoldScores> {
  const { panel, shape, scales } = folds;
  const { horizon, originsMax } = shape;
  const blank = (): Float64Array => new Float64Array(panel.series.length * originsMax).fill(Number.NaN);
  const scores = {
    losses: blank(),
    rmsses: blank(),
    absoluteErrors: blank(),
    biases: blank(),
    demands: blank(),
  };
  const errors = new Float64Array(horizon);
  await eachPolitely(panel.series, ({ values }, series) => {
    for (const [o, origin] of (folds.origins[series] as number[]).entries()) {
      const known = values.subarray(0, origin);
      const actual = values.subarray(origin, origin + horizon);
      if (!contender({ series, origin: o, known, actual }, errors)) continue;
      const at = series * originsMax + o;
      const loss = lossOf(errors, folds.kinds[series] as LossKind);
      // No error costs nothing in any unit, so a project in which nothing ever sold can be compared too.
      const scaled = loss === 0 ? 0 : loss / (scales[at] as number);
      if (Number.isFinite(scaled)) scores.losses[at] = scaled;
      addSums(scores, { at, errors, actual, squaredScale: folds.squaredScales[at] as number });
    }
  });
  return scores;
}

/** Visits all items, letting the event loop go every few milliseconds. */
export async function eachPolitely<Item>(
  items: readonly Item[],
  visit: (item: Item, index: number) => void,
): Promise<void> {
  let turnBegan = elapsedMs();
  for (const [index, item] of items.entries()) {
    visit(item, index);
    if (elapsedMs() - turnBegan < turnMs) continue;
    await nextTurn();
    turnBegan = elapsedMs();
  }
}

function addSums(
  scores: FoldScores,
  cell: { at: number; errors: Float64Array; actual: Float64Array; squaredScale: number },
): void {
  let absolute = 0;
  let squared = 0;
  let bias = 0;
  let demand = 0;
  let count = 0;
  for (const [k, error] of cell.errors.entries()) {
    if (Number.isNaN(error)) continue;
    absolute += Math.abs(error);
    squared += error * error;
    bias -= error;
    demand += Math.abs(cell.actual[k] as number);
    count++;
  }
  if (count === 0) return;
  if (cell.squaredScale > 0) scores.rmsses[cell.at] = Math.sqrt(squared / count / cell.squaredScale);
  scores.absoluteErrors[cell.at] = absolute;
  scores.biases[cell.at] = bias;
  scores.demands[cell.at] = demand;
}

/** What a backtest found for the candidate chosen for each series. */
export function ofBacktest(table: BacktestTable, chosen: (series: number) => Candidate): Contender {
  return ({ series, origin }, errors) => {
    candidateErrors(table, { candidate: chosen(series), series, origin }, errors);
    return true;
  };
}

/** Seasonal naive, fitted at every origin: the forecast that anybody could make. */
export function ofSeasonalNaive(shape: FoldShape): Contender {
  const model = modelOf(shape.season > 1 ? 'snaive' : 'naive');
  const options = { seasons: [shape.season], horizon: shape.horizon };
  return (fold, errors) => {
    writeErrors(model, { state: model.fit(fold.known, options), fold, shape }, errors);
    return true;
  };
}

/** A forecaster that exists, as `statesAtFolds` has it. */
export function ofForecaster(forecaster: Forecaster, { panel, shape }: PanelFolds): Contender {
  const stateAt = statesAtFolds(forecaster, { panel, shape });
  return (fold, errors) => {
    const found = stateAt(fold);
    if (found === undefined) return false;
    writeErrors(found.model, { ...found, fold, shape }, errors);
    return true;
  };
}

/** Writes actual − forecast of a fold, from a state at its origin. */
export function writeErrors(
  model: Model,
  from: { state: Float64Array; fold: Fold; shape: FoldShape; future?: FutureValues },
  errors: Float64Array,
): void {
  const { state, future } = from;
  if (future === undefined || model.forecastQuantiles === undefined) model.forecast(state, errors);
  else errors.set(model.forecastQuantiles(state, { horizon: errors.length, levels: [], future }).mean);
  for (const [k, forecast] of errors.entries()) {
    const served = from.shape.nonNegative ? Math.max(0, forecast) : forecast;
    errors[k] = (from.fold.actual[k] as number) - served;
  }
}
