// How much harder or easier a series is than its scale says, learnt from its own backtest errors and shrunk towards 1 as
// far as origins of one series disagree with each other. Regular demand only: the errors of sparse demand in one window say
// more about whether somebody happened to buy.

import { type BacktestTable, type CandidateOf, candidateErrors } from './backtest-table.ts';
import { symmetricStrata } from './strata.ts';

export interface OwnErrors {
  /** Factor on the scale of a series, from all its origins; 1 without any. */
  factor(series: number): number;
  /**
   * Factor on the scale at an origin, from the series' other origins, times the level of all errors at that origin
   * relative to the latest: what makes a score comparable with those to come.
   */
  unit(series: number, origin: number): number;
}

/** Errors smaller than this share of the average are lifted to it, so that one perfect fold does not decide. */
const leastShare = 1e-3;

/**
 * Empirical Bayes on ln(mean |e| ÷ scale): the covariance between origins of one series is what belongs to the series, the
 * rest is chance. Origins further back are brought to the level of the latest one, because errors shrink as histories grow.
 * Source: Efron and Morris 1975, JASA 70 (shrinkage by estimated variances). Cost: O(series × origins × horizon).
 */
export function ownErrors(table: BacktestTable, candidateOf: CandidateOf): OwnErrors {
  const { originsMax, seriesCount, origins } = table;
  const sizes = meanSizes(table, candidateOf);
  const originLevels = levelsOf(table, sizes);
  const logs = sizes;
  let sum = 0;
  let count = 0;
  eachOrigin(table, (at, origin) => {
    const size = (sizes[at] as number) / (originLevels[origin] as number);
    if (Number.isNaN(size)) return;
    sum += size;
    count++;
  });
  const average = count > 0 && sum > 0 ? sum / count : 1;
  let logSum = 0;
  eachOrigin(table, (at, origin) => {
    const relative = (sizes[at] as number) / (originLevels[origin] as number) / average;
    if (Number.isNaN(relative)) return;
    logs[at] = Math.log(Math.max(leastShare, relative));
    logSum += logs[at] as number;
  });
  const centre = count > 0 ? logSum / count : 0;
  for (let at = 0; at < logs.length; at++) logs[at] = (logs[at] as number) - centre;
  const { between, within } = variances(table, logs);
  const shrunk = (series: number, skip: number): number => {
    let total = 0;
    let known = 0;
    for (let origin = 0; origin < (origins[series] as number); origin++) {
      const log = logs[series * originsMax + origin] as number;
      if (origin === skip || Number.isNaN(log)) continue;
      total += log;
      known++;
    }
    return series < seriesCount ? Math.exp((between * total) / (known * between + within)) : 1;
  };
  return {
    factor: (series) => shrunk(series, -1),
    unit: (series, origin) => (originLevels[origin] as number) * shrunk(series, origin),
  };
}

/** Mean |e| ÷ scale, shape [series × originsMax]; NaN where there is no backtest, no known truth, or sparse demand. */
function meanSizes(table: BacktestTable, candidateOf: CandidateOf): Float64Array {
  const { seriesCount, originsMax, horizon } = table;
  const sizes = new Float64Array(seriesCount * originsMax).fill(Number.NaN);
  const errors = new Float64Array(horizon);
  for (let series = 0; series < seriesCount; series++) {
    for (let origin = 0; origin < (table.origins[series] as number); origin++) {
      if ((table.strata[series * originsMax + origin] as number) >= symmetricStrata) continue;
      const candidate = candidateOf(series, origin);
      candidateErrors(table, { candidate, series, origin }, errors);
      let sum = 0;
      let count = 0;
      for (const error of errors) {
        if (Number.isNaN(error)) continue;
        sum += Math.abs(error);
        count++;
      }
      const at = series * originsMax + origin;
      sizes[at] = sum / count / (table.scales[at] as number);
    }
  }
  return sizes;
}

/**
 * Level of all errors at each origin relative to the latest: a chain of ratios of medians between neighbouring origins,
 * each over the series that have both, believed as far as the levels differ by more than chance explains. Of few series one quiet
 * window says little about those to come; of thousands it says what it is. A trend in the levels is not carried on past the latest
 * origin: see decision 0005.
 */
function levelsOf(table: BacktestTable, sizes: Float64Array): Float64Array {
  const { originsMax, seriesCount } = table;
  const logs: number[] = [0];
  const chances: number[] = [];
  for (let origin = 1; origin < originsMax; origin++) {
    const steps: number[] = [];
    const older: number[] = [];
    const newer: number[] = [];
    for (let series = 0; series < seriesCount; series++) {
      const at = series * originsMax + origin;
      const both = (sizes[at] as number) + (sizes[at - 1] as number);
      if (Number.isNaN(both)) continue;
      older.push(sizes[at] as number);
      newer.push(sizes[at - 1] as number);
      const step = Math.log((sizes[at] as number) / (sizes[at - 1] as number));
      if (Number.isFinite(step)) steps.push(step);
    }
    const ratio = median(older) / median(newer);
    const isRatio = ratio > 0 && Number.isFinite(ratio);
    logs.push((logs[origin - 1] as number) + (isRatio ? Math.log(ratio) : 0));
    if (steps.length > 0) chances.push(chanceOf(steps));
  }
  return believed(logs, chances);
}

/** Upper median; NaN of nothing. */
function median(values: readonly number[]): number {
  return Float64Array.from(values).sort()[values.length >> 1] ?? Number.NaN;
}

/**
 * Variance that chance gives to the level of one origin: that of a median over series. How far they differ in their step from one window
 * to the next has the noise of two. A single series cannot tell noise from a change: half of its step counts as noise.
 */
function chanceOf(steps: readonly number[]): number {
  const n = steps.length;
  if (n === 1) return (steps[0] as number) ** 2 / 4;
  const mean = steps.reduce((sum, step) => sum + step, 0) / n;
  const variance = steps.reduce((sum, step) => sum + (step - mean) ** 2, 0) / (n - 1);
  return ((Math.PI / 2) * variance) / (2 * n);
}

/**
 * Levels shrunk towards their mean, relative to the latest. Empirical Bayes: of their variance what chance explains is taken off.
 * @param logs    of each origin's level, the latest first
 * @param chances variances by chance, one for each pair of neighbours that could be compared
 */
function believed(logs: readonly number[], chances: readonly number[]): Float64Array {
  const n = logs.length;
  const mean = logs.reduce((sum, log) => sum + log, 0) / n;
  const variance = logs.reduce((sum, log) => sum + (log - mean) ** 2, 0) / Math.max(1, n - 1);
  const chance = chances.reduce((sum, one) => sum + one, 0) / Math.max(1, chances.length);
  const share = variance > 0 ? Math.max(0, 1 - chance / variance) : 0;
  return Float64Array.from(logs, (log) => Math.exp(share * (log - (logs[0] as number))));
}

function eachOrigin(table: BacktestTable, visit: (at: number, origin: number) => void): void {
  for (let series = 0; series < table.seriesCount; series++) {
    for (let origin = 0; origin < (table.origins[series] as number); origin++) {
      visit(series * table.originsMax + origin, origin);
    }
  }
}

/** Variance of the logs between series (covariance of two origins of one series) and within them. */
function variances(table: BacktestTable, logs: Float64Array): { between: number; within: number } {
  let products = 0;
  let pairs = 0;
  let squares = 0;
  let count = 0;
  eachOrigin(table, (at, origin) => {
    const log = logs[at] as number;
    if (Number.isNaN(log)) return;
    squares += log * log;
    count++;
    for (let other = 0; other < origin; other++) {
      const product = log * (logs[at - origin + other] as number);
      if (Number.isNaN(product)) continue;
      products += product;
      pairs++;
    }
  });
  const between = pairs > 0 ? Math.max(0, products / pairs) : 0;
  return { between, within: Math.max(1e-9, squares / Math.max(1, count) - between) };
}
