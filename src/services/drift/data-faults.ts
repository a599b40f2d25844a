// Faults of the data that show in what is stored: a column without values, in another unit, or stuck; a group that sells no more. None of them
// is a matter of chance, so none waits for a second check.

import {
  covariateAt,
  type DataFault,
  type Panel,
  periodLabel,
  type Series,
  type VaryingCovariate,
} from '../../core/index.ts';
import type { Range, WatchedNumbers } from './panel-columns.ts';

export interface FaultWindow {
  /** First period of all arrays. */
  readonly first: number;
  readonly from: number;
  readonly to: number;
  /** Periods from one week to the next. */
  readonly week: number;
}

/** Share of series that must have had a value, for its absence to be one. */
const usuallyKnown = 0.5;
/** Share of what is usual below which a feed counts as dead. */
const deadShare = 0.1;
/** Weeks that say what is usual. */
const weeksBefore = 4;
/** Windows before that must all have varied. */
const variedBefore = 8;
/** Share of series whose values must be the same multiple of what they were. */
const unitShare = 0.3;
/** Factors that units differ by. */
const unitFactors: readonly number[] = [10, 100, 1000, 10_000, 12, 24, 60, 2.2046, 28.3495, 3.2808];
const nearFactor = 0.05;
/** Values of a series that move by more than this, in logarithms, may be any multiple of each other. */
const steadySd = 0.5;

/** Periods of the window in which nearly nobody says anything, of a column of which they did in the same place of the weeks before. */
export function deadFault(
  { column, known, there }: Pick<WatchedNumbers, 'column' | 'known' | 'there'>,
  { first, from, to, week }: FaultWindow,
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
    dead.push(period);
    before = Math.max(before, usual);
  }
  const [since] = dead;
  if (since === undefined) return null;
  const isOver = dead.at(-1) !== to;
  const words = isOver ? `had no values in ${count(dead.length, 'period')} from` : 'has had no values since';
  const because = `${column} ${words} ${label(since)}; before, ${percent(before)} of the series had one`;
  return { kind: 'dead', column, group: null, because, since, periods: dead.length };
}

/** The same value everywhere through the whole window, of a column that varied in each of the windows before, and in the same one a year ago. */
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
  for (let k = 1; k <= variedBefore; k++) if (varies(from - k * length) !== true) return null;
  const value = low[from - first] as number;
  const because = `${column} is ${value} everywhere for ${count(length, 'period')}; it varied in each of the ${variedBefore} windows before`;
  return { kind: 'constant', column, group: null, because, since: from, periods: length };
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

/** Many series whose values are the same multiple of what they were, by which units differ. */
export function unitFault(
  panel: Panel,
  column: VaryingCovariate,
  { from, to, before }: { readonly from: number; readonly to: number; readonly before: Range },
): DataFault | null {
  const { covariates, series } = panel;
  if (covariates === undefined) return null;
  const hits = new Map<number, Int32Array>();
  const steady = new Int32Array(to - from + 1);
  for (let s = 0; s < series.length; s++) {
    const at = (period: number): number => Math.log(covariateAt(covariates, column, { series: s, period }));
    const usual = usualOf(at, { ...before, first: Math.max(before.first, (series[s] as Series).start) });
    if (usual === null) continue;
    for (let period = from; period <= to; period++) {
      const change = at(period) - usual;
      if (!Number.isFinite(change)) continue;
      steady[period - from] = (steady[period - from] as number) + 1;
      const factor = factorOf(change);
      if (factor === null) continue;
      const own = hits.get(factor) ?? new Int32Array(to - from + 1);
      own[period - from] = (own[period - from] as number) + 1;
      hits.set(factor, own);
    }
  }
  return worstUnit(hits, steady, { panel, column: column.name, from });
}

function worstUnit(
  hits: ReadonlyMap<number, Int32Array>,
  steady: Int32Array,
  { panel, column, from }: { readonly panel: Panel; readonly column: string; readonly from: number },
): DataFault | null {
  let worst: DataFault | null = null;
  for (const [factor, counts] of hits) {
    const found = [...counts.keys()].filter(
      (i) => (counts[i] as number) > 0 && (counts[i] as number) >= unitShare * (steady[i] as number),
    );
    const [at] = found;
    if (at === undefined || found.length <= (worst?.periods ?? 0)) continue;
    const times = factor > 1 ? `${short(factor)} times` : `1/${short(1 / factor)} of`;
    const because =
      `${column} is ${times} what it was in ${counts[at]} of ${steady[at]} series since ` +
      `${periodLabel(panel.grid, from + at)}: it looks like another unit`;
    worst = { kind: 'unit', column, group: null, because, since: from + at, periods: found.length };
  }
  return worst;
}

/** The mean logarithm of a series that keeps its level; null for others. */
function usualOf(at: (period: number) => number, { first, last }: Range): number | null {
  let [sum, squares, n] = [0, 0, 0];
  for (let period = first; period <= last; period++) {
    const value = at(period);
    if (!Number.isFinite(value)) continue;
    sum += value;
    squares += value * value;
    n++;
  }
  if (n < 2) return null;
  const mean = sum / n;
  return squares / n - mean * mean <= steadySd ** 2 ? mean : null;
}

function factorOf(change: number): number | null {
  for (const factor of unitFactors) {
    const log = Math.log(factor);
    if (Math.abs(change - log) < nearFactor) return factor;
    if (Math.abs(change + log) < nearFactor) return 1 / factor;
  }
  return null;
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}

function count(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`;
}
