// Lead times as shares of probability over whole periods: how long an ordered unit takes to come.

import { assert, Rng } from '../../core/index.ts';

/** Probability that an order placed now can serve demand from period `periods` + 1 on; 0 = it is there for the next period. */
export interface LeadTimeShare {
  /** Whole periods, 0 or more. */
  readonly periods: number;
  readonly probability: number;
}

/** A lead time as people state it: always the same, a mean and a standard deviation, or a distribution. */
export type LeadTime = number | { readonly mean: number; readonly sd: number } | readonly LeadTimeShare[];

/** Lead times further than this many standard deviations from the mean are left out. */
const deviationsMost = 4;

/**
 * A lead time as shares that sum to 1, shortest first. A number that is not whole is a mix of the two beside it. A deviation below
 * one period becomes three whole periods with exactly this mean and deviation, or the mix where whole periods deviate by more anyhow;
 * a larger one a normal curve over the whole periods from 0 up, tilted so that the mean is exact, its deviation close to the one stated
 * when the mean is at least as large.
 */
export function leadTimeShares(lead: LeadTime): readonly LeadTimeShare[] {
  if (typeof lead === 'number') return mixOf(lead);
  if ('mean' in lead) return lead.sd > 0 ? deviating(lead.mean, lead.sd) : mixOf(lead.mean);
  const total = lead.reduce((sum, { probability }) => sum + probability, 0);
  assert(lead.length > 0 && total > 0, 'a lead time has a share with a probability');
  const shares = new Map<number, number>();
  for (const { periods, probability } of lead) {
    assert(Number.isInteger(periods) && periods >= 0 && probability >= 0, 'lead times are whole periods');
    if (probability > 0) shares.set(periods, (shares.get(periods) ?? 0) + probability / total);
  }
  return [...shares]
    .map(([periods, probability]) => ({ periods, probability }))
    .sort((a, b) => a.periods - b.periods);
}

/** Mean, variance and longest of a distribution. */
export function leadTimeMoments(shares: readonly LeadTimeShare[]): {
  mean: number;
  variance: number;
  longest: number;
} {
  const mean = shares.reduce((sum, { periods, probability }) => sum + periods * probability, 0);
  const variance = shares.reduce(
    (sum, { periods, probability }) => sum + probability * (periods - mean) ** 2,
    0,
  );
  return { mean, variance, longest: Math.max(...shares.map(({ periods }) => periods)) };
}

/**
 * A lead time for each of `count` paths, in the shares' proportions, in an order that has nothing to do with demand.
 * Cost: O(count).
 */
export function leadTimesOfPaths(shares: readonly LeadTimeShare[], count: number, seed: number): Int32Array {
  const leads = new Int32Array(count);
  let share = 0;
  let reached = shares[0]?.probability ?? 1;
  for (let i = 0; i < count; i++) {
    while ((i + 0.5) / count > reached && share < shares.length - 1)
      reached += (shares[++share] as LeadTimeShare).probability;
    leads[i] = (shares[share] as LeadTimeShare).periods;
  }
  if (shares.length === 1) return leads;
  const rng = new Rng(seed);
  for (let i = count - 1; i > 0; i--) {
    const j = rng.below(i + 1);
    const swapped = leads[i] as number;
    leads[i] = leads[j] as number;
    leads[j] = swapped;
  }
  return leads;
}

/** One lead time drawn at random. */
export function drawLeadTime(shares: readonly LeadTimeShare[], rng: Rng): number {
  let left = rng.uniform();
  for (const { periods, probability } of shares) {
    left -= probability;
    if (left < 0) return periods;
  }
  return (shares.at(-1) as LeadTimeShare).periods;
}

function mixOf(mean: number): readonly LeadTimeShare[] {
  assert(Number.isFinite(mean) && mean >= 0, 'a lead time is 0 or more periods');
  const below = Math.floor(mean);
  if (below === mean) return [{ periods: mean, probability: 1 }];
  return [
    { periods: below, probability: below + 1 - mean },
    { periods: below + 1, probability: mean - below },
  ];
}

function deviating(mean: number, sd: number): readonly LeadTimeShare[] {
  if (sd >= 1) return discreteNormal(mean, sd);
  const below = Math.floor(mean);
  // Whole periods around a mean between two of them deviate by so much at least.
  if (sd * sd <= (mean - below) * (below + 1 - mean)) return mixOf(mean);
  return threePoints(mean, sd) ?? discreteNormal(mean, sd);
}

/** The nearest whole period and two as far to both sides of it; undefined when one of them would lie before now. */
function threePoints(mean: number, sd: number): readonly LeadTimeShare[] | undefined {
  const middle = Math.round(mean);
  const shift = mean - middle;
  const square = sd * sd + shift * shift;
  const away = Math.ceil(Math.sqrt(square) - 1e-12);
  if (middle < away) return undefined;
  const outside = square / (away * away);
  const shares = [
    { periods: middle - away, probability: (outside - shift / away) / 2 },
    { periods: middle, probability: 1 - outside },
    { periods: middle + away, probability: (outside + shift / away) / 2 },
  ];
  return shares.filter(({ probability }) => probability > 1e-12);
}

function discreteNormal(mean: number, sd: number): readonly LeadTimeShare[] {
  assert(mean >= 0, 'a lead time is 0 or more periods');
  const from = Math.max(0, Math.floor(mean - deviationsMost * sd));
  const to = Math.ceil(mean + deviationsMost * sd);
  const at = (centre: number): LeadTimeShare[] => {
    const weights = Array.from({ length: to - from + 1 }, (_, i) =>
      Math.exp(-((from + i - centre) ** 2) / (2 * sd * sd)),
    );
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    return weights.map((weight, i) => ({ periods: from + i, probability: weight / total }));
  };
  // Cutting at 0 moves the mean up: the centre of the curve is moved until the mean is right.
  let low = mean - 50 * sd;
  let high = mean + sd;
  for (let step = 0; step < 60; step++) {
    const centre = (low + high) / 2;
    if (leadTimeMoments(at(centre)).mean > mean) high = centre;
    else low = centre;
  }
  return at((low + high) / 2).filter(({ probability }) => probability > 1e-9);
}
