// Split conformal calibration: from backtest errors to a table of offsets by stratum, lead and quantile level.

import { haveMean, type IntervalTable, offsetIndex } from '../models/index.ts';
import { type BacktestTable, type CandidateOf, candidateForecast, windowsPerOne } from './backtest-table.ts';
import { writeOwnOffsets } from './calibrate-own.ts';
import {
  conformalQuantile,
  leadSpreads,
  leadWindow,
  neighbourhoods,
  noScores,
  presumedScore,
  type Scores,
  scoresNeeded,
} from './conformal-scores.ts';
import { type OwnErrors, ownErrors } from './own-error.ts';
import { endedFrom, intervalStrata, symmetricStrata } from './strata.ts';

export interface CalibrateOptions {
  /** Quantile levels, ascending in (0, 1). */
  readonly levels: readonly number[];
  readonly candidateOf: CandidateOf;
}

export interface Calibration {
  readonly intervals: IntervalTable;
  /** Multiply the unit of a regular series by this before using the offsets, shape [series]; positive. */
  readonly scaleFactors: Float64Array;
}

/**
 * Score of a sparse series' period without demand: so low that any forecast plus it is cut off at zero, which is the truth.
 * Otherwise rounding, or a season in the forecast, would spread the many exact zeros over a range.
 */
const nothingSold = -1000;

/** Regular strata from this one on, erratic demand, vary by factors: what lies above the mean lies further off than what lies below. */
const skewedFrom = 1;

/** Strata of series that are served with a model's own quantiles. */
const ownStrata = intervalStrata.map((name) => `${name}, quantiles of the model`);

/**
 * Builds the interval table. A score is (actual − forecast) ÷ (scale × own-error factor) at one series, origin and lead.
 * Origins do not overlap, all origins of a series weigh as much as one series, and a series' own factor leaves out the origin
 * being scored. The bias of past windows does not carry over: smooth demand gets symmetric intervals, the scores of erratic demand are centred.
 * The offset of level u is the smallest score whose cumulative weight reaches u·(n+1)/n, n the effective number of scores
 * (from above for u < ½): at equal weights the ⌈(n+1)u⌉-th smallest, which holds the stated coverage for finite n.
 * A stratum with too few scores for the outermost level takes in its neighbours, in the end all of its kind of demand.
 * With a model that has quantiles of its own, the same strata follow once more with corrections of those.
 * @returns a table of the leads that the backtest looked at, with presumed offsets where a kind of demand has no scores at all
 * Source: Lei et al. 2018, JASA 113; weights: Tibshirani et al. 2019; strata: Vovk 2005. Cost: O(scores · log scores).
 */
export function calibrate(table: BacktestTable, options: CalibrateOptions): Calibration {
  const { levels, candidateOf } = options;
  const { span: horizon, seriesCount } = table;
  const own = ownErrors(table, candidateOf);
  const scores = collectScores(table, candidateOf, own);
  const strata = table.own === undefined ? intervalStrata : [...intervalStrata, ...ownStrata];
  const intervals: IntervalTable = {
    levels,
    strata,
    horizon,
    offsets: new Float64Array(strata.length * horizon * levels.length),
    ...(table.own === undefined ? {} : { ownFrom: intervalStrata.length }),
    ...(haveMean(levels) ? { joint: true as const } : {}),
  };
  const sourceOf = neighbourhoods(scores, scoresNeeded(levels));
  const overlap = windowsPerOne(table);
  for (let stratum = 0; stratum < scores.length; stratum++) {
    const source = sourceOf(stratum);
    const spreads = leadSpreads(source, stratum < symmetricStrata);
    for (let k = 0; k < horizon; k++) {
      const window = leadWindow(source, spreads, k, overlap);
      const at = offsetIndex(intervals, stratum, k + 1);
      for (const [l, level] of levels.entries()) {
        intervals.offsets[at + l] =
          window.values.length === 0
            ? presumedScore(level, stratum)
            : (spreads[k] as number) * conformalQuantile(window, level);
      }
    }
  }
  if (table.own !== undefined) writeOwnOffsets(table, { candidateOf, own, intervals });
  return { intervals, scaleFactors: Float64Array.from({ length: seriesCount }, (_, s) => own.factor(s)) };
}

/** Scores by stratum and lead. */
function collectScores(table: BacktestTable, candidateOf: CandidateOf, own: OwnErrors): Scores[][] {
  const { horizon, span, originsMax, seriesCount } = table;
  const scores = noScores(intervalStrata.length, span);
  const forecast = new Float64Array(horizon);
  for (let series = 0; series < seriesCount; series++) {
    const origins = table.origins[series] as number;
    for (let origin = 0; origin < origins; origin++) {
      candidateForecast(table, { candidate: candidateOf(series, origin), series, origin }, forecast);
      const at = series * originsMax + origin;
      const stratum = table.strata[at] as number;
      const scale = table.scales[at] as number;
      const unit = stratum < symmetricStrata ? scale * own.unit(series, origin) : scale;
      for (let k = 0; k < span; k++) {
        if (table.closed[at * horizon + k] === 1) continue;
        const actual = table.actuals[at * horizon + k] as number;
        const nothing = actual === 0 && table.nonNegative && stratum >= symmetricStrata;
        const expected = stratum >= endedFrom ? 0 : (forecast[k] as number);
        const score = nothing ? nothingSold : (actual - expected) / unit;
        if (!Number.isFinite(score)) continue;
        const lead = (scores[stratum] as Scores[])[k] as Scores;
        lead.values.push(score);
        lead.weights.push(1 / origins);
        if (stratum >= skewedFrom) continue;
        lead.values.push(-score);
        lead.weights.push(1 / origins);
      }
    }
  }
  for (let stratum = skewedFrom; stratum < symmetricStrata; stratum++) centre(scores[stratum] as Scores[]);
  return scores;
}

/** Takes the mean error of the past out of the scores of all leads: what was too low then need not be too low now. */
function centre(scores: readonly Scores[]): void {
  let sum = 0;
  let total = 0;
  for (const { values, weights } of scores)
    for (let i = 0; i < values.length; i++) {
      sum += (weights[i] as number) * (values[i] as number);
      total += weights[i] as number;
    }
  for (const { values } of scores) for (let i = 0; i < values.length; i++) values[i]! -= sum / total;
}
