// Faults of the data that show in what is stored: a column without values, or stuck; a group that sells no more. None of them is a matter of
// chance, so none waits for a second check. What is wrong with the values themselves is in `value-faults.ts`.

import type { DataFault } from '../../core/index.ts';
import type { WatchedNumbers } from './panel-columns.ts';

export interface FaultWindow {
  /** First period of all arrays. */
  readonly first: number;
  readonly from: number;
  readonly to: number;
  /** Periods from one week to the next. */
  readonly week: number;
  /** Is it a holiday? Then nobody need sell. Null = no calendar says so. */
  readonly isHoliday: ((period: number) => boolean) | null;
}

/** Share of series that must have had a value, for its absence to be one. */
const usuallyKnown = 0.5;
/** Share of what is usual below which a feed counts as dead. */
const deadShare = 0.1;
/** Weeks that say what is usual. */
const weeksBefore = 4;
/** Windows before that must all have varied. */
const variedBefore = 8;
/** A column is stuck when it says the same for so many times the longest that it ever did. */
const longerThanEver = 2;
/** A part of the series that is silent must be so until now, and for so many periods: one shop may be closed for a day. */
const silentMin = 2;

/** What of a column is looked at for silence: series that say something, and those that are there. */
export interface Feed extends Pick<WatchedNumbers, 'column' | 'group' | 'known' | 'there'> {
  /** Series that are closed say no demand, and nothing is wrong. */
  readonly isDemand: boolean;
}

/** Periods of the window in which nearly nobody says anything, of a column of which they did in the same place of the weeks before. */
export function deadFault(
  { column, group, known, there, isDemand }: Feed,
  { first, from, to, week, isHoliday }: FaultWindow,
  label: (period: number) => string,
): DataFault | null {
  const share = (period: number): number => {
    const i = period - first;
    return i < 0 || (there[i] ?? 0) === 0 ? Number.NaN : (known[i] as number) / (there[i] as number);
  };
  const dead: number[] = [];
  let before = 0;
  for (let period = from; period <= to; period++) {
    // What is usual is told by the weeks before the window, so that a fault does not become usual in it.
    const behind = Math.ceil((period - from + 1) / week);
    let usual = Number.POSITIVE_INFINITY;
    for (let k = 0; k < weeksBefore; k++) {
      const one = share(period - (behind + k) * week);
      if (Number.isNaN(one)) usual = 0;
      else usual = Math.min(usual, one);
    }
    if (usual < usuallyKnown || !(share(period) < deadShare * usual)) continue;
    if (isDemand && isHoliday?.(period) === true) continue;
    dead.push(period);
    before = Math.max(before, usual);
  }
  const [since] = dead;
  if (since === undefined) return null;
  const isOver = dead.at(-1) !== to;
  if (group !== null && (isOver || dead.length < silentMin)) return null;
  // A day on which nobody sold may be a holiday that no calendar has told of.
  if (isDemand && isHoliday === null && isOver && dead.length === 1) return null;
  const words = isOver ? `had no values in ${count(dead.length, 'period')} from` : 'has had no values since';
  const name = group === null ? column : `${column} of ${group}`;
  const because = `${name} ${words} ${label(since)}; before, ${percent(before)} of the series had one`;
  return { kind: 'dead', column, group, because, since, periods: dead.length };
}

/**
 * The same value everywhere through the whole window, and for twice as long as ever before, of a column that varied in each of the windows
 * before, and in the same one a year ago.
 */
export function constantFault(
  { column, low, high, known }: Pick<WatchedNumbers, 'column' | 'low' | 'high' | 'known'>,
  { first, from, to }: FaultWindow,
  year: number | null,
): DataFault | null {
  const length = to - from + 1;
  const varies = (begin: number): boolean | null => {
    let [least, most, values] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
    for (let period = begin; period < begin + length; period++) {
      const i = period - first;
      if (i < 0) return null;
      values += known[i] ?? 0;
      least = Math.min(least, low[i] as number);
      most = Math.max(most, high[i] as number);
    }
    return values < 2 * length ? null : most > least;
  };
  if (varies(from) !== false) return null;
  // There are no school holidays in any November.
  if (year !== null && varies(from - year) !== true) return null;
  const { begin, longest } = stretchesOf({ low, high, known }, { first, to });
  for (let k = 1; k <= variedBefore; k++) if (varies(begin - k * length) !== true) return null;
  const periods = to - begin + 1;
  // School holidays move from year to year, and the weeks between them with them.
  if (periods < longerThanEver * longest) return null;
  const value = low[from - first] as number;
  const because =
    `${column} is ${value} everywhere for ${count(periods, 'period')}; it varied in each of the ${variedBefore} windows before, ` +
    `and was never the same for more than ${longest}`;
  return { kind: 'constant', column, group: null, because, since: begin, periods };
}

/** Where the stretch of one value begins that ends at `to`, and the longest one before it, in periods. */
function stretchesOf(
  { low, high, known }: Pick<WatchedNumbers, 'low' | 'high' | 'known'>,
  { first, to }: Pick<FaultWindow, 'first' | 'to'>,
): { begin: number; longest: number } {
  let [begin, value, longest] = [first, Number.NaN, 0];
  for (let period = first; period <= to; period++) {
    const i = period - first;
    if ((known[i] ?? 0) === 0) continue;
    if (low[i] === value && high[i] === value) continue;
    longest = Math.max(longest, Number.isNaN(value) ? 0 : period - begin);
    [begin, value] = [period, low[i] === high[i] ? (low[i] as number) : Number.NaN];
  }
  return { begin, longest };
}

/** A group without demand through the whole window, which had some in each window before and in the same one a year ago. */
export function vanishedFault(
  { column, group, values }: Pick<WatchedNumbers, 'column' | 'group' | 'values'>,
  { first, from, to }: FaultWindow,
  year: number | null,
): DataFault | null {
  const length = to - from + 1;
  const sold = (begin: number): boolean | null => {
    if (begin < first) return null;
    const own = values.subarray(begin - first, begin - first + length);
    return own.some((value) => value > 0);
  };
  if (group === null || sold(from) !== false) return null;
  for (let k = 1; k <= variedBefore; k++) if (sold(from - k * length) !== true) return null;
  if (year !== null && sold(from - year) === false) return null;
  const because = `${group} has no ${column} for ${count(length, 'period')}; it had some in each of the ${variedBefore} windows before`;
  return { kind: 'vanished', column, group, because, since: from, periods: length };
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}

function count(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`;
}
