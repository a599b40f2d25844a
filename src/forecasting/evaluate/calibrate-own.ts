// Conformal correction of quantiles that a model made itself: how far from the truth each of them was in the backtest.

import { type IntervalTable, offsetIndex } from '../models/index.ts';
import {
  type BacktestTable,
  type CandidateOf,
  candidateQuantiles,
  hasOwnQuantiles,
  type OwnForecasts,
  windowsPerOne,
} from './backtest-table.ts';
import {
  conformalQuantile,
  leadSpreads,
  leadWindow,
  neighbourhoods,
  noScores,
  type Scores,
  scoresNeeded,
} from './conformal-scores.ts';
import type { OwnErrors } from './own-error.ts';
import { intervalStrata, symmetricStrata } from './strata.ts';

/**
 * Fills the strata of the table that correct a model's own quantiles. The score of level u is (actual − quantile u) ÷ unit;
 * its u-quantile per stratum and lead is what the quantile was short of. Regular demand is corrected symmetrically: the
 * quantiles of level 1 − u lend their scores, mirrored.
 * Source: Romano, Patterson, Candès 2019, NeurIPS (conformalised quantile regression), one level at a time.
 * Cost: levels × O(scores · log scores).
 */
export function writeOwnOffsets(
  table: BacktestTable,
  to: { candidateOf: CandidateOf; own: OwnErrors; intervals: IntervalTable },
): void {
  const { intervals } = to;
  const { levels } = table.own as OwnForecasts;
  const needed = scoresNeeded(levels);
  const corrected = correctionsFrom(table, to);
  for (const [l, level] of levels.entries()) {
    const scores = corrected(l);
    const sourceOf = neighbourhoods(scores, needed);
    const shortOf = rowsBySource(level, windowsPerOne(table));
    for (let stratum = 0; stratum < scores.length; stratum++) {
      const row = shortOf(sourceOf(stratum), stratum < symmetricStrata);
      for (let k = 0; k < table.span; k++) {
        const at = offsetIndex(intervals, (intervals.ownFrom as number) + stratum, k + 1);
        intervals.offsets[at + l] = row[k] as number;
      }
    }
  }
}

/** Makes the function from scores by lead to their quantile of a level, shape [leads]; most strata borrow from the same ones. */
function rowsBySource(
  level: number,
  overlap: number,
): (source: readonly Scores[], isRegular: boolean) => Float64Array {
  const newRows = (): Map<readonly Scores[], Float64Array> => new Map();
  const known = { regular: newRows(), sparse: newRows() };
  return (source, isRegular) => {
    const rows = isRegular ? known.regular : known.sparse;
    const before = rows.get(source);
    if (before !== undefined) return before;
    const spreads = leadSpreads(source, isRegular);
    const row = Float64Array.from(
      source,
      (_, k) => (spreads[k] as number) * conformalQuantile(leadWindow(source, spreads, k, overlap), level),
    );
    rows.set(source, row);
    return row;
  };
}

/** Makes the function that collects the scores of one level, by stratum and lead. */
function correctionsFrom(
  table: BacktestTable,
  to: { candidateOf: CandidateOf; own: OwnErrors },
): (level: number) => Scores[][] {
  const { horizon, span, originsMax, seriesCount } = table;
  const { levels } = table.own as OwnForecasts;
  const [mean, ownMean] = [new Float64Array(horizon), new Float64Array(horizon)];
  const out = new Float64Array(levels.length * horizon);
  return (l) => {
    const scores = noScores(intervalStrata.length, span);
    const mirror = levels.findIndex((level) => Math.abs(level + (levels[l] as number) - 1) < 1e-9);
    for (let series = 0; series < seriesCount; series++) {
      const origins = table.origins[series] as number;
      for (let origin = 0; origin < origins; origin++) {
        const candidate = to.candidateOf(series, origin);
        if (!hasOwnQuantiles(table, candidate)) continue;
        candidateQuantiles(table, { candidate, series, origin }, { mean, ownMean, out });
        const at = series * originsMax + origin;
        const stratum = table.strata[at] as number;
        const symmetric = stratum < symmetricStrata;
        const unit = (table.scales[at] as number) * (symmetric ? to.own.unit(series, origin) : 1);
        for (let k = 0; k < span; k++) {
          if (table.closed[at * horizon + k] === 1) continue;
          const actual = table.actuals[at * horizon + k] as number;
          const score = (actual - (out[l * horizon + k] as number)) / unit;
          if (!Number.isFinite(score)) continue;
          const lead = (scores[stratum] as Scores[])[k] as Scores;
          lead.values.push(score);
          lead.weights.push(1 / origins);
          if (!symmetric || mirror < 0) continue;
          lead.values.push(((out[mirror * horizon + k] as number) - actual) / unit);
          lead.weights.push(1 / origins);
        }
      }
    }
    return scores;
  };
}
