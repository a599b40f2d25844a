// What a project's own history says is usual: the measure of checks that name no number of their own.

export interface Usual {
  /** The largest recent value of a series; undefined for one that is not known. */
  highOf(seriesId: string): { readonly high: number } | undefined;
  /** The names that a series column has in the history; undefined where nothing is known of it. */
  namesOf(column: string): ReadonlySet<string> | undefined;
  /** The median; null = as in the rows looked at. */
  readonly rowsPerPeriod: number | null;
}

/** Nothing is known yet. */
export const nothingUsual: Usual = {
  highOf: () => undefined,
  namesOf: () => undefined,
  rowsPerPeriod: null,
};

/**
 * From the recent highs of the series that a project knows.
 * @param partsOf the values of the series columns that an id is made of
 */
export function usualOf(
  highs: ReadonlyMap<string, { readonly high: number }>,
  of: { readonly columns: readonly string[]; readonly partsOf: (seriesId: string) => readonly string[] },
): Usual {
  if (highs.size === 0) return nothingUsual;
  const names = new Map<string, ReadonlySet<string>>();
  return {
    highOf: (id) => highs.get(id),
    namesOf: (column) => {
      const known = names.get(column);
      if (known !== undefined) return known;
      const at = of.columns.indexOf(column);
      if (at < 0) return undefined;
      const found = new Set(Array.from(highs.keys(), (id) => of.partsOf(id)[at] ?? ''));
      names.set(column, found);
      return found;
    },
    rowsPerPeriod: null,
  };
}
