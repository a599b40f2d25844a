// The denominators of scaled errors. Each is computed from the training values alone.

import { normalQuantile, studentQuantile } from '../maths/index.ts';
import { scaleLag, seriesScale } from '../models/index.ts';

/**
 * From where scales are taken: the first sale, as an item that is not sold yet is forecast without error by anybody; or the first
 * row, as published comparisons of MASE do.
 */
export type ScaleFrom = 'first-sale' | 'first-row';

/**
 * Scale of MASE: mean |y(t) − y(t−m)| over the history.
 * @param history demand in units, shape [n]; pairs with a NaN are skipped
 * @param season  m ≥ 1, periods
 * @param from    default: the first sale
 * @returns NaN when no pair exists; 0 for a series that repeats itself exactly
 * Source: Hyndman and Koehler 2006, IJF 22(4). Cost: O(n), allocates nothing.
 */
export function seasonalNaiveScale(
  history: Float64Array,
  season: number,
  from: ScaleFrom = 'first-sale',
): number {
  let sum = 0;
  let count = 0;
  const first = from === 'first-sale' ? firstSale(history) : 0;
  for (let t = first + season; t < history.length; t++) {
    const difference = Math.abs((history[t] as number) - (history[t - season] as number));
    if (Number.isNaN(difference)) continue;
    sum += difference;
    count++;
  }
  return count === 0 ? Number.NaN : sum / count;
}

/** Index of the first value above zero in size (the first sale), or the length when there is none. NaN is not a sale. */
export function firstSale(history: Float64Array): number {
  let t = 0;
  while (t < history.length && !(Math.abs(history[t] as number) > 0)) t++;
  return t;
}

/**
 * Scale of RMSSE: mean (y(t) − y(t−1))² from the first sale on.
 * @returns NaN when no pair exists, 0 for a series constant since its first sale
 * Source: M5 Competitors' Guide 2020. Cost: O(n), allocates nothing.
 */
export function squaredDifferenceScale(history: Float64Array): number {
  let sum = 0;
  let count = 0;
  for (let t = firstSale(history) + 1; t < history.length; t++) {
    const difference = (history[t] as number) - (history[t - 1] as number);
    if (Number.isNaN(difference)) continue;
    sum += difference * difference;
    count++;
  }
  return count === 0 ? Number.NaN : sum / count;
}

/**
 * Scale of SPL: mean |y(t) − y(t−1)| from the first sale on.
 * @returns NaN when no pair exists, 0 for a series constant since its first sale
 * Source: M5 Competitors' Guide (uncertainty) 2020. Cost: O(n), allocates nothing.
 */
export function absoluteDifferenceScale(history: Float64Array): number {
  let sum = 0;
  let count = 0;
  for (let t = firstSale(history) + 1; t < history.length; t++) {
    const difference = Math.abs((history[t] as number) - (history[t - 1] as number));
    if (Number.isNaN(difference)) continue;
    sum += difference;
    count++;
  }
  return count === 0 ? Number.NaN : sum / count;
}

/** Half-life of recency weights as a share of the history; never below two cycles or eight periods. */
const halfLifeShare = 0.1;
/** A calm end does not bring the scale below this share of the lifetime's. */
const calmShareMin = 0.1;

/** What is presumed of the differences before any is known, in mean sizes of a value. */
const presumedShare = 0.35;
/** It weighs as much as two differences: their mean may be small by chance, and its chance falls with the square of their number. */
const presumedCount = 2;
const presumedWeight = presumedCount ** 2;
const upperLevel = 0.975;

/** Where demand was more than this many times what it is now, differences are taken in proportion to it. */
const fallMin = 2;
/** … and no smaller than this share of them. */
const fallShareMin = 0.1;

function decayOf(length: number, lag: number): number {
  return 0.5 ** (1 / Math.max(2 * lag, 8, halfLifeShare * length));
}

/**
 * The unit of forecast errors of regular demand: mean absolute difference to the same phase of the previous cycle, recent
 * periods weighing more, so that a series that grew or calmed down is measured by what it is now. Of a few differences it is drawn
 * towards a third of the mean value, by ratio: two days that happen to be alike promise nothing, four years of a calm series do.
 * Differences of a time when demand was far higher count in proportion, as what fell to a quarter varies by a quarter.
 * @param history demand in units, shape [n], NaN = unknown, skipped
 * @param season  periods per cycle, 1 = none
 * @param whole   length of the history that this one begins: what its end is measured by, its beginning is
 * @returns positive and finite; see `seriesScale` for constant and empty histories
 * Cost: O(n), allocates nothing.
 */
export function recentScale(history: Float64Array, season: number, whole: number = history.length): number {
  const usual = scaleLag(whole > season ? whole : history.length, season);
  const lag = usual < history.length ? usual : scaleLag(history.length, season);
  const apart = recentDifference(history, lag);
  // Models see little of a season in two cycles or less: what it does to a period may be an error.
  const { mean, count } =
    lag > 1 && whole <= 2 * season
      ? [apart, recentDifference(history, 1)].reduce((a, b) => (a.mean >= b.mean ? a : b))
      : apart;
  const lifetime = seriesScale(history, season);
  const recent = mean > 0 ? Math.max(mean, calmShareMin * lifetime) : lifetime;
  const presumed = presumedShare * meanSizeOf(history);
  const unsure = history.length <= 2 * season ? unsureBy(count) : 1;
  if (!(recent < presumed)) return unsure * recent;
  return unsure * presumed * (recent / presumed) ** (count ** 2 / (count ** 2 + presumedWeight));
}

/**
 * How much further than its few differences say a young series may come to lie: Student's quantile over the normal one, as their mean
 * may be small by chance, and the error of the level itself, which rests on as few values. Of 1 difference 2.0, of 6 1.3, of 20 1.1.
 */
function unsureBy(count: number): number {
  const freedom = count + presumedCount;
  return (studentQuantile(upperLevel, freedom) / normalQuantile(upperLevel)) * Math.sqrt(1 + 1 / (count + 1));
}

/** Mean absolute difference of values some periods apart, recent ones weighing more; and of how many. 0 of none. */
function recentDifference(history: Float64Array, lag: number): { mean: number; count: number } {
  const decay = decayOf(history.length, lag);
  let weight = 1;
  let sum = 0;
  let total = 0;
  let count = 0;
  const levels = new LevelsBackwards(history, Math.max(2 * lag, 8));
  const now = levels.mean();
  for (let t = history.length - 1; t >= lag; t--) {
    const difference = Math.abs((history[t] as number) - (history[t - lag] as number));
    if (!Number.isNaN(difference)) {
      const share = now / levels.mean();
      const isFallen = share > 0 && share < 1 / fallMin;
      sum += weight * difference * (isFallen ? Math.max(fallShareMin, share) : 1);
      total += weight;
      count++;
    }
    weight *= decay;
    levels.step();
  }
  return { mean: total > 0 ? sum / total : 0, count };
}

/** Mean |value| of the known ones among the last few up to a period, which goes back from the end of a history. */
class LevelsBackwards {
  readonly #history: Float64Array;
  readonly #width: number;
  #last: number;
  #sum = 0;
  #count = 0;

  constructor(history: Float64Array, width: number) {
    this.#history = history;
    this.#width = width;
    this.#last = history.length - 1;
    for (let t = Math.max(0, history.length - width); t < history.length; t++) this.#take(t, 1);
  }

  /** NaN of nothing. */
  mean(): number {
    return this.#sum / this.#count;
  }

  step(): void {
    this.#take(this.#last, -1);
    this.#take(this.#last - this.#width, 1);
    this.#last--;
  }

  #take(t: number, sign: number): void {
    const value = this.#history[t];
    if (value === undefined || Number.isNaN(value)) return;
    this.#sum += sign * Math.abs(value);
    this.#count += sign;
  }
}

/** Mean |value| of what is known; 0 of nothing. */
function meanSizeOf(history: Float64Array): number {
  let sum = 0;
  let count = 0;
  for (const value of history) {
    if (Number.isNaN(value)) continue;
    sum += Math.abs(value);
    count++;
  }
  return count === 0 ? 0 : sum / count;
}

/**
 * The unit of forecast errors of intermittent demand: mean size of a demand, recent ones weighing more.
 * @returns positive and finite; 1 without any demand. Cost: O(n), allocates nothing.
 */
export function demandSize(history: Float64Array): number {
  const decay = decayOf(history.length, 1);
  let weight = 1;
  let sum = 0;
  let total = 0;
  for (let t = history.length - 1; t >= 0; t--) {
    const size = Math.abs(history[t] as number);
    if (size > 0) {
      sum += weight * size;
      total += weight;
    }
    weight *= decay;
  }
  return total > 0 && sum > 0 ? sum / total : 1;
}

/** Share of known periods with demand since the first sale, recent ones weighing more; 0 without any. Cost: O(n). */
export function recentDemandShare(history: Float64Array): number {
  const decay = decayOf(history.length, 1);
  const first = firstSale(history);
  let weight = 1;
  let sum = 0;
  let total = 0;
  for (let t = history.length - 1; t >= first; t--) {
    const y = history[t] as number;
    if (!Number.isNaN(y)) {
      total += weight;
      if (y !== 0) sum += weight;
    }
    weight *= decay;
  }
  return total > 0 ? sum / total : 0;
}
