// Bounds between bins: quantiles of a sample, laid midway between values that occur.

/** An ascending range of the sorted sample; NaN at its end are missing. */
interface SortedSample {
  readonly values: Float32Array;
  /** Values that are not NaN. */
  readonly count: number;
}

/**
 * Writes ascending float32 bounds into `bounds` and returns their number, at most binsMax − 1; bin b holds
 * bounds[b − 2] < x ≤ bounds[b − 1]. A value that fills a bin alone gets one; the rest is shared out evenly
 * (the greedy rule of Ke et al. 2017). Cost: O(count).
 */
export function findBounds({ values, count }: SortedSample, binsMax: number, bounds: Float32Array): number {
  const distinct = countDistinct(values, count);
  const bySize = distinct > binsMax ? heavyValues(values, count, binsMax) : null;
  let restBins = binsMax - (bySize?.bins ?? 0);
  let restRows = count - (bySize?.rows ?? 0);
  let share = restRows / Math.max(1, restBins);
  const heavy = count / binsMax;
  let found = 0;
  let filled = 0;
  for (let from = 0; from < count && found < binsMax - 1; ) {
    const to = endOfRun(values, from, count);
    if (to === count) break;
    const isHeavy = to - from >= heavy;
    filled += to - from;
    if (!isHeavy) restRows -= to - from;
    const nextHeavy = endOfRun(values, to, count) - to >= heavy;
    if (bySize === null || isHeavy || filled >= share || (nextHeavy && filled >= Math.max(1, share / 2))) {
      bounds[found++] = between(values[from]!, values[to]!);
      filled = 0;
      if (!isHeavy) {
        restBins--;
        share = restRows / Math.max(1, restBins);
      }
    }
    from = to;
  }
  return found;
}

/** A float32 m with a ≤ m < b, midway where there is one. */
function between(a: number, b: number): number {
  const middle = Math.fround(a / 2 + b / 2);
  return middle >= a && middle < b ? middle : a;
}

function countDistinct(values: Float32Array, count: number): number {
  let distinct = 0;
  for (let from = 0; from < count; from = endOfRun(values, from, count)) distinct++;
  return distinct;
}

/** Values that occur so often that each fills a bin, and the rows they take. */
function heavyValues(values: Float32Array, count: number, binsMax: number): { bins: number; rows: number } {
  let bins = 0;
  let rows = 0;
  for (let from = 0; from < count; ) {
    const to = endOfRun(values, from, count);
    if (to - from >= count / binsMax) {
      bins++;
      rows += to - from;
    }
    from = to;
  }
  return { bins, rows };
}

function endOfRun(values: Float32Array, from: number, count: number): number {
  const value = values[from]!;
  let to = from + 1;
  while (to < count && values[to]! === value) to++;
  return to;
}
