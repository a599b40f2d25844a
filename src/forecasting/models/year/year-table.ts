// A profile of the days of a year in few numbers, and what it says of a week. States of many series hold one each, so three days
// share a number: 17 bits each, a hundred-thousandth of the profile's range.

import { yearDayOf, yearDays } from '../../../core/index.ts';
import { Season } from '../deseasonalise.ts';
import { weekDays } from './day-profile.ts';
import { feastPlaceOf } from './feasts.ts';

const daysPerWord = 3;
const steps = 2 ** 17;
/** Numbers that hold the days of a year. */
export const wordsPerYear: number = yearDays / daysPerWord;

export interface YearTable {
  /** `Season.factor` or `Season.addend`. */
  readonly kind: number;
  /** A zero is a closed week, not demand. */
  readonly closures: boolean;
  /** No index lies below. */
  readonly floor: number;
  /** What the weeks around feasts add, see `feastPlaceOf`. */
  readonly feasts: Float64Array;
  /** A day is worth `low + step × its 17 bits`. */
  readonly low: number;
  readonly step: number;
  /** Shape [122]. */
  readonly words: Float64Array;
}

/** @param profile shape [366], finite */
export function packProfile(profile: Float64Array): Pick<YearTable, 'low' | 'step' | 'words'> {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of profile) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const step = (high - low) / (steps - 1);
  const words = new Float64Array(wordsPerYear);
  for (let day = 0; day < yearDays; day++) {
    const bits = step > 0 ? Math.min(steps - 1, Math.round((profile[day]! - low) / step)) : 0;
    words[Math.floor(day / daysPerWord)]! += bits * steps ** (day % daysPerWord);
  }
  return { low, step, words };
}

/** The index of a week by the day since 1970 on which it begins. Cost: O(1). */
export function weekIndex({ floor, low, step, words, feasts }: YearTable, firstDay: number): number {
  let sum = 0;
  for (let k = 0; k < weekDays; k++) {
    const day = yearDayOf(firstDay + k);
    const word = words[Math.floor(day / daysPerWord)]!;
    sum += Math.floor(word / steps ** (day % daysPerWord)) % steps;
  }
  const place = feastPlaceOf(firstDay);
  const feast = place < 0 ? 0 : feasts[place]!;
  return Math.max(floor, low + (step * sum) / weekDays + feast);
}

/** @returns the value of a forecast without season, with it */
export function withIndex(kind: number, value: number, index: number): number {
  return kind === Season.factor ? value * index : value + index;
}
