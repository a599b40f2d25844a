// The most frequent levels of a long window in bounded memory, with how far each count may be wrong.

import { AppError } from '../../../core/index.ts';

/** Plain data. */
export interface HeavyHitters {
  /** Levels kept, at most. */
  readonly size: number;
  count: number;
  /** Rows without a level. */
  dropped: number;
  /** Rows of each level, at least; pairs, so that any text is a level. */
  levels: [string, number][];
  /** No count is too small by more than this: what was taken from all of them to make room. */
  missing: number;
}

/**
 * @param size 1 to 100,000 (1,000)
 * @throws AppError `drift/bad-option` for another size
 */
export function heavyHitters(options: { readonly size?: number } = {}): HeavyHitters {
  const size = options.size ?? 1_000;
  if (!(Number.isSafeInteger(size) && size >= 1 && size <= 100_000))
    throw new AppError('drift/bad-option', 'heavy hitters: `size` must be a whole number, 1 to 100,000');
  return { size, count: 0, dropped: 0, levels: [], missing: 0 };
}

/**
 * Takes rows in. Every level of more than `count ÷ (size + 1)` rows is kept, and no count is too large.
 * Source: Misra and Gries 1982; merging by Agarwal et al. 2012, PODS. Cost: O(rows + size) amortised.
 */
export function addLevels(hitters: HeavyHitters, rows: readonly (string | null)[]): void {
  const counts = new Map(hitters.levels);
  for (const level of rows) {
    if (typeof level !== 'string') {
      hitters.dropped += 1;
      continue;
    }
    hitters.count += 1;
    counts.set(level, (counts.get(level) ?? 0) + 1);
    // Room is made once in a while, not with every level: twice as many are kept meanwhile.
    if (counts.size > 2 * hitters.size) makeRoom(hitters, counts);
  }
  makeRoom(hitters, counts);
  hitters.levels = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
}

/** Takes others in; they stay as they are. @throws AppError `drift/bad-option` where sizes differ */
export function mergeHitters(into: HeavyHitters, other: HeavyHitters): void {
  if (into.size !== other.size)
    throw new AppError('drift/bad-option', 'heavy hitters: only those of one size are merged');
  const counts = new Map(into.levels);
  for (const [level, count] of other.levels) counts.set(level, (counts.get(level) ?? 0) + count);
  into.count += other.count;
  into.dropped += other.dropped;
  into.missing += other.missing;
  makeRoom(into, counts);
  into.levels = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
}

/** Takes the count of the first level that has no room from all. */
function makeRoom(hitters: HeavyHitters, counts: Map<string, number>): void {
  if (counts.size <= hitters.size) return;
  const sorted = Float64Array.from(counts.values()).sort();
  const taken = sorted[sorted.length - 1 - hitters.size]!;
  hitters.missing += taken;
  for (const [level, count] of counts) {
    if (count <= taken) counts.delete(level);
    else counts.set(level, count - taken);
  }
}
