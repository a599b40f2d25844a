// Split conformal calibration: from backtest errors to a table of offsets by stratum, lead and quantile level.

import { type IntervalTable, offsetIndex } from '../models/index.ts';
import { type BacktestTable, type Candidate, candidateErrors } from './backtest-table.ts';
import { intervalStrata } from './strata.ts';

export interface CalibrateOptions {
  /** Quantile levels, ascending in (0, 1). */
  readonly levels: readonly number[];
  /** Which candidate serves each series, shape [series]: calibration uses that one's errors. */
  readonly candidateOf: (series: number) => Candidate;
}

/** A stratum with fewer scores per lead than this borrows scores of the neighbouring leads, then of the whole panel. */
const scoresWanted = 200;

/**
 * Builds the interval table. A score is (actual − forecast) ÷ scale at one series, origin and lead; origins do not overlap,
 * so each is counted once. The offset of level u is the ⌈(n+1)u⌉-th smallest score (⌊(n+1)u⌋-th below the median), which
 * holds the stated coverage for finite n when scores are exchangeable.
 * Leads are compared after division by the spread of their lead, so that neighbours can lend scores.
 * @returns offsets of 0 where the panel has no scores at all
 * Source: Lei et al. 2018, JASA 113; strata as in Mondrian conformal prediction (Vovk 2005). Cost: O(scores · log scores).
 */
export function calibrate(table: BacktestTable, options: CalibrateOptions): IntervalTable {
  const { levels } = options;
  const { horizon } = table;
  const strata = intervalStrata;
  const scores = collectScores(table, options);
  const offsets = new Float64Array(strata.length * horizon * levels.length);
  const result: IntervalTable = { levels, strata, horizon, offsets };
  const pooled = mergeScores(scores);
  for (let stratum = 0; stratum < strata.length; stratum++) {
    const own = scores[stratum] as Float64Array[];
    const largest = own.reduce((most, lead) => Math.max(most, lead.length), 0);
    const enough = largest * horizon >= needed(levels) && largest * Math.min(horizon, 5) >= scoresWanted / 4;
    const source = enough ? own : pooled;
    const spreads = leadSpreads(source);
    for (let k = 0; k < horizon; k++) {
      const window = leadWindow(source, spreads, k);
      writeQuantiles(window, spreads[k] as number, {
        levels,
        out: offsets,
        at: offsetIndex(result, stratum, k + 1),
      });
    }
  }
  return result;
}

/** Scores that the outermost level needs: 39 for a two-sided 95 % interval. */
function needed(levels: readonly number[]): number {
  const tail = Math.min(levels[0] as number, 1 - (levels[levels.length - 1] as number));
  return Math.ceil(1 / tail) - 1;
}

/** Scores by stratum and lead, unsorted. */
function collectScores(table: BacktestTable, options: CalibrateOptions): Float64Array[][] {
  const { horizon, originsMax, seriesCount } = table;
  const lists = intervalStrata.map(() => Array.from({ length: horizon }, (): number[] => []));
  const errors = new Float64Array(horizon);
  for (let series = 0; series < seriesCount; series++) {
    const candidate = options.candidateOf(series);
    for (let origin = 0; origin < (table.origins[series] as number); origin++) {
      candidateErrors(table, { candidate, series, origin }, errors);
      const scale = table.scales[series * originsMax + origin] as number;
      const leads = lists[table.strata[series * originsMax + origin] as number] as number[][];
      for (let k = 0; k < horizon; k++) {
        const score = (errors[k] as number) / scale;
        if (Number.isFinite(score)) (leads[k] as number[]).push(score);
      }
    }
  }
  return lists.map((leads) => leads.map((scores) => Float64Array.from(scores)));
}

function mergeScores(scores: readonly Float64Array[][]): Float64Array[] {
  const leads = scores[0]?.length ?? 0;
  return Array.from({ length: leads }, (_, k) => {
    const parts = scores.map((stratum) => stratum[k] as Float64Array);
    const merged = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      merged.set(part, at);
      at += part.length;
    }
    return merged;
  });
}

/** Mean |score| per lead, smoothed over three leads so that a small panel does not jump; 1 where nothing is known. */
function leadSpreads(scores: readonly Float64Array[]): Float64Array {
  const sums = scores.map((lead) => lead.reduce((sum, score) => sum + Math.abs(score), 0));
  const counts = scores.map((lead) => lead.length);
  return Float64Array.from(scores, (_, k) => {
    let sum = 0;
    let count = 0;
    for (let j = Math.max(0, k - 1); j <= Math.min(scores.length - 1, k + 1); j++) {
      const weight = j === k ? 2 : 1;
      sum += weight * (sums[j] as number);
      count += weight * (counts[j] as number);
    }
    return count > 0 && sum > 0 ? sum / count : 1;
  });
}

/** Scores of lead k and of as many neighbours as it takes, each in units of its lead's spread, ascending. */
function leadWindow(scores: readonly Float64Array[], spreads: Float64Array, k: number): Float64Array {
  let from = k;
  let to = k;
  let size = (scores[k] as Float64Array).length;
  while (size < scoresWanted && (from > 0 || to < scores.length - 1)) {
    if (from > 0) size += (scores[--from] as Float64Array).length;
    if (to < scores.length - 1) size += (scores[++to] as Float64Array).length;
  }
  const window = new Float64Array(size);
  let at = 0;
  for (let j = from; j <= to; j++) {
    const spread = spreads[j] as number;
    for (const score of scores[j] as Float64Array) window[at++] = score / spread;
  }
  return window.sort();
}

function writeQuantiles(
  sorted: Float64Array,
  spread: number,
  target: { levels: readonly number[]; out: Float64Array; at: number },
): void {
  for (const [l, level] of target.levels.entries()) {
    target.out[target.at + l] = spread * conformalQuantile(sorted, level);
  }
}

/**
 * The finite-sample quantile: rank ⌈(n+1)u⌉ above the median, ⌊(n+1)u⌋ below it, within 1 … n.
 * @param sorted ascending; empty gives 0
 */
export function conformalQuantile(sorted: Float64Array, level: number): number {
  const n = sorted.length;
  if (n === 0) return 0;
  const position = (n + 1) * level;
  const rank = level >= 0.5 ? Math.ceil(position - 1e-9) : Math.floor(position + 1e-9);
  return sorted[Math.min(n, Math.max(1, rank)) - 1] as number;
}
