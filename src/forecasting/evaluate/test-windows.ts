// Which windows a backtest looks at: not those of which nothing is known, nor those that follow a long silence. A forecast
// into the first weeks after a year without data says little of forecasts that follow yesterday's demand.

import { neededBefore } from './rolling-origins.ts';

export interface TestWindows {
  /** Periods of a window, ≥ 1. */
  readonly span: number;
  /** From one to the next, 1 … span. */
  readonly step: number;
  /** At most this many, ≥ 1. */
  readonly originsMax: number;
  /** Periods per cycle; 1 = none. */
  readonly season: number;
}

/** A silence that short is none, whatever the grid. */
const silenceMin = 8;
/** … nor is one of so many times the usual distance between two known values. */
const usualDistances = 4;

/**
 * Where the windows of a panel begin: periods from each to the end of every history, rising. A window is passed over when it is
 * no test for any series.
 * @param histories demand in units, NaN = unknown
 * @returns at least one, `originsMax` at most
 * Cost: O(windows) where everything is known, O(values × windows) at worst.
 */
export function windowDistances(
  histories: readonly Float64Array[],
  { span, step, originsMax, season }: TestWindows,
): number[] {
  const longest = histories.reduce((most, { length }) => Math.max(most, length), 0);
  const roomMax = longest - neededBefore(longest, season);
  const distances: number[] = [];
  for (let distance = span; distances.length < originsMax && distance <= roomMax; distance += step) {
    const isSeen = histories.some((history) =>
      isTest(history, { origin: history.length - distance, span, season }),
    );
    if (isSeen) distances.push(distance);
  }
  return distances.length === 0 ? [span] : distances;
}

/** Whether something of a window is known, and something shortly before it. */
export function isTest(
  history: Float64Array,
  { origin, span, season }: Pick<TestWindows, 'span' | 'season'> & { readonly origin: number },
): boolean {
  if (origin < 1) return false;
  let ahead = origin;
  while (ahead < origin + span && Number.isNaN(history[ahead])) ahead++;
  if (ahead === origin + span) return false;
  let known = origin - 1;
  while (known >= 0 && Number.isNaN(history[known])) known--;
  const silence = origin - 1 - known;
  return silence <= silenceMin || silence <= silenceMax(history, { span, season });
}

function silenceMax(history: Float64Array, { span, season }: Pick<TestWindows, 'span' | 'season'>): number {
  const known = history.reduce((count, value) => (Number.isNaN(value) ? count : count + 1), 0);
  return Math.max(2 * (season + span), (usualDistances * history.length) / Math.max(1, known));
}
