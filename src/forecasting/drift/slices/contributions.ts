// Which slices drive a change of the mean loss: what each adds, so that all of them add up to it.

import { AppError } from '../../../core/index.ts';

export interface SliceRows {
  /** The slice of each row: a shop, a category, a channel. Null is a slice of its own. */
  readonly slices: readonly (string | null)[];
  /** What each row lost, or any figure of which the mean has changed. Others than finite ones are left out. */
  readonly values: ArrayLike<number>;
}

export interface Contribution {
  /** Null: rows without a slice. */
  readonly slice: string | null;
  readonly nReference: number;
  readonly nCurrent: number;
  /** Mean before and now; null where there are no rows. */
  readonly before: number | null;
  readonly now: number | null;
  /** Part of the change by the slice's own mean, and by its share of the rows; both together. */
  readonly byMean: number;
  readonly byShare: number;
  readonly total: number;
  /** What chance does to `total`; null with fewer than two rows a side. */
  readonly sd: number | null;
}

export type SliceChange = {
  readonly nReference: number;
  readonly nCurrent: number;
  readonly dropped: number;
} & (
  | {
      readonly status: 'ok';
      readonly before: number;
      readonly now: number;
      readonly change: number;
      /** Those that push the way of the change most come first. They add up to `change`. */
      readonly slices: readonly Contribution[];
      /** Slices beyond the most that are listed, as one. */
      readonly others: number;
    }
  | { readonly status: 'insufficient_data' }
);

const largest = 1e100;

/**
 * The change of a mean as a sum over slices: mean share × change of the slice's mean, and change of its share × how far its mean lies from that of all.
 * @param options `most` slices listed by themselves, 1 to 1,000 (20)
 * @throws AppError `drift/bad-option` where slices and values differ in length, or `most` is out of range
 * Source: the decomposition of Kitagawa 1955, JASA 50. Cost: O(rows + slices·ln slices).
 */
export function sliceChange(
  reference: SliceRows,
  current: SliceRows,
  options: { readonly most?: number } = {},
): SliceChange {
  const most = options.most ?? 20;
  if (!(Number.isSafeInteger(most) && most >= 1 && most <= 1_000))
    throw new AppError('drift/bad-option', 'slices: `most` must be a whole number, 1 to 1,000');
  const [before, now] = [momentsOf(reference), momentsOf(current)];
  const sizes = {
    nReference: before.all.count,
    nCurrent: now.all.count,
    dropped: reference.values.length + current.values.length - before.all.count - now.all.count,
  };
  if (before.all.count === 0 || now.all.count === 0) return { ...sizes, status: 'insufficient_data' };
  const sides: Sides = { before, now, middle: (before.all.mean + now.all.mean) / 2 };
  const names = [...new Set([...before.of.keys(), ...now.of.keys()])];
  const change = now.all.mean - before.all.mean;
  const parts = names.map((slice) => contributionOf(slice, sides));
  const way = change < 0 ? -1 : 1;
  parts.sort((a, b) => way * (b.total - a.total) || ((a.slice ?? '') < (b.slice ?? '') ? -1 : 1));
  // The most that push one way, and the most that push the other.
  const listed =
    parts.length <= most
      ? parts
      : [...parts.slice(0, Math.ceil(most / 2)), ...parts.slice(parts.length - Math.floor(most / 2))];
  const sum = listed.reduce((total, part) => total + part.total, 0);
  return {
    ...sizes,
    status: 'ok',
    before: before.all.mean,
    now: now.all.mean,
    change,
    slices: listed,
    others: parts.length <= most ? 0 : change - sum,
  };
}

interface Moments {
  count: number;
  mean: number;
  squares: number;
}

interface Side {
  readonly all: Moments;
  readonly of: ReadonlyMap<string | null, Moments>;
}

function momentsOf({ slices, values }: SliceRows): Side {
  if (slices.length !== values.length)
    throw new AppError('drift/bad-option', 'slices: there must be as many slices as values');
  const all = { count: 0, mean: 0, squares: 0 };
  const of = new Map<string | null, Moments>();
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) continue;
    const value = Math.max(-largest, Math.min(largest, values[i]!));
    const name = slices[i] ?? null;
    const own = of.get(name) ?? { count: 0, mean: 0, squares: 0 };
    of.set(name, own);
    for (const moments of [all, own]) {
      moments.count += 1;
      const apart = value - moments.mean;
      moments.mean += apart / moments.count;
      moments.squares += apart * (value - moments.mean);
    }
  }
  return { all, of };
}

interface Sides {
  readonly before: Side;
  readonly now: Side;
  /** Mean of both overall means. */
  readonly middle: number;
}

function contributionOf(slice: string | null, { before, now, middle }: Sides): Contribution {
  const [one, two] = [before.of.get(slice), now.of.get(slice)];
  const [shareBefore, shareNow] = [(one?.count ?? 0) / before.all.count, (two?.count ?? 0) / now.all.count];
  // A slice that one side has not has its own mean on both: all that it does, it does by being there.
  const [meanBefore, meanNow] = [one?.mean ?? two!.mean, two?.mean ?? one!.mean];
  const byMean = ((shareBefore + shareNow) / 2) * (meanNow - meanBefore);
  const byShare = (shareNow - shareBefore) * ((meanBefore + meanNow) / 2 - middle);
  return {
    slice,
    nReference: one?.count ?? 0,
    nCurrent: two?.count ?? 0,
    before: one?.mean ?? null,
    now: two?.mean ?? null,
    byMean,
    byShare,
    total: byMean + byShare,
    sd: sdOf(one, two, { before, now, middle }),
  };
}

/** Of Σ over the slice's rows of (value − middle) ÷ all rows, on either side: that is what `total` is. */
function sdOf(
  one: Moments | undefined,
  two: Moments | undefined,
  { before, now, middle }: Sides,
): number | null {
  if (before.all.count < 2 || now.all.count < 2) return null;
  const variance = (own: Moments | undefined, rows: number): number => {
    if (own === undefined) return 0;
    const apart = own.mean - middle;
    const mean = (own.count * apart) / rows;
    const square = (own.squares + own.count * apart * apart) / rows;
    return Math.max(0, square - mean * mean) / rows;
  };
  return Math.sqrt(variance(one, before.all.count) + variance(two, now.all.count));
}
