// Is a history of two grains: totals of weeks up to some period, and of days from then on? Seen by how far apart its rows lie and by
// how large they are. Where a period without a row is zero, such totals would be read as one large day between empty ones.

export interface SpacingChange {
  /** Periods from one total to the next, as a rule. */
  readonly spacing: number;
  /** Index of the first row of the second part. */
  readonly at: number;
  /** Which part has the totals. */
  readonly totals: 'first' | 'second';
}

/** So many distances of each part at least. */
const distancesMin = 4;
/** This share of the finer part lies one period apart: shops that close on weekends have four of five. */
const nextShare = 0.6;
/** A total is as many times a single period as it has periods, or by this factor more or less. */
const sizeFactor = 2;

/**
 * @param periods of the rows, ascending
 * @param values of the rows, as many; NaN = unknown
 * @returns null where nothing says so. Cost: O(rows)
 */
export function spacingChange(periods: ArrayLike<number>, values: ArrayLike<number>): SpacingChange | null {
  const n = periods.length;
  if (n < 2 * distancesMin + 1) return null;
  const distance = (i: number): number => periods[i + 1]! - periods[i]!;
  const first = totalsUpTo({ count: n - 1, distance });
  if (first !== null) {
    const at = areTotals(values, { ...first, from: 0, border: first.rows - 1, rest: [first.rows, n] });
    if (at !== null) return { spacing: first.spacing, at: at ? first.rows : first.rows - 1, totals: 'first' };
  }
  const second = totalsUpTo({ count: n - 1, distance: (i) => distance(n - 2 - i) });
  if (second === null) return null;
  const border = n - second.rows;
  const at = areTotals(values, { ...second, from: border + 1, border, rest: [0, border] });
  return at === null ? null : { spacing: second.spacing, at: at ? border : border + 1, totals: 'second' };
}

/** The rows at the beginning that lie apart as totals do, where those after them lie side by side. */
function totalsUpTo(of: {
  readonly count: number;
  readonly distance: (i: number) => number;
}): { spacing: number; rows: number } | null {
  const { count, distance } = of;
  const begin = Array.from({ length: distancesMin }, (_, i) => distance(i)).sort((a, b) => a - b);
  const spacing = begin[distancesMin >> 1]!;
  if (spacing < 2) return null;
  // Months have 28 to 31 days, and 4 or 5 weeks.
  const slack = spacing === 4 || spacing === 5 ? 1 : Math.floor(spacing / 10);
  const isTotalApart = (d: number): boolean => {
    const times = Math.max(1, Math.round(d / spacing));
    return times <= 3 && Math.abs(d - times * spacing) <= slack * times;
  };
  let run = 0;
  while (run < count && isTotalApart(distance(run))) run++;
  // From the last total to the first single period it may be any distance.
  const rest = count - run - 1;
  if (run < distancesMin || rest < distancesMin) return null;
  let next = 0;
  for (let i = run + 1; i < count; i++) if (distance(i) === 1) next++;
  return next >= nextShare * rest ? { spacing, rows: run + 1 } : null;
}

/**
 * Are the rows as large as totals? Of the row at the border the distances do not tell which it is, its size does.
 * @returns whether that one is a total, too; null where none is
 */
function areTotals(
  values: ArrayLike<number>,
  of: {
    readonly spacing: number;
    readonly rows: number;
    readonly from: number;
    readonly border: number;
    readonly rest: readonly [number, number];
  },
): boolean | null {
  const total = meanOf(values, of.from, of.from + of.rows - 1);
  const single = meanOf(values, ...of.rest);
  const ratio = total / single;
  if (!(ratio >= of.spacing / sizeFactor && ratio <= of.spacing * sizeFactor)) return null;
  return values[of.border]! ** 2 >= total * single;
}

function meanOf(values: ArrayLike<number>, from: number, to: number): number {
  let [sum, count] = [0, 0];
  for (let i = from; i < to; i++) {
    if (!Number.isFinite(values[i])) continue;
    sum += values[i]!;
    count++;
  }
  return sum / count;
}
