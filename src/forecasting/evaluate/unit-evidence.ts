// Is demand in another unit than it was? Evidence strong enough to hold rows back by: of one series, several values in a row that
// are whole multiples, and of a sender, most of its series at once. What is only likely is named by `unit-change.ts` and lands.

import { unitFactors } from './unit-change.ts';

/** Values above zero that say what is usual of a series, and as many as are looked at. */
const usualMin = 14;
export const usualMax = 30;
/** How many times outside of all that is usual: in a row of one series, and for series that change together. */
const runGap = 1.5;
const togetherGap = 1.2;
/** How far beyond the usual the values may lie once they are in the usual unit. */
const slack = 1.2;
/** How far the ratio of the medians may be from the factor, as a logarithm: for multiples, and for series that change together. */
const multiplesTolerance = 0.35;
/** Multiples of factors as near as this, in standard deviations, may be meant instead, until there are so many in a row. */
const rivalDeviations = 3;
const rivalsRunMin = 7;
const togetherTolerance = 0.25;
/** How far the ratios of series that change together lie apart: median of the absolute differences, as logarithms. */
const togetherSpreadMax = 0.5;
/** So many multiples in a row are chance less often than this. */
const chanceMax = 1e-3;
/** Of the series that can be judged, at least so many and this share. */
const togetherMin = 3;
const togetherShareMin = 0.8;
export const runMin = 3;

const factors: readonly number[] = unitFactors.flatMap((factor) => [factor, 1 / factor]);

/** What is usual of a series. */
export interface Usual {
  readonly low: number;
  readonly high: number;
  readonly median: number;
  /** Its values, of which all are whole numbers; null = some are not. */
  readonly whole: Float64Array | null;
}

/** The newest values of a series that say what is usual. */
export class UsualValues {
  readonly #values: Float64Array = new Float64Array(usualMax);
  #count = 0;
  #low: number = Number.POSITIVE_INFINITY;
  #high = 0;

  /** @param value above zero */
  add(value: number): void {
    const at = this.#count % usualMax;
    const gone = this.#count < usualMax ? Number.NaN : (this.#values[at] ?? 0);
    this.#values[at] = value;
    this.#count += 1;
    if (gone === this.#low || gone === this.#high) this.#measure();
    else {
      if (value < this.#low) this.#low = value;
      if (value > this.#high) this.#high = value;
    }
  }

  /** There are enough to say what is usual. */
  get isEnough(): boolean {
    return this.#count >= usualMin;
  }

  /** 1 = above all that is usual, -1 = below, 0 = neither. */
  sideOf(value: number): -1 | 0 | 1 {
    return value > runGap * this.#high ? 1 : value * runGap < this.#low ? -1 : 0;
  }

  /** @param value where it is usual, only the range is told, and the median unknown: that costs nothing */
  summary(value: number = Number.POSITIVE_INFINITY): Usual {
    const [low, high] = [this.#low, this.#high];
    if (value <= togetherGap * high && value * togetherGap >= low)
      return { low, high, median: Number.NaN, whole: null };
    const values = this.#values.slice(0, Math.min(this.#count, usualMax));
    return {
      low,
      high,
      median: medianOf(values.slice().sort()),
      whole: values.every(isWhole) ? values : null,
    };
  }

  #measure(): void {
    [this.#low, this.#high] = [Number.POSITIVE_INFINITY, 0];
    for (let i = 0; i < Math.min(this.#count, usualMax); i++) {
      const value = this.#values[i] ?? 0;
      if (value < this.#low) this.#low = value;
      if (value > this.#high) this.#high = value;
    }
  }
}

/** Would the value be usual, were it divided by the factor, and is it not as it stands? */
export function fits(value: number, factor: number, usual: Usual): boolean {
  const isOutside = factor > 1 ? value > togetherGap * usual.high : value * togetherGap < usual.low;
  return isOutside && isUsual(value / factor, usual);
}

/** A factor, and whether no other explains the values. */
export interface FactorFound {
  readonly factor: number;
  /** False = it is the nearest of several: 10 and 12 are hard to tell apart in series of fractions. */
  readonly isSure: boolean;
}

/**
 * The factor by which values in a row differ from what is usual, where they are whole multiples of it, or whole numbers divided by
 * it, and too many for chance; null without such evidence. Series of fractions give none.
 * @param run above zero, all outside of what is usual
 */
export function factorOfRun(run: readonly number[], usual: Usual): FactorFound | null {
  const { whole } = usual;
  if (whole === null || run.length < runMin) return null;
  const ratio = medianOf([...run].sort((a, b) => a - b)) / usual.median;
  const off = (factor: number): number => Math.abs(Math.log(ratio / factor));
  const near = Math.max(multiplesTolerance, rivalDeviations * deviationOf(usual));
  const rivals = factors.filter((factor) => off(factor) <= near && chanceOf(run, factor, whole) <= chanceMax);
  const isFound = rivals.some(
    (factor) => off(factor) <= multiplesTolerance && run.every((value) => isUsual(value / factor, usual)),
  );
  // Multiples of 24 are multiples of 12 too, and a sixth is two twelfths: in a noisy series it takes some to tell which was meant.
  return isFound
    ? { factor: Math.max(...rivals), isSure: rivals.length === 1 || run.length >= rivalsRunMin }
    : null;
}

/** About the standard deviation of logarithms. */
function deviationOf({ low, high }: Usual): number {
  return Math.log(high / low) / 4;
}

/** How likely it is that values of the series are like this by chance; 1 where they are no multiples. */
function chanceOf(run: readonly number[], factor: number, whole: Float64Array): number {
  if (factor > 1) {
    if (!run.every((value) => value % factor === 0)) return 1;
    const before = whole.filter((value) => value % factor === 0).length / whole.length;
    return (Math.max(before, 1 / factor) + 0.05) ** run.length;
  }
  const times = Math.round(1 / factor);
  if (!run.every((value) => isWhole(value) || isPartOf(value, times))) return 1;
  const parts = run.filter((value) => !isWhole(value)).length;
  // Pieces that always came in full cases do not begin to come singly: 20, 21, 22 after 240, 252, 264 are the cases.
  const isCases = whole.every((value) => value % times === 0);
  const singly = isCases ? run.filter((value) => isWhole(value) && value % times !== 0).length : 0;
  return 0.1 ** parts * (1 / usualMin) ** singly;
}

/** A whole number divided by `times`, also where few decimals of it were written. */
function isPartOf(value: number, times: number): boolean {
  const whole = value * times;
  const off = Math.abs(whole - Math.round(whole));
  if (off <= 1e-6 * Math.max(1, whole)) return true;
  for (const decimals of [2, 3, 4])
    if (isWhole(value * 10 ** decimals)) {
      const written = (0.5 * times) / 10 ** decimals;
      return written <= 0.1 && off <= written * 1.001;
    }
  return false;
}

/** The last value of a series that a sender sent, and what was usual of it before. */
export interface LastOfSeries {
  readonly value: number;
  readonly usual: Usual;
}

/** Factors nearer to each other than this, as logarithms, are told apart by multiples alone. */
const alikeFactors = 0.5;
/** And nearer than this in standard deviations of a series. */
const alikeDeviations = 1.5;
/** Multiples in several series are chance less often than this. */
const togetherChanceMax = 1e-2;

/**
 * The factor by which most series of a sender differ at once; null where they do not.
 * @param last of each series of which enough is known, a value above zero
 */
export function factorTogether(last: readonly LastOfSeries[]): FactorFound | null {
  const found: { factor: number; off: number; isExact: boolean; changed: readonly LastOfSeries[] }[] = [];
  for (const factor of factors) {
    const changed = last.filter(({ value, usual }) => fits(value, factor, usual));
    if (changed.length < togetherMin || changed.length < togetherShareMin * last.length) continue;
    const ratios = changed.map(({ value, usual }) => Math.log(value / usual.median / factor));
    const middle = medianOf(ratios.sort((a, b) => a - b));
    const spread = medianOf(ratios.map((one) => Math.abs(one - middle)).sort((a, b) => a - b));
    if (Math.abs(middle) > togetherTolerance || spread > togetherSpreadMax) continue;
    found.push({ factor, off: Math.abs(middle), isExact: areMultiples(changed, factor), changed });
  }
  found.sort((a, b) => Number(b.isExact) - Number(a.isExact) || a.off - b.off);
  const [best] = found;
  if (best === undefined) return null;
  const deviations = best.changed.map(({ usual }) => deviationOf(usual)).sort((a, b) => a - b);
  const near = Math.max(alikeFactors, alikeDeviations * medianOf(deviations));
  const others = factors.filter(
    (factor) => factor !== best.factor && Math.abs(Math.log(factor / best.factor)) < near,
  );
  const isOnly = best.isExact && !others.some((factor) => areMultiples(best.changed, factor));
  return { factor: best.factor, isSure: others.length === 0 || isOnly };
}

/** Are the values multiples in every series of whole numbers, and in too many for chance? */
function areMultiples(changed: readonly LastOfSeries[], factor: number): boolean {
  let chance = 1;
  for (const { value, usual } of changed)
    if (usual.whole !== null)
      chance *= chanceOf([value], factor, usual.whole) === 1 ? 1e3 : chanceOf([value], factor, usual.whole);
  return chance <= togetherChanceMax;
}

function isUsual(value: number, { low, high }: Usual): boolean {
  return value * slack >= low && value <= slack * high;
}

function isWhole(value: number): boolean {
  return Math.abs(value - Math.round(value)) <= 1e-9 * Math.max(1, Math.abs(value));
}

function medianOf(sorted: ArrayLike<number>): number {
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}
