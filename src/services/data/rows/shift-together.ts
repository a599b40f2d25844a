// Series of one batch that move to another level in the same period: rows that a sender writes in another unit from there on. A batch
// may bring so many of them that the other level has become usual by its end, so the moment is looked at, and not the end.

import {
  type FactorFound,
  factorTogether,
  fits,
  type LastOfSeries,
} from '../../../forecasting/evaluate/index.ts';

/** Values in a row that are as before: the other level is over. */
const backMin = 5;
/** Of one series: the newest. */
const shiftsMax = 8;
/** Moments that are looked at, those with the most series first. */
const momentsMax = 16;

/** Values of one series outside of what was usual, from an index on. */
interface Shift extends LastOfSeries {
  readonly from: number;
  to: number;
}

/** The levels that one series moves to. */
export class Shifts {
  readonly found: Shift[] = [];
  #isOpen = false;
  #inside = 0;

  /** A run of values outside of what is usual has become long enough. @param shift its first index, middle value, and what is usual */
  begin(shift: LastOfSeries & { readonly from: number }, index: number): void {
    if (this.#isOpen) return;
    this.found.push({ ...shift, to: index });
    if (this.found.length > shiftsMax) this.found.shift();
    this.#isOpen = true;
    this.#inside = 0;
  }

  next(value: number, index: number): void {
    const shift = this.#isOpen ? this.found.at(-1) : undefined;
    if (shift === undefined) return;
    const { low, high } = shift.usual;
    const isAsBefore = shift.value > high ? value <= high : value >= low;
    this.#inside = isAsBefore ? this.#inside + 1 : 0;
    if (!isAsBefore) shift.to = index;
    else if (this.#inside >= backMin) this.#isOpen = false;
  }
}

/** A shift in the periods of its batch. */
export interface PlacedShift extends LastOfSeries {
  readonly seriesId: string;
  /** The period of the value before it, −∞ where it begins with the batch; it begins after that, up to `from`. */
  readonly before: number;
  readonly from: number;
  readonly to: number;
}

export interface ShiftedTogether extends FactorFound {
  readonly seriesId: string;
  readonly from: number;
  readonly to: number;
}

/**
 * The series that most others moved with, by one factor.
 * @param last of each series of which enough is known: its last value, and its period
 */
export function shiftedTogether(
  shifts: readonly PlacedShift[],
  last: ReadonlyMap<string, LastOfSeries & { readonly to: number }>,
): ShiftedTogether[] {
  for (const moment of moments(shifts)) {
    const moved = new Map(
      shifts
        .filter(({ before, from }) => before < moment && moment <= from)
        .map((one) => [one.seriesId, one]),
    );
    const rest = [...last].filter(([id, { to }]) => !moved.has(id) && to >= moment);
    const found = factorTogether([...moved.values(), ...rest.map(([, one]) => one)]);
    if (found === null) continue;
    const held = [...moved.values()].filter(({ value, usual }) => fits(value, found.factor, usual));
    return held.map(({ seriesId, from, to }) => ({ seriesId, from, to, ...found }));
  }
  return [];
}

/** The periods in which most series began to move, those with the most first. */
function moments(shifts: readonly PlacedShift[]): number[] {
  const counts = new Map<number, number>();
  const begins = shifts.map(({ before }) => before).sort((a, b) => a - b);
  const ends = shifts.map(({ from }) => from).sort((a, b) => a - b);
  let begun = 0;
  for (const [ended, moment] of ends.entries()) {
    while (begun < begins.length && (begins[begun] ?? 0) < moment) begun += 1;
    if (!counts.has(moment)) counts.set(moment, begun - ended);
  }
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .slice(0, momentsMax)
    .map(([moment]) => moment);
}
