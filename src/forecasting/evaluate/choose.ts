// The automatic choice: which candidate serves which series, from backtest losses alone. First one candidate for all series
// together, because a single series' few origins say more about luck than about models; then another one for a series where
// its own origins agree that it is better there. A few series are chosen for by `choose-few.ts`.

import { chooseFew, fewSeries, seriesWithLosses } from './choose-few.ts';
import type { LossTable } from './losses.ts';

export interface Choice {
  readonly common: number;
  /** A candidate per series, shape [series]; a series without evidence gets the common one. */
  readonly ofSeries: Int32Array;
  /** The candidate per series, had one origin not happened. */
  without(origin: number): Int32Array;
}

/** An origin weighs this much of the next more recent one when evidence is pooled. */
const originDecay = 0.5;
/** Share of series at each end whose paired differences are pulled in to the rest. */
const winsorShare = 0.05;
/** A candidate must beat the default by this many standard errors of the mean paired difference. */
const standardErrors = 1;
/** … and by this share of the default's loss: a difference nobody would notice is no reason to leave a pool of models. */
const gainShareMin = 0.005;
/** A series leaves the common candidate when the expected gain exceeds this many posterior standard deviations. */
const posteriorDeviations = 1.5;

/**
 * Chooses a candidate for each series.
 * The common one: largest mean paired gain over the default less its standard error, over series, recent origins weighing
 * more, extremes winsorised; the default if none gains. For one series: the difference to the common candidate is taken as
 * normal around the panel's mean difference, with variance between series estimated by the covariance of its origins
 * (empirical Bayes); a candidate is taken when its posterior mean gain is clear of zero by its posterior standard deviation times 1.5.
 * @param fallback index of the default candidate
 * Source of the shrinkage: Efron and Morris 1975, JASA 70. Cost: O(series × candidates × origins²).
 */
export function choose(losses: LossTable, fallback: number): Choice {
  if (seriesWithLosses(losses) < fewSeries)
    return {
      ...chooseFew(losses, fallback),
      without: (origin) => chooseFew(withoutOrigin(losses, origin), fallback).ofSeries,
    };
  const common = chooseCommon(losses, fallback);
  return {
    common,
    ofSeries: chooseOwn(losses, common),
    // The common candidate rests on all series, so one origin more or less says little; a series' own choice does not.
    without: (origin) => chooseOwn(withoutOrigin(losses, origin), common),
  };
}

/** A candidate per series, given the one that serves those without strong evidence for another. See `choose`. */
function chooseOwn(losses: LossTable, common: number): Int32Array {
  const ofSeries = new Int32Array(losses.seriesCount).fill(common);
  const bestBounds = new Float64Array(losses.seriesCount);
  for (let candidate = 0; candidate < losses.candidateCount; candidate++) {
    if (candidate === common) continue;
    const gains = pairedGains(losses, common, candidate);
    const { mean, between, within } = spread(losses, gains);
    if (between === 0) continue;
    for (let series = 0; series < losses.seriesCount; series++) {
      const { sum, count } = seriesSum(gains, { series, originsMax: losses.originsMax, centre: mean });
      if (count === 0) continue;
      const certainty = count * between + within;
      const gain = mean + (sum * between) / certainty;
      const bound = gain - posteriorDeviations * Math.sqrt((between * within) / certainty);
      if (bound <= (bestBounds[series] as number)) continue;
      bestBounds[series] = bound;
      ofSeries[series] = candidate;
    }
  }
  return ofSeries;
}

function chooseCommon(losses: LossTable, fallback: number): number {
  let best = fallback;
  let bestGain = 0;
  const level = average(recentMeans(losses, lossesOf(losses, fallback)));
  for (let candidate = 0; candidate < losses.candidateCount; candidate++) {
    if (candidate === fallback) continue;
    const gains = winsorise(recentMeans(losses, pairedGains(losses, fallback, candidate)));
    const count = gains.length;
    if (count < fewSeries) continue;
    const mean = average(gains);
    const variance = gains.reduce((sum, gain) => sum + (gain - mean) ** 2, 0) / (count - 1);
    const sure = mean - standardErrors * Math.sqrt(variance / count);
    if (sure > bestGain && mean > gainShareMin * level) {
      best = candidate;
      bestGain = sure;
    }
  }
  return best;
}

function average(values: Float64Array): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Losses of one candidate, shape [series × originsMax]. */
function lossesOf(losses: LossTable, candidate: number): Float64Array {
  const { seriesCount, candidateCount, originsMax, values } = losses;
  const own = new Float64Array(seriesCount * originsMax);
  for (let series = 0; series < seriesCount; series++) {
    const from = (series * candidateCount + candidate) * originsMax;
    own.set(values.subarray(from, from + originsMax), series * originsMax);
  }
  return own;
}

/** Loss of `from` less loss of `to`, shape [series × originsMax]: above 0 = `to` is better. */
function pairedGains(losses: LossTable, from: number, to: number): Float64Array {
  const other = lossesOf(losses, to);
  return lossesOf(losses, from).map((loss, at) => loss - (other[at] as number));
}

/** One gain per series with evidence: the mean over origins, recent ones weighing more. */
function recentMeans(losses: LossTable, gains: Float64Array): Float64Array {
  const { seriesCount, originsMax } = losses;
  const means: number[] = [];
  for (let series = 0; series < seriesCount; series++) {
    let sum = 0;
    let total = 0;
    let weight = 1;
    for (let origin = 0; origin < originsMax; origin++) {
      const gain = gains[series * originsMax + origin] as number;
      if (!Number.isNaN(gain)) {
        sum += weight * gain;
        total += weight;
      }
      weight *= originDecay;
    }
    if (total > 0) means.push(sum / total);
  }
  return Float64Array.from(means);
}

function winsorise(values: Float64Array): Float64Array {
  const sorted = values.slice().sort();
  const cut = Math.floor(winsorShare * sorted.length);
  const low = sorted[cut] as number;
  const high = sorted[sorted.length - 1 - cut] as number;
  return sorted.map((value) => Math.min(high, Math.max(low, value)));
}

/** Mean gain, its variance between series (covariance of two origins of one series) and within a series. */
function spread(losses: LossTable, gains: Float64Array): { mean: number; between: number; within: number } {
  const { seriesCount, originsMax } = losses;
  const mean = average(recentMeans(losses, gains));
  let products = 0;
  let pairs = 0;
  let squares = 0;
  let count = 0;
  for (let series = 0; series < seriesCount; series++) {
    for (let origin = 0; origin < originsMax; origin++) {
      const gain = (gains[series * originsMax + origin] as number) - mean;
      if (Number.isNaN(gain)) continue;
      squares += gain * gain;
      count++;
      for (let other = 0; other < origin; other++) {
        const product = gain * ((gains[series * originsMax + other] as number) - mean);
        if (Number.isNaN(product)) continue;
        products += product;
        pairs++;
      }
    }
  }
  const between = pairs > 0 ? Math.max(0, products / pairs) : 0;
  return { mean, between, within: Math.max(1e-12, squares / Math.max(1, count) - between) };
}

function seriesSum(
  gains: Float64Array,
  at: { series: number; originsMax: number; centre: number },
): { sum: number; count: number } {
  let sum = 0;
  let count = 0;
  for (let origin = 0; origin < at.originsMax; origin++) {
    const gain = (gains[at.series * at.originsMax + origin] as number) - at.centre;
    if (Number.isNaN(gain)) continue;
    sum += gain;
    count++;
  }
  return { sum, count };
}

/**
 * The losses without one origin and those whose windows share periods with it: what the choice would have rested on, had
 * that time not been. Cost: one copy.
 */
export function withoutOrigin(losses: LossTable, origin: number): LossTable {
  const { originsMax, overlap } = losses;
  const values = losses.values.slice();
  for (let at = 0; at < values.length; at++)
    if (Math.abs((at % originsMax) - origin) < overlap) values[at] = Number.NaN;
  return { ...losses, values };
}
