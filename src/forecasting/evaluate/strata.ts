// Kinds of series whose forecast errors look alike once divided by their scale: the strata of the interval table.

import { endedStrata, openHistory } from '../models/index.ts';
import { classify, cv2Cut } from './demand-class.ts';
import { endedAs, silenceOf } from './ended.ts';
import { recentDemandShare } from './scales.ts';

/** Lower bounds of the recent share of periods with demand; below the last one there is one more stratum. */
const shareBounds = [0.5, 0.25, 0.12, 0.06, 0.03, 0.015];

const sparse = (name: string): string[] => [
  ...shareBounds.map((bound) => `${name}, demand in over ${100 * bound} % of periods`),
  `${name}, demand in fewer periods`,
];

export const intervalStrata: readonly string[] = [
  'smooth',
  'erratic',
  ...sparse('intermittent'),
  ...sparse('lumpy'),
  'never sold',
  ...endedStrata,
];

/** Strata of one family are ordered by likeness: a small one borrows from its neighbours first. From, and one past the end. */
export const strataFamilies: readonly (readonly [number, number])[] = [
  [0, 2],
  [2, 3 + shareBounds.length],
  [3 + shareBounds.length, 4 + 2 * shareBounds.length],
  [4 + 2 * shareBounds.length, 5 + 2 * shareBounds.length],
  [5 + 2 * shareBounds.length, 6 + 2 * shareBounds.length],
  [6 + 2 * shareBounds.length, 7 + 2 * shareBounds.length],
];

/** The strata from here on are of series whose demand has ended: each borrows from no other, and lends to none. */
export const endedFrom: number = intervalStrata.length - endedStrata.length;

/**
 * The first strata hold regular demand, whose scores leave out the bias of past windows: intervals of smooth demand are symmetric around
 * the forecast, those of erratic demand reach further up than down where its errors did.
 */
export const symmetricStrata = 2;

/**
 * Stratum of a series as known from this history; an index into `intervalStrata`.
 * @param history demand in units, shape [n], NaN = unknown
 * @param season  periods per cycle, 1 = none
 * Cost: O(n).
 */
export function intervalStratum(history: Float64Array, season: number): number {
  const ended = endedAs(silenceOf(history), season);
  if (ended !== undefined) return endedFrom + endedStrata.indexOf(ended);
  const open = openHistory(history, season);
  const { demandClass, adi } = classify(open);
  if (demandClass === 'smooth') return 0;
  if (demandClass === 'erratic') return changesErratically(open, season) ? 1 : 0;
  if (!Number.isFinite(adi)) return endedFrom - 1;
  const share = recentDemandShare(open);
  const bin = shareBounds.findIndex((bound) => share >= bound);
  const [from] = strataFamilies[demandClass === 'intermittent' ? 1 : 2] as readonly [number, number];
  return from + (bin < 0 ? shareBounds.length : bin);
}

/**
 * True when demand is as erratic from one period to the next, and from one cycle to the next, as over the whole history: a trend, which is
 * forecast, spreads the values of a history, but leaves its neighbours alike; a season leaves the cycles alike.
 */
function changesErratically(history: Float64Array, season: number): boolean {
  return [1, season].every((lag) => !(successiveVariation(history, lag) <= cv2Cut));
}

/**
 * Half the mean squared difference of demands some periods apart, by the square of their mean: the squared coefficient of variation where
 * neither trend nor season moves demand. NaN of no pair.
 * Source: von Neumann 1941, Annals of Mathematical Statistics 12.
 */
function successiveVariation(history: Float64Array, lag: number): number {
  let squares = 0;
  let sum = 0;
  let pairs = 0;
  for (let t = lag; t < history.length; t++) {
    const [now, before] = [history[t] as number, history[t - lag] as number];
    if (!(now > 0 && before > 0)) continue;
    squares += (now - before) ** 2 / 2;
    sum += (now + before) / 2;
    pairs++;
  }
  return (squares * pairs) / sum ** 2;
}

/** Regular demand sells nearly always; sparse demand is mostly zeros. */
export type DemandKind = 'regular' | 'sparse';

/**
 * @param stratum an index into the strata of an interval table, or into the same strata once more (quantiles of the model)
 * @param ownFrom where the second time begins
 */
export function demandKind(stratum: number, ownFrom: number = intervalStrata.length): DemandKind {
  return stratum % ownFrom < symmetricStrata ? 'regular' : 'sparse';
}
