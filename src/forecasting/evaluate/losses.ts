// What a candidate's backtest errors cost, per series and origin: the currency in which models are chosen.

import { type BacktestTable, type Candidate, candidateErrors } from './backtest-table.ts';
import { errorUnit } from './error-unit.ts';
import { squaredDifferenceScale } from './scales.ts';

/**
 * `absolute` (for regular demand): mean |e| ÷ scale, which is MASE. `squared` (for intermittent demand, where absolute
 * errors reward forecasting too little): RMSSE, plus half the size of the mean error in the same unit.
 */
export type LossKind = 'absolute' | 'squared';

const biasWeight = 0.5;

/** Losses of a panel's candidates; entry (series × candidateCount + candidate) × originsMax + origin. */
export interface LossTable {
  readonly seriesCount: number;
  readonly candidateCount: number;
  readonly originsMax: number;
  /** Length of a window over the distance from one to the next: 1 = they share no period. */
  readonly overlap: number;
  /** 0 or more; NaN = the series has no such origin, or the candidate was not tried on it. */
  readonly values: Float64Array;
}

/**
 * Loss of each candidate at each series and origin.
 * @param isWanted series to score; the others stay NaN
 * Cost: O(series × candidates × origins × horizon).
 */
export function candidateLosses(
  table: BacktestTable,
  options: {
    readonly candidates: readonly Candidate[];
    readonly kind: LossKind;
    readonly isWanted: (series: number) => boolean;
  },
): LossTable {
  const { seriesCount, horizon, originsMax, origins } = table;
  const { candidates, kind, isWanted } = options;
  const values = new Float64Array(seriesCount * candidates.length * originsMax).fill(Number.NaN);
  const errors = new Float64Array(horizon);
  const scales = kind === 'absolute' ? table.scales : table.squaredScales;
  for (let series = 0; series < seriesCount; series++) {
    if (!isWanted(series)) continue;
    for (const [c, candidate] of candidates.entries()) {
      for (let origin = 0; origin < (origins[series] as number); origin++) {
        candidateErrors(table, { candidate, series, origin }, errors);
        const loss = lossOf(errors, kind) / (scales[series * originsMax + origin] as number);
        if (Number.isFinite(loss)) values[(series * candidates.length + c) * originsMax + origin] = loss;
      }
    }
  }
  const overlap = table.span / table.step;
  return { seriesCount, candidateCount: candidates.length, originsMax, overlap, values };
}

/**
 * What one origin's errors cost, in units: divide by the series' scale to compare series.
 * @param errors actual − forecast, shape [horizon], NaN = the truth is unknown, skipped; NaN when all are
 */
export function lossOf(errors: Float64Array, kind: LossKind): number {
  let absolute = 0;
  let squared = 0;
  let signed = 0;
  let count = 0;
  for (let k = 0; k < errors.length; k++) {
    const error = errors[k] as number;
    if (Number.isNaN(error)) continue;
    absolute += Math.abs(error);
    squared += error * error;
    signed += error;
    count++;
  }
  if (count === 0) return Number.NaN;
  if (kind === 'absolute') return absolute / count;
  return Math.sqrt(squared / count) + biasWeight * Math.abs(signed / count);
}

/**
 * What `lossOf` is divided by to compare series: for `absolute` the unit of the series' errors, for `squared` the root of
 * RMSSE's denominator.
 * @param history demand in units before the origin, shape [n], NaN = unknown
 * @param of.season periods per cycle, 1 = none
 * @returns NaN or 0 = the series has no such scale yet, and its loss says nothing. Cost: O(n).
 */
export function lossScale(history: Float64Array, of: { kind: LossKind; season: number }): number {
  return of.kind === 'absolute'
    ? errorUnit(history, of.season).scale
    : Math.sqrt(squaredDifferenceScale(history));
}
