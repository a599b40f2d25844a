// What makes a history worth a look before it is forecast: signs of wrong data, or of a series that nobody should plan with. None of
// them proves anything; each names what was seen.

import { isOver, silenceOf } from './ended.ts';
import { unitChange } from './unit-change.ts';

/** From the gravest to the mildest; a series may have several. */
export const suspicionKinds = [
  'negative',
  'unit-change',
  'outlier',
  'ended',
  'constant',
  'once',
  'never',
] as const;

export type SuspicionKind = (typeof suspicionKinds)[number];

/** One sign, with what it was seen by; indices are those of the history. */
export type Suspicion =
  /** Demand below zero: how many periods, and the lowest. */
  | { readonly kind: 'negative'; readonly at: number; readonly value: number; readonly periods: number }
  /** Another unit from `at` on, up to before `until`; null = to the end. */
  | {
      readonly kind: 'unit-change';
      readonly at: number;
      readonly until: number | null;
      readonly factor: number;
    }
  /** One value far above all that is usual; `usual` is the median of the others above zero. */
  | { readonly kind: 'outlier'; readonly at: number; readonly value: number; readonly usual: number }
  /** Demand up to `at`, and none in the `periods` since. */
  | { readonly kind: 'ended'; readonly at: number; readonly periods: number }
  /** The same demand in each of the known periods. */
  | { readonly kind: 'constant'; readonly value: number; readonly periods: number }
  /** Demand in a single period. */
  | { readonly kind: 'once'; readonly at: number; readonly value: number }
  /** No demand in any of the known periods. */
  | { readonly kind: 'never'; readonly periods: number };

/** So many known values that never differ are no chance. */
const constantMin = 8;
/** So many values above zero say what is usual. */
const usualMin = 12;
/** How many times the middle half of the values an outlier lies above it; that half is taken for no narrower than a quarter of the median. */
const outlierSpreads = 10;
const narrowest = 0.25;
/** The same on a scale of ratios, by which orders of very different sizes are judged. */
const outlierRatios = 3;
/** Where more than this share of the values lies so far out, large orders are in the nature of the series. */
const outlierShareMax = 0.01;

/**
 * The signs in a history, in the order of `suspicionKinds`.
 * @param history demand per period, shape [n], from its first row to its last; NaN = unknown
 * @param about.silentPeriods periods after the last of the history in which the series had no row, though others had
 * @param about.season periods per cycle, 1 = none: a shorter silence ends nothing
 * Cost: O(n log n).
 */
export function suspicionsOf(
  history: Float64Array,
  about: { readonly silentPeriods: number; readonly season: number },
): Suspicion[] {
  const { known, lowest, lowestAt, negatives, demands, firstAt, lastAt } = seen(history);
  const found: Suspicion[] = [];
  if (negatives > 0) found.push({ kind: 'negative', at: lowestAt, value: lowest, periods: negatives });
  const change = unitChange(history);
  if (change !== null) found.push({ kind: 'unit-change', ...change });
  else found.push(...outlierOf(history));
  const first = history[firstAt]!;
  if (demands > 1) {
    const silence = silenceOf(history);
    silence[3]! += about.silentPeriods;
    if (isOver(silence, about.season)) found.push({ kind: 'ended', at: lastAt, periods: silence[3]! });
    if (known >= constantMin && demands === known && history.every((y) => Number.isNaN(y) || y === first))
      found.push({ kind: 'constant', value: first, periods: known });
  } else if (demands === 1) found.push({ kind: 'once', at: firstAt, value: first });
  else if (known > 0) found.push({ kind: 'never', periods: known });
  return found;
}

interface Seen {
  known: number;
  /** Periods with demand, returns among them. */
  demands: number;
  firstAt: number;
  lastAt: number;
  negatives: number;
  lowest: number;
  lowestAt: number;
}

function seen(history: Float64Array): Seen {
  const all: Seen = { known: 0, demands: 0, firstAt: -1, lastAt: -1, negatives: 0, lowest: 0, lowestAt: -1 };
  for (let t = 0; t < history.length; t++) {
    const y = history[t]!;
    if (Number.isNaN(y)) continue;
    all.known++;
    if (y === 0) continue;
    all.demands++;
    if (all.firstAt < 0) all.firstAt = t;
    all.lastAt = t;
    if (y > 0) continue;
    all.negatives++;
    if (y >= all.lowest) continue;
    all.lowest = y;
    all.lowestAt = t;
  }
  return all;
}

/** The largest of a few values that lie far above all others; [] = there are none. Cost: O(n log n). */
export function outlierOf(history: Float64Array): Extract<Suspicion, { kind: 'outlier' }>[] {
  const sizes = history.filter((y) => y > 0).sort();
  const n = sizes.length;
  if (n < usualMin) return [];
  const at = (share: number): number => sizes[Math.floor(share * (n - 1))]!;
  const usual = at(0.5);
  const spread = Math.max(at(0.75) - at(0.25), narrowest * usual);
  const ratio = at(0.75) / at(0.25);
  const fence = Math.max(at(0.75) + outlierSpreads * spread, at(0.75) * ratio ** outlierRatios);
  let beyond = 0;
  while (beyond < n && sizes[n - 1 - beyond]! > fence) beyond++;
  if (beyond === 0 || beyond > Math.max(1, outlierShareMax * n)) return [];
  const value = sizes[n - 1]!;
  return [{ kind: 'outlier', at: history.indexOf(value), value, usual }];
}
