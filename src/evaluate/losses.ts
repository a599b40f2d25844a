// What a candidate's backtest errors cost, per series: the currency in which models are chosen.

import { type BacktestTable, type Candidate, candidateErrors } from './backtest-table.ts';

/**
 * `absolute` (for regular demand): mean |e| ÷ scale, which is MASE. `squared` (for intermittent demand, where absolute
 * errors reward forecasting too little): root mean e² ÷ scale, plus half the size of the mean error ÷ scale.
 */
export type LossKind = 'absolute' | 'squared';

const biasWeight = 0.5;

/**
 * Mean loss of each candidate at each series over its origins.
 * @returns shape [series × candidates], 0 or more; NaN where the series has no backtest or no known truth
 * Cost: O(series × candidates × origins × horizon).
 */
export function candidateLosses(
  table: BacktestTable,
  candidates: readonly Candidate[],
  kindOf: (series: number) => LossKind,
): Float64Array {
  const { seriesCount, horizon, originsMax } = table;
  const losses = new Float64Array(seriesCount * candidates.length).fill(Number.NaN);
  const errors = new Float64Array(horizon);
  for (let series = 0; series < seriesCount; series++) {
    const kind = kindOf(series);
    for (const [c, candidate] of candidates.entries()) {
      let sum = 0;
      let count = 0;
      for (let origin = 0; origin < (table.origins[series] as number); origin++) {
        candidateErrors(table, { candidate, series, origin }, errors);
        const loss = lossOf(errors, kind) / (table.scales[series * originsMax + origin] as number);
        if (!Number.isFinite(loss)) continue;
        sum += loss;
        count++;
      }
      if (count > 0) losses[series * candidates.length + c] = sum / count;
    }
  }
  return losses;
}

function lossOf(errors: Float64Array, kind: LossKind): number {
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
