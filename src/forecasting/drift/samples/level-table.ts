// Two samples of categories as counts of each level.

/** What a sample of categories is given as: values in order, null = unknown, or counts of levels. */
export type Categories = readonly (string | null)[] | ReadonlyMap<string, number>;

export interface LevelTable {
  /** Levels that at least one side has, in the order of their code units. */
  readonly levels: readonly string[];
  /** Rows of each level, shape [levels]. */
  readonly reference: Float64Array;
  readonly current: Float64Array;
  /** Rows that say nothing: null among values; a count that is no whole number above 0 counts for nothing, as one. */
  readonly droppedReference: number;
  readonly droppedCurrent: number;
}

/** Cost: O(rows + levels·ln levels). */
export function levelTable(reference: Categories, current: Categories): LevelTable {
  const before = counted(reference);
  const after = counted(current);
  const levels = [...new Set([...before.counts.keys(), ...after.counts.keys()])].sort();
  return {
    levels,
    reference: Float64Array.from(levels, (level) => before.counts.get(level) ?? 0),
    current: Float64Array.from(levels, (level) => after.counts.get(level) ?? 0),
    droppedReference: before.dropped,
    droppedCurrent: after.dropped,
  };
}

function counted(given: Categories): { counts: ReadonlyMap<string, number>; dropped: number } {
  const counts = new Map<string, number>();
  let dropped = 0;
  if (!isCounts(given)) {
    for (const value of given) {
      if (typeof value === 'string') counts.set(value, (counts.get(value) ?? 0) + 1);
      else dropped++;
    }
    return { counts, dropped };
  }
  for (const [level, count] of given) {
    if (Number.isSafeInteger(count) && count > 0) counts.set(level, count);
    else if (count !== 0) dropped++;
  }
  return { counts, dropped };
}

export function isCounts(given: Categories): given is ReadonlyMap<string, number> {
  return !Array.isArray(given);
}
