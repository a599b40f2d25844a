// Level and trend: what the history looked like at the origin, every value divided by the trailing level.

import { exactHalving, exactLn } from '../maths/index.ts';
import type { FeatureColumn, FeaturePlan } from './feature-plan.ts';
import type { Block, Origin } from './origin.ts';

/** Half-lives that an exponentially weighted mean looks back. */
const halfLivesRead = 6;

/**
 * Lags, trailing means, exponentially weighted means, spread, sparseness, age and ln(level). Unknown values are skipped;
 * a mean of nothing is NaN. Sums run from the origin backwards, so a history cut at `historyPeriods` gives the same bits.
 */
export function historyBlock(plan: FeaturePlan): Block {
  const columns: FeatureColumn[] = [
    ...plan.lags.map((lag) => number(`lag_${lag}`)),
    ...plan.windows.map((window) => number(`mean_${window}`)),
    ...plan.halfLives.map((halfLife) => number(`ewm_${halfLife}`)),
    ...['max', 'deviation', 'nonzero', 'since_demand', 'age', 'known', 'ln_level'].map(number),
  ];
  const weights = plan.halfLives.map((halfLife) =>
    Float64Array.from({ length: Math.ceil(halfLivesRead * halfLife) }, (_, back) =>
      exactHalving(back / halfLife),
    ),
  );
  const meansAt = plan.lags.length;
  const weightedAt = meansAt + plan.windows.length;
  const restAt = weightedAt + weights.length;
  return {
    columns,
    atOrigin: (origin, row, at) => {
      for (let i = 0; i < plan.lags.length; i++) {
        const index = origin.last - plan.lags[i]! + 1;
        row[at + i] = index >= origin.begin ? origin.values[index]! * origin.perLevel : Number.NaN;
      }
      writeMeans(origin, plan.windows, row, at + meansAt);
      for (let i = 0; i < weights.length; i++) row[at + weightedAt + i] = weightedMean(origin, weights[i]!);
      writeSpread(origin, plan, row, at + restAt);
    },
  };
}

function number(name: string): FeatureColumn {
  return { name, kind: 'number' };
}

/** Means over ascending windows in one pass; a window that the history does not fill is the mean of what there is. */
function writeMeans(origin: Origin, windows: readonly number[], row: Float32Array, at: number): void {
  const { values, begin, last, perLevel } = origin;
  let sum = 0;
  let count = 0;
  let i = last;
  for (let w = 0; w < windows.length; w++) {
    const from = last - windows[w]! + 1;
    const stop = Math.max(from, begin);
    for (; i >= stop; i--) {
      const value = values[i]!;
      if (Number.isNaN(value)) continue;
      sum += value;
      count++;
    }
    row[at + w] = count > 0 ? (sum / count) * perLevel : Number.NaN;
  }
}

function weightedMean(origin: Origin, weights: Float64Array): number {
  const { values, begin, last } = origin;
  let sum = 0;
  let total = 0;
  for (let back = 0; back < weights.length && last - back >= begin; back++) {
    const value = values[last - back]!;
    if (Number.isNaN(value)) continue;
    sum += weights[back]! * value;
    total += weights[back]!;
  }
  return total > 0 ? (sum / total) * origin.perLevel : Number.NaN;
}

function writeSpread(origin: Origin, plan: FeaturePlan, row: Float32Array, at: number): void {
  const { values, begin, last, perLevel } = origin;
  const from = Math.max(begin, last - plan.levelPeriods + 1);
  let count = 0;
  let demands = 0;
  let sum = 0;
  let squares = 0;
  let max = Number.NEGATIVE_INFINITY;
  for (let i = last; i >= from; i--) {
    const value = values[i]! * perLevel;
    if (Number.isNaN(value)) continue;
    count++;
    sum += value;
    squares += value * value;
    if (value !== 0) demands++;
    if (value > max) max = value;
  }
  const mean = sum / count;
  row[at] = count > 0 ? max : Number.NaN;
  row[at + 1] = count > 1 ? Math.sqrt(Math.max(0, squares / count - mean * mean)) : Number.NaN;
  row[at + 2] = count > 0 ? demands / count : Number.NaN;
  row[at + 3] = sinceDemand(origin);
  // Without a history there is no age; the oldest age told apart is what is looked back at.
  row[at + 4] = last >= begin ? last - begin + 1 : 0;
  row[at + 5] = count / plan.levelPeriods;
  row[at + 6] = exactLn(origin.level);
}

/** Periods since the last demand, 0 = the origin had some; NaN = none within reach. */
function sinceDemand({ values, begin, last }: Origin): number {
  for (let i = last; i >= begin; i--) {
    const value = values[i]!;
    if (!Number.isNaN(value) && value !== 0) return last - i;
  }
  return Number.NaN;
}
