// A version's own bytes at the folds of the backtest: its errors, how often demand lay in its intervals, and what its upper quantile
// would have cost the shelf.

import type { Series } from '../../../core/index.ts';
import { pinball, pitCoverage } from '../../../forecasting/evaluate/index.ts';
import { type Forecaster, forecastState } from '../../../forecasting/models/index.ts';
import { type Fold, type FoldScores, type PanelFolds, scoreFolds, writeErrors } from '../fold-scores.ts';
import { type FoldState, statesAtFolds } from '../fold-state.ts';
import type { CoverageFacts } from './evidence.ts';
import { FoldUnits } from './fold-unit.ts';
import { type PlannedColumns, withoutLater } from './planned-columns.ts';

export interface FoldExam {
  readonly scores: FoldScores;
  readonly coverage: readonly CoverageFacts[];
  /** Mean pinball loss of a fold in units of the series' scale, entry series × originsMax + origin, NaN = no such fold. */
  readonly service: Float64Array;
}

/** What is looked at of the quantiles. */
export interface ExamLevels {
  /** What stock is held for. */
  readonly service: number;
  /** Of central intervals. */
  readonly nominals: readonly number[];
}

/** The level nearest to 95 % that a forecaster has of its own, and its central intervals. */
export function examLevels({ intervals: { levels } }: Forecaster): ExamLevels {
  const service = levels.reduce(
    (best, level) => (Math.abs(level - 0.95) < Math.abs(best - 0.95) ? level : best),
    0.5,
  );
  const nominals = levels
    .filter((level) => level > 0.5 && levels.some((low) => Math.abs(low + level - 1) < 1e-9))
    .map((level) => Math.round(1e9 * (2 * level - 1)) / 1e9);
  return { service, nominals };
}

/**
 * As it is, with what it learnt of the folds themselves: it should do no worse there than its training found, nor should its intervals
 * cover less. Where a model has an earlier self, what it would have known at the time is for `ofForecaster`; else the scores are the same.
 * Cost: folds × one fit of a series' model; gives way to other work every few milliseconds.
 */
export async function examineFolds(
  forecaster: Forecaster,
  folds: PanelFolds,
  wanted: ExamLevels & { readonly plans?: PlannedColumns },
): Promise<FoldExam> {
  const { levels } = forecaster.intervals;
  const { horizon, season } = folds.shape;
  const units = new FoldUnits(forecaster, season);
  const stateAt = statesAtFolds(forecaster, folds, {
    keepModel: true,
    ...(wanted.plans === undefined ? {} : { planned: wanted.plans.planned }),
  });
  const tally = new QuantileTally(folds, { ...wanted, levels });
  const untold = untelling(forecaster, wanted.plans?.unplanned ?? []);
  const scores = await scoreFolds(folds, (fold, errors) => {
    const found = stateAt(fold);
    if (found === undefined) return false;
    const { index, model } = found;
    units.set(index, fold.known, (folds.panel.series[fold.series] as Series).values);
    untold(found, () => {
      writeErrors(model, { ...found, fold, shape: folds.shape }, errors);
      const { quantiles } = forecastState(units.forecaster, index, { ...found, horizon, levels });
      tally.add(fold, quantiles);
    });
    return true;
  });
  return { scores, service: tally.service, coverage: tally.coverage() };
}

/** Makes what forecasts a fold without knowing what came of columns that nobody plans. */
function untelling(
  { lastPeriods, panelSeries, trained }: Forecaster,
  columns: readonly string[],
): (at: FoldState, work: () => void) => void {
  const covariates = trained?.parts.covariates;
  if (covariates === undefined || columns.length === 0) return (_, work) => work();
  return ({ index, advancedBy }, work) =>
    withoutLater(
      covariates,
      {
        columns,
        series: panelSeries?.[index] ?? index,
        after: (lastPeriods[index] as number) + advancedBy,
      },
      work,
    );
}

/** Sums over folds of where demand lay among the quantiles. */
class QuantileTally {
  readonly service: Float64Array;
  readonly #folds: PanelFolds;
  readonly #wanted: ExamLevels & { readonly levels: readonly number[] };
  /** Shape [levels × horizon], row per level. */
  readonly #flat: Float64Array;
  /** By origin: known periods, and of each nominal share the sum of those inside. */
  readonly #periods: Float64Array;
  readonly #inside: readonly Float64Array[];

  constructor(folds: PanelFolds, wanted: ExamLevels & { readonly levels: readonly number[] }) {
    const { originsMax, horizon } = folds.shape;
    this.#folds = folds;
    this.#wanted = wanted;
    this.#flat = new Float64Array(wanted.levels.length * horizon);
    this.#periods = new Float64Array(originsMax);
    this.#inside = wanted.nominals.map(() => new Float64Array(originsMax));
    this.service = new Float64Array(folds.origins.length * originsMax).fill(Number.NaN);
  }

  add(fold: Fold, quantiles: readonly Float64Array[]): void {
    const { levels, nominals, service } = this.#wanted;
    const { origin } = fold;
    // What came back counts as nothing sold where forecasts cannot be negative.
    const actual = this.#folds.shape.nonNegative ? fold.actual.map((y) => Math.max(y, 0)) : fold.actual;
    const known = actual.reduce((count, y) => count + (Number.isNaN(y) ? 0 : 1), 0);
    if (known === 0) return;
    for (const [l, row] of quantiles.entries()) this.#flat.set(row, l * actual.length);
    this.#periods[origin] = (this.#periods[origin] as number) + known;
    for (const [n, nominal] of nominals.entries()) {
      const sums = this.#inside[n] as Float64Array;
      sums[origin] = (sums[origin] as number) + known * pitCoverage(actual, this.#flat, { levels, nominal });
    }
    const cell = fold.series * this.#folds.shape.originsMax + origin;
    const upper = quantiles[levels.indexOf(service)];
    if (upper === undefined) return;
    const loss = pinball(actual, upper, service) / (this.#folds.scales[cell] as number);
    if (Number.isFinite(loss)) this.service[cell] = loss;
  }

  coverage(): CoverageFacts[] {
    const periods = this.#periods.reduce((sum, count) => sum + count, 0);
    return this.#wanted.nominals.map((nominal, n) => ({
      nominal,
      shares: Array.from(
        this.#inside[n] as Float64Array,
        (sum, o) => sum / (this.#periods[o] as number),
      ).filter(Number.isFinite),
      periods,
    }));
  }
}
