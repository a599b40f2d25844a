// Rows of a batch beside the history of their series: which of them are in another unit, and are held back.

import {
  type FactorFound,
  factorOfRun,
  factorTogether,
  fits,
  type LastOfSeries,
  runMin,
  type Usual,
  UsualValues,
} from '../../../forecasting/evaluate/index.ts';
import { type PlacedShift, Shifts, shiftedTogether } from './shift-together.ts';

/** Landed values in a row outside of what was usual: a new level. */
const levelMin = 8;
/** Fewer series than this in a batch are looked at with those that came lately, if all together are enough. */
const seriesMin = 3;
export const latelyMin = 8;

/** What is known of the unit of a series. */
export interface KnownUnit {
  /** The newest values above zero that landed, oldest first; NaN = none. */
  readonly values: ArrayLike<number>;
  /** The period of the first of them. */
  readonly oldest: number;
  /** Rows of it were held back for this factor, and nobody has said that they are right; null = none were. */
  readonly suspect: FactorFound | null;
}

/** Periods of a series, from and to, whose rows are held back. */
export interface HeldRows {
  readonly seriesId: string;
  readonly from: number;
  readonly to: number;
  readonly factor: number;
  /** False = another factor would explain the rows as well: a person must say it. */
  readonly isSure: boolean;
}

export interface UnitCheckOptions {
  readonly knownOf: (seriesId: string) => KnownUnit | undefined;
  /** What the sender sent last of other series. Default none. */
  readonly lately?: ReadonlyMap<string, LastOfSeries>;
}

interface Last extends LastOfSeries {
  readonly from: number;
  readonly to: number;
}

export interface UnitsFound {
  readonly held: readonly HeldRows[];
  /** Of each series that could be judged its last value. */
  readonly last: ReadonlyMap<string, LastOfSeries>;
}

/** Cost: some tens of operations for a value. */
export class UnitCheck {
  readonly #options: UnitCheckOptions;
  readonly #held: HeldRows[] = [];
  readonly #last: Map<string, Last> = new Map();
  readonly #shifts: PlacedShift[] = [];
  #id: string | null = null;
  #periods: number[] = [];
  #values: number[] = [];

  constructor(options: UnitCheckOptions) {
    this.#options = options;
  }

  /** An observed value, ascending by series and period. */
  add(seriesId: string, period: number, value: number): void {
    if (seriesId !== this.#id) {
      this.#endSeries();
      this.#id = seriesId;
    }
    if (!(value > 0)) return;
    this.#periods.push(period);
    this.#values.push(value);
  }

  end(): UnitsFound {
    this.#endSeries();
    const own = [...this.#last];
    const lately = own.length >= seriesMin ? [] : [...(this.#options.lately ?? [])];
    const together = [...own, ...lately.filter(([id]) => !this.#last.has(id))];
    if (own.length >= seriesMin || (own.length > 0 && together.length >= latelyMin)) {
      const found = factorTogether(together.map(([, one]) => one));
      if (found !== null)
        for (const [seriesId, { value, usual, from, to }] of own)
          if (fits(value, found.factor, usual)) this.#held.push({ seriesId, from, to, ...found });
    }
    const moved = shiftedTogether(this.#shifts, this.#last);
    const isWithin = (one: HeldRows): boolean =>
      moved.some(({ seriesId, from, to }) => seriesId === one.seriesId && from <= one.from && to >= one.to);
    return { held: [...this.#held.filter((one) => !isWithin(one)), ...moved], last: this.#last };
  }

  #endSeries(): void {
    if (this.#id !== null && this.#values.length > 0) this.#judge(this.#id);
    this.#periods = [];
    this.#values = [];
  }

  #judge(seriesId: string): void {
    const known = this.#options.knownOf(seriesId);
    // What is older than all that is known of the series is judged by what the batch itself says.
    const isLater = known !== undefined && (this.#periods[0] ?? 0) >= known.oldest;
    const unit = new UnitOfSeries(isLater ? known.suspect : null);
    if (isLater) for (let i = 0; i < known.values.length; i++) unit.land(known.values[i] ?? 0);
    const periodAt = (index: number): number => this.#periods[index] ?? 0;
    const at = this.#values.length - 1;
    for (const [i, value] of this.#values.entries()) unit.next(value, i, i === at);
    for (const { from, to, factor, isSure } of unit.held)
      this.#held.push({ seriesId, from: periodAt(from), to: periodAt(to), factor, isSure });
    for (const { from, to, value, usual } of unit.shifts.found)
      this.#shifts.push({
        seriesId,
        before: from === 0 ? Number.NEGATIVE_INFINITY : periodAt(from - 1),
        from: periodAt(from),
        to: periodAt(to),
        value,
        usual,
      });
    const { usual, from } = unit.last;
    if (usual !== null && (unit.held.at(-1)?.to ?? -1) < at)
      this.#last.set(seriesId, {
        value: this.#values[at] ?? 0,
        usual,
        from: periodAt(from),
        to: periodAt(at),
      });
  }
}

/** One series: what is usual of it, and the values in a row that lie outside of that. */
class UnitOfSeries {
  /** Indexes of values that are held back. */
  readonly held: { from: number; to: number; factor: number; isSure: boolean }[] = [];
  /** What was usual before the last value, and the index of the first value of a run that it ends. */
  last: { usual: Usual | null; from: number } = { usual: null, from: 0 };
  readonly shifts: Shifts = new Shifts();
  readonly #suspect: FactorFound | null;
  #usual = new UsualValues();
  readonly #first: number[] = [];
  /** What was usual before the first value of the batch; null = too little is known. */
  #before: Usual | null = null;
  #run: number[] = [];
  #from = 0;
  #isHolding = false;

  constructor(suspect: FactorFound | null) {
    this.#suspect = suspect;
  }

  /** A value that has landed. One that would have been held back was accepted: from there on another level is usual. */
  land(value: number): void {
    if (!(value > 0)) return;
    this.#step(value, 0);
    if (this.#run.length >= runMin && factorOfRun(this.#run, this.#usual.summary()) !== null)
      this.#newLevel();
  }

  next(value: number, index: number, isLast: boolean): void {
    const { isEnough } = this.#usual;
    const usual = isEnough && (isLast || this.#suspect !== null) ? this.#usual.summary(value) : null;
    if (usual !== null && this.#suspect !== null && fits(value, this.#suspect.factor, usual)) {
      this.#hold(index, index, this.#suspect);
      return;
    }
    this.shifts.next(value, index);
    this.#begin(value, index);
    this.#step(value, index);
    if (this.#run.length === runMin)
      this.shifts.begin(
        { from: this.#from, value: middleOf(this.#run), usual: this.#usual.summary() },
        index,
      );
    this.last = { usual, from: this.#run.length > 0 ? this.#from : index };
    if (!isEnough || this.#run.length < runMin) return;
    const found = factorOfRun(this.#run, this.#usual.summary());
    if (found !== null) {
      this.#hold(this.#from, index, found);
      this.#isHolding = true;
    } else if (this.#isHolding) {
      this.#run = [value];
      this.#from = index;
      this.#isHolding = false;
    }
  }

  /** The first values of a batch beside what was usual before it: a run of them may be broken by one that is usual as it stands. */
  #begin(value: number, index: number): void {
    if (index >= runMin) return;
    if (index === 0) this.#before = this.#usual.isEnough ? this.#usual.summary() : null;
    this.#first.push(value);
    if (this.#before === null || this.#first.length < runMin) return;
    const middle = middleOf(this.#first);
    const { low, high } = this.#before;
    if (middle > high || middle < low)
      this.shifts.begin({ from: 0, value: middle, usual: this.#before }, index);
  }

  #step(value: number, index: number): void {
    const side = this.#usual.isEnough ? this.#usual.sideOf(value) : 0;
    if (side !== 0 && this.#run.length > 0 && this.#usual.sideOf(this.#run[0] ?? 0) === side)
      this.#run.push(value);
    else {
      if (!this.#isHolding) for (const one of this.#run) this.#usual.add(one);
      this.#isHolding = false;
      this.#run = [];
      if (side === 0) this.#usual.add(value);
      else {
        this.#run = [value];
        this.#from = index;
      }
    }
    if (this.#run.length >= levelMin && !this.#isHolding) this.#newLevel();
  }

  #newLevel(): void {
    this.#usual = new UsualValues();
    for (const one of this.#run) this.#usual.add(one);
    this.#run = [];
  }

  /** What comes later knows better which factor it is. */
  #hold(from: number, to: number, found: FactorFound): void {
    const last = this.held.at(-1);
    if (last === undefined || last.to + 1 < from) this.held.push({ from, to, ...found });
    else Object.assign(last, { to, ...found });
  }
}

function middleOf(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

/**
 * The factor by which the rows of a series and period are in another unit, as a number below zero where another would explain them as
 * well; null = they are not held back.
 */
export type HeldBy = (seriesId: string, period: number) => number | null;

export function heldBy(held: readonly HeldRows[]): HeldBy {
  const bySeries = new Map<string, HeldRows[]>();
  for (const one of held) {
    const known = bySeries.get(one.seriesId);
    if (known === undefined) bySeries.set(one.seriesId, [one]);
    else known.push(one);
  }
  return (seriesId, period) => {
    const found = bySeries.get(seriesId)?.find(({ from, to }) => period >= from && period <= to);
    return found === undefined ? null : found.isSure ? found.factor : -found.factor;
  };
}
