// The season of weeks by date. Weeks of a calendar have no fixed place in the year: of 52 places in a row each begins a day or two
// later than a year before, and every five or six years what was one week's is the next one's. So the season of weeks is kept by day
// of the year, and a week is worth what its seven days are: whatever weekday it begins on, and in years of 53 weeks as in others.

import { periodStart, yearDayOf, yearDays } from '../../../core/index.ts';
import { centredAverage, seasonalityRatio, shrunkIndices } from '../../maths/index.ts';
import { recentSpan, Season } from '../deseasonalise.ts';
import type { FitOptions } from '../model.ts';
import { type Prepared, prepare } from '../prepare.ts';
import { mainSeason } from '../state-model.ts';
import { weekDays } from './day-profile.ts';
import { feastPlaceOf, type PlacedWeek, yearEffects } from './feasts.ts';
import { packProfile, weekIndex, type YearTable } from './year-table.ts';

const dayMs = 86_400_000;
/** Weeks in what people call a year of them. */
const yearWeeks = 52;
/** Parts of the history, of whole years, that are held out in turn. */
const partsMax = 3;
/** The level beside the season is the mean of this many weeks before and after, once a first season is taken out. */
const levelReach = 13;
/** A factor below this would blow the adjusted series up. */
const factorMin = 0.01;

/** The day since 1970 on which the first value's week begins; undefined where the season is none of weeks in a year. */
export function firstDayOf(options: FitOptions): number | undefined {
  const { grid, start = 0 } = options;
  if (grid?.frequency !== 'week' || ![yearWeeks, yearWeeks + 1].includes(mainSeason(options)))
    return undefined;
  return Math.floor(periodStart(grid, start) / dayMs);
}

/**
 * Tests a weekly history for a season of a year and learns it by date.
 * @param firstDay day since 1970 on which the first value's week begins
 * @returns undefined where there is none. Cost: O(n × 52), about 0.3 ms.
 */
export function yearSeasonOf(history: Float64Array, about: YearAbout): YearTable | undefined {
  const known = learnt.find(
    (one) =>
      one.about.m === about.m &&
      one.about.firstDay === about.firstDay &&
      one.history.length === history.length &&
      one.history.every((value, t) => Object.is(value, history[t])),
  );
  if (known !== undefined) return known.table;
  const table = estimate(history, about);
  if (learnt.length >= learntMax) learnt.shift();
  learnt.push({ history: history.slice(), about, table });
  return table;
}

interface YearAbout {
  readonly m: number;
  readonly firstDay: number;
}

/** What was learnt last: a backtest fits one model after the other to the same few histories. Equal histories have equal seasons. */
const learnt: {
  readonly history: Float64Array;
  readonly about: YearAbout;
  readonly table: YearTable | undefined;
}[] = [];
const learntMax = 16;

function estimate(history: Float64Array, { m, firstDay }: YearAbout): YearTable | undefined {
  const prepared = prepare(history, m);
  const { values, skipped } = prepared;
  const from = Math.max(0, Math.floor(values.length / m) - recentSpan(m)) * m;
  if (seasonalityRatio(values, m) <= 1 && !isFaint(values.subarray(from), m, prepared)) return undefined;
  const weeks = values.map((_, t) => firstDay + weekDays * (skipped + t));
  const known = values.map((_, t) => Number(isKnown(history[skipped + t]!, prepared)));
  const of = { values, weeks, known, from, prepared };
  const first = learn(of, centredAverage(values, m), false);
  if (first === undefined) return undefined;
  const adjusted = values.map((y, t) => without(first, y, weekIndex(first, weeks[t]!)));
  const second = learn(of, movingLevel(adjusted), true) ?? first;
  return {
    ...second,
    low: inUnits(second, second.low, prepared),
    step: inUnits(second, second.step, prepared),
    feasts: second.feasts.map((value) => inUnits(second, value, prepared)),
  };
}

/** A season that the test misses, as it is faint or has moved to the next place: it is believed as far as held-out years agree. */
function isFaint(values: Float64Array, m: number, { least }: Prepared): boolean {
  if (values.length < 2 * m + 1) return false;
  return shrunkIndices(values, m, least > 0 ? 'multiplicative' : 'additive') !== undefined;
}

function inUnits({ kind }: YearTable, value: number, { scale }: Prepared): number {
  return kind === Season.addend ? value * scale : value;
}

interface Weeks {
  /** Prepared values, in units of their scale. */
  readonly values: Float64Array;
  /** First day of each. */
  readonly weeks: Float64Array;
  /** 1 = told by the history. */
  readonly known: Float64Array;
  /** The first that counts. */
  readonly from: number;
  readonly prepared: Prepared;
}

/** The season beside a level that is NaN where it is not known. */
function learn(
  { values, weeks, known, from, prepared }: Weeks,
  level: Float64Array,
  isFinal: boolean,
): YearTable | undefined {
  const places: number[] = [];
  for (let t = from; t < values.length; t++) {
    if (known[t] === 1 && Number.isFinite(level[t]!)) places.push(t);
  }
  if (places.length === 0) return undefined;
  const ratios = places.map((t) => values[t]! / level[t]!);
  const least = Math.min(...ratios);
  const isFactor = prepared.least > 0 && least >= 2 * factorMin && ratios.every(Number.isFinite);
  const parts: PlacedWeek[][] = Array.from({ length: isFinal ? partsMax : 1 }, () => []);
  for (const [i, t] of places.entries()) {
    const effect = isFactor ? ratios[i]! - 1 : values[t]! - level[t]!;
    const year = Math.floor((values.length - 1 - t) / yearWeeks);
    const firstDay = weeks[t]!;
    parts[year % parts.length]!.push({ days: daysOf(firstDay), effect, place: feastPlaceOf(firstDay) });
  }
  const { profile, feasts } = yearEffects(parts.filter((part) => part.length > 0));
  const centre = profile.reduce((a, b) => a + b, 0) / yearDays;
  const neutral = isFactor ? 1 : 0;
  return {
    kind: isFactor ? Season.factor : Season.addend,
    closures: prepared.closures,
    floor: isFactor ? least / 2 : Number.NEGATIVE_INFINITY,
    feasts,
    ...packProfile(profile.map((value) => value - centre + neutral)),
  };
}

function isKnown(value: number, { closures }: Prepared): boolean {
  return Number.isFinite(value) && !(closures && value === 0);
}

/** Places in the year of the days of a week. */
function daysOf(firstDay: number): Int32Array {
  return Int32Array.from({ length: weekDays }, (_, k) => yearDayOf(firstDay + k));
}

/** A value with its season taken out. */
export function without({ kind }: Pick<YearTable, 'kind'>, value: number, index: number): number {
  return kind === Season.factor ? value / index : value - index;
}

function movingLevel(adjusted: Float64Array): Float64Array {
  const sums = new Float64Array(adjusted.length + 1);
  for (let t = 0; t < adjusted.length; t++) sums[t + 1] = sums[t]! + adjusted[t]!;
  return adjusted.map((_, t) => {
    const from = Math.max(0, t - levelReach);
    const to = Math.min(adjusted.length, t + levelReach + 1);
    return (sums[to]! - sums[from]!) / (to - from);
  });
}
