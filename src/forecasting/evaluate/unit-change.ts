// A source that sends cases for pieces, or grams for kilograms, from one period on or for a while: the demand of a series is then all
// of it by a factor that units differ by above or below whatever it was before. A promotion seldom is, and a dying item falls slowly.

/** How units that are taken for each other differ. */
export const unitFactors: readonly number[] = [6, 10, 12, 24, 100, 1000];

/** Known values above zero that there must be before, of which as many as `beforeMax` are looked at: growth over years is no change. */
const beforeMin = 14;
const beforeMax = 30;
/** So many in a row in another unit: fewer are an order, or a slip. */
const changedMin = 5;
/** How far the ratio of the two levels may be from the factor. */
const factorTolerance = 0.12;
/** How many times above the largest before, or below the smallest, each of them must lie. */
const gapMin = 2.5;

export interface UnitChange {
  /** 12 = twelve times as much; 1/12 = a twelfth. */
  readonly factor: number;
  /** Index of the first value in the other unit. */
  readonly at: number;
  /** Index of the first value that is as before again; null = none is. */
  readonly until: number | null;
}

/**
 * The first change of unit in a history; null without one.
 * @param values demand in order, shape [n]; NaN = unknown and zero = nobody bought say nothing here
 * Cost: O(n), and `beforeMax` where the largest or smallest of what is usual passes.
 */
export function unitChange(values: Float64Array): UnitChange | null {
  const usual = new Usual();
  let run: number[] = [];
  let at = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!(value > 0)) continue;
    const side = usual.values.length < beforeMin ? 0 : usual.sideOf(value);
    if (run.length > 0) {
      if (side !== 0 && side === usual.sideOf(run[0]!)) {
        run.push(value);
        continue;
      }
      const found = changeOf(run, usual.values, { at, until: i });
      if (found !== null) return found;
      // What was out of the ordinary for too short a time is part of what is usual.
      for (const one of run) usual.keep(one);
      run = [];
    }
    if (side === 0) usual.keep(value);
    else {
      run = [value];
      at = i;
    }
  }
  return changeOf(run, usual.values, { at, until: null });
}

/** The values before, the last `beforeMax` of them. */
class Usual {
  readonly values: number[] = [];
  #low = Number.POSITIVE_INFINITY;
  #high = 0;

  keep(value: number): void {
    const { values } = this;
    values.push(value);
    if (value < this.#low) this.#low = value;
    if (value > this.#high) this.#high = value;
    if (values.length <= beforeMax) return;
    const gone = values.shift();
    if (gone !== this.#low && gone !== this.#high) return;
    this.#low = Math.min(...values);
    this.#high = Math.max(...values);
  }

  /** 1 = far above all that is usual, -1 = far below, 0 = neither. */
  sideOf(value: number): number {
    return value >= gapMin * this.#high ? 1 : value * gapMin <= this.#low ? -1 : 0;
  }
}

function changeOf(
  run: readonly number[],
  usual: readonly number[],
  where: { at: number; until: number | null },
): UnitChange | null {
  if (run.length < changedMin) return null;
  const ratio = middle(run) / middle(usual);
  const factors = unitFactors.flatMap((size) => [size, 1 / size]);
  const offBy = (factor: number): number => Math.abs(Math.log(ratio / factor));
  // Tens and dozens lie so close that a ratio can be within reach of both.
  const nearest = factors.reduce((a, b) => (offBy(b) < offBy(a) ? b : a));
  return Math.abs(ratio / nearest - 1) <= factorTolerance ? { factor: nearest, ...where } : null;
}

/** Mean of the middle half: as deaf to outliers as a median, and nearer to the level where values are few. */
function middle(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  const cut = sorted.length >> 2;
  const half = sorted.subarray(cut, sorted.length - cut);
  return half.reduce((sum, value) => sum + value, 0) / half.length;
}
