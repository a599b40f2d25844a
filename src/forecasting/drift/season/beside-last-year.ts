// A series beside its own last year: what is left has no season, however sharp, and no growth that stays the same.

import { type SeasonCalendar, sameSeason } from './same-season.ts';

export interface TimedValues {
  /** Period of the first value. */
  readonly start: number;
  /** One per period, without holes; NaN = unknown. */
  readonly values: Float64Array;
  /** `ratio` for what is above zero and grows in shares, such as demand; `difference` for all else. */
  readonly compare: 'ratio' | 'difference';
  /** The change that matters: a share of the level for ratios, else in the unit of the values. Absent = one and a half standard deviations. */
  readonly matters?: number;
}

/** Share of the usual level that is added to both sides of a ratio: closed days have no ratio. */
const floorShare = 0.05;

/**
 * Each value less the one of the same season a year before, as a difference of logarithms for ratios.
 * @returns shape [values]; NaN where either is unknown. Cost: O(values × days a holiday may move)
 */
export function besideLastYear(
  { start, values, compare }: TimedValues,
  calendar: SeasonCalendar,
): Float64Array {
  const floor = floorShare * meanOf(values);
  const scaled = (value: number): number => (compare === 'ratio' ? Math.log(value + floor) : value);
  return Float64Array.from(values, (value, i) => {
    if (Number.isNaN(value) || i < calendar.year - calendar.week * 6) return Number.NaN;
    for (const like of sameSeason(start + i, calendar)) {
      const before = values[like - start];
      if (before !== undefined && !Number.isNaN(before)) {
        const found = scaled(value) - scaled(before);
        return Number.isFinite(found) ? found : Number.NaN;
      }
    }
    return Number.NaN;
  });
}

/** Of what is known; 0 where nothing is. */
export function meanOf(values: Float64Array): number {
  let [sum, count] = [0, 0];
  for (const value of values)
    if (Number.isFinite(value)) {
      sum += value;
      count++;
    }
  return count === 0 ? 0 : sum / count;
}
