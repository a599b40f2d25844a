// Has a series ended? A product that is no longer sold looks like one that nobody happened to buy; how long it has been
// silent, measured by its own intervals, tells them apart.

import { type EndedStratum, endedStrata } from '../models/index.ts';

/** A silence this unlikely for the demand there was is no accident. */
const chanceMax = 1e-4;
/** … and it is longer than the longest gap before by this factor. */
const gapFactor = 2;

/**
 * What a history says of its silence, in as many numbers as are stored with a series: periods with demand; known periods from
 * the first to the last of them; the most known periods from one demand to the next; known zeros since the last one.
 */
export type Silence = Float64Array;

/** Numbers of a `Silence`. */
export const silenceSize = 4;

/** @param history demand per period, NaN = unknown: neither demand nor silence. Cost: O(n). */
export function silenceOf(history: Float64Array): Silence {
  const silence = new Float64Array(silenceSize);
  for (let t = 0; t < history.length; t++) followSilence(silence, history[t]!);
  return silence;
}

/** Takes in the next period, in place. */
export function followSilence(silence: Silence, value: number): void {
  if (Number.isNaN(value)) return;
  if (value === 0) {
    if (silence[0]! > 0) silence[3]!++;
    return;
  }
  const gap = silence[3]! + 1;
  silence[0]!++;
  silence[1]! += gap;
  silence[2] = Math.max(silence[2]!, gap);
  silence[3] = 0;
}

/**
 * Whether a history ends in a silence that its own intervals do not explain: known zeros only, at least a cycle long, more
 * than twice the longest gap between two demands before, and less likely than 1 in 10,000 at the share of periods with
 * demand between the first and the last one.
 * @param season periods per cycle, 1 = none
 * @returns false for a history without demand
 */
export function isOver(silence: Silence, season: number): boolean {
  const [demands = 0, known = 0, longest = 0, zeros = 0] = silence;
  if (demands === 0 || zeros < Math.max(2, season)) return false;
  // One prior demand in two periods keeps a single sale from proving anything.
  const share = demands / (known + 1);
  return zeros > gapFactor * longest && zeros * Math.log(1 - share) < Math.log(chanceMax);
}

/** Periods per year, by the season that goes with them: days, weeks, months, quarters, hours. */
const yearOf: Readonly<Record<number, number>> = { 7: 365, 52: 52, 12: 12, 4: 4, 24: 8766, 168: 8766 };

/**
 * As what a history has ended: out of season, perhaps, while first sale, last sale and the silence since fit into a year, so that
 * what was seen may be one season of it; for good after that.
 * @returns undefined when it has not ended
 */
export function endedAs(silence: Silence, season: number): EndedStratum | undefined {
  if (!isOver(silence, season)) return undefined;
  const seen = silence[1]! + silence[3]!;
  return seen <= (yearOf[season] ?? 0) ? endedStrata[1] : endedStrata[0];
}

/** Fewer periods without a row than this are never too many. */
const silentMin = 8;

/** The same of rows: periods with a row for demand, and periods without one for zeros. */
export function reportsOf(history: Float64Array): Silence {
  const reports = new Float64Array(silenceSize);
  for (let t = 0; t < history.length; t++) followReports(reports, history[t]!);
  return reports;
}

/** Takes in the next period, in place; NaN = no row, or no value in it. */
export function followReports(reports: Silence, value: number): void {
  followSilence(reports, Number.isNaN(value) ? 0 : 1);
}

/**
 * Whether a series has fallen silent: periods without a row are unknown demand here, not zeros, but more of them have passed since
 * its newest row than its own rows explain, by the rule of `isOver` but for its cycle. Cycles of a few days or hours must have passed
 * twice, of one that takes a year the half; and where all that was seen of it may be one season, as much that the season would have
 * come again. An item that is dormant has had such a silence before.
 * @param reports    of all rows up to the newest, see `reportsOf`
 * @param unreported periods since then in which others reported, without a row
 * @param season     periods per cycle, 1 = none
 */
export function isSilent(reports: Silence, unreported: number, season: number): boolean {
  const isYear = yearOf[season] === season;
  if (unreported < Math.max(silentMin, isYear ? season / 2 : 2 * season)) return false;
  const [rows = 0, span = 0, longest = 0] = reports;
  if (isYear && span < season && span + unreported < season + silentMin) return false;
  return isOver(Float64Array.of(rows, span, longest, unreported), 1);
}

/** `isOver` of a history. Cost: O(n). */
export function hasEnded(history: Float64Array, season: number): boolean {
  return isOver(silenceOf(history), season);
}
