// The trailing level: the unit in which a series is learnt. Dividing by it makes small and large series one problem.

import type { FeaturePlan } from './feature-plan.ts';
import { launchLevel } from './launch.ts';
import type { SeriesWindow } from './window.ts';

/** A maximum above this many times the mean of the other demands counts as this many times that mean. */
const giantRatio = 10;
/** Known values below which a young series leans on its launch level. */
const youngValues = 8;

/**
 * The demand per period that all lag features and the target are divided by, in the user's unit; above 0.
 * The mean of the known values of the last `plan.levelPeriods` periods, of |y| where demand may be negative. A sparse
 * series leans on the mean over all that is looked back at; one single giant order is cut back; a series with fewer than
 * 8 known values leans on what similar series sold when they were launched, and is that where it has no history.
 * Scaling the history scales the level, except where it leans on a launch level.
 * Cost: O(plan.levelPeriods), O(plan.historyPeriods) for sparse and young series; allocates nothing.
 */
export function trailingLevel(plan: FeaturePlan, window: SeriesWindow): number {
  const begin = firstIndexRead(plan, window);
  return levelAt(plan, window, begin);
}

/** The first index that features may read: at most `historyPeriods` back and not before the first demand. */
export function firstIndexRead(plan: FeaturePlan, window: SeriesWindow): number {
  const earliest = Math.max(0, window.last - plan.historyPeriods + 1);
  const { values, last, firstPeriod } = window;
  if (firstPeriod !== undefined) {
    const first = last - (window.period - firstPeriod);
    return first > last ? earliest : Math.max(earliest, first);
  }
  for (let i = earliest; i <= last; i++) {
    const value = values[i]!;
    if (!Number.isNaN(value) && value !== 0) return i;
  }
  return earliest;
}

/** `trailingLevel`, for who knows the first index already. */
export function levelAt(plan: FeaturePlan, window: SeriesWindow, begin: number): number {
  const { values, last } = window;
  const from = Math.max(begin, last - plan.levelPeriods + 1);
  const recent = sumUp(values, from, last);
  const recentSum = withoutGiant(recent);
  const positive = recent.count > 0 ? recent.demands / recent.count : 0;
  const dense = recent.count >= youngValues && recent.count * 4 >= plan.levelPeriods && positive >= 0.5;
  if (dense) return recentSum / recent.count;
  return sparseLevel(plan, window, {
    begin,
    sum: recentSum,
    count: recent.count,
    lean: positive >= 0.5 ? 0 : 1 - 2 * positive,
  });
}

function sparseLevel(
  plan: FeaturePlan,
  window: SeriesWindow,
  recent: { begin: number; sum: number; count: number; lean: number },
): number {
  const all = sumUp(window.values, recent.begin, window.last);
  const allSum = withoutGiant(all);
  if (!(allSum > 0)) {
    // Known zeros, one after the other, take the launch level down.
    const patience = plan.levelPeriods / 4;
    return (launchLevel(plan, window) * patience) / (patience + all.count);
  }
  const allMean = allSum / all.count;
  const strength = (plan.levelPeriods / 4) * (recent.count > 0 ? recent.lean : 1);
  const own =
    recent.count + strength > 0 ? (recent.sum + strength * allMean) / (recent.count + strength) : allMean;
  if (all.count >= youngValues || plan.launch.effects.length === 0) return own;
  const doubt = (youngValues - all.count) / 4;
  return (all.count * own + doubt * launchLevel(plan, window)) / (all.count + doubt);
}

/** Reused by every call: JavaScript runs one at a time per thread. */
const sums = { sum: 0, count: 0, demands: 0, max: 0 };

function sumUp(values: Float64Array, from: number, to: number): typeof sums {
  let sum = 0;
  let count = 0;
  let demands = 0;
  let max = 0;
  for (let i = to; i >= from; i--) {
    const value = Math.abs(values[i]!);
    if (Number.isNaN(value)) continue;
    sum += value;
    count++;
    if (value > 0) demands++;
    if (value > max) max = value;
  }
  sums.sum = sum;
  sums.count = count;
  sums.demands = demands;
  sums.max = max;
  return sums;
}

function withoutGiant(all: typeof sums): number {
  if (all.demands < 4) return all.sum;
  const others = (all.sum - all.max) / (all.demands - 1);
  return all.max > giantRatio * others ? all.sum - all.max + giantRatio * others : all.sum;
}
