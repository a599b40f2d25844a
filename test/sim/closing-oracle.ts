// When those who report together have come: the rule of the glossary in the fewest words, apart from the product's own.

/** Periods with an accepted row, by series. */
export type GroupRows = ReadonlyMap<string, ReadonlySet<number>>;

const windowPeriods = 28;
const usualShare = 0.8;
const none = Number.NEGATIVE_INFINITY;

/**
 * The newest period of a group of series with rows of which a later one has begun, which at least half as many have reported as
 * in the median of the 28 periods before it, and beyond which every series has come that reported four fifths of those since
 * its first. −∞ when there is none.
 */
export function groupClosedThrough(rows: GroupRows): number {
  return closedThrough(
    [...rows.values()],
    (own, { isNewest, period }) => !isNewest && Math.max(...own) >= period,
  );
}

/** The same of groups that report apart: one has come when the period is closed for it. */
export function projectClosedThrough(
  groups: readonly { readonly rows: GroupRows; readonly closed: number }[],
): number {
  const periods = groups.map(({ rows }) => new Set([...rows.values()].flatMap((own) => [...own])));
  return closedThrough(periods, (own, { period }) => {
    const { closed } = groups[periods.indexOf(own as Set<number>)] ?? { closed: none };
    return closed >= period;
  });
}

type HasCome = (own: ReadonlySet<number>, of: { period: number; isNewest: boolean }) => boolean;

function closedThrough(reporters: readonly ReadonlySet<number>[], hasCome: HasCome): number {
  const counts = countsOf(reporters);
  const descending = [...counts.keys()].sort((a, b) => b - a);
  for (const [at, period] of descending.entries()) {
    const window = windowOf(reporters, period);
    if (2 * (counts.get(period) as number) < median(window.map((one) => counts.get(one) as number))) continue;
    const of = { period, isNewest: at === 0 };
    const isMissing = (own: ReadonlySet<number>): boolean =>
      !hasCome(own, of) && (own.has(period) || reports(own, window));
    if (!reporters.some(isMissing)) return period;
  }
  return none;
}

function countsOf(reporters: readonly ReadonlySet<number>[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const own of reporters) for (const period of own) counts.set(period, (counts.get(period) ?? 0) + 1);
  return counts;
}

/** The periods with rows before one. */
function windowOf(reporters: readonly ReadonlySet<number>[], period: number): number[] {
  const before = [...countsOf(reporters).keys()].filter((one) => one < period);
  return before.sort((a, b) => b - a).slice(0, windowPeriods);
}

/** Does somebody with these rows usually report? */
function reports(own: ReadonlySet<number>, window: readonly number[]): boolean {
  const since = window.filter((period) => period >= Math.min(...own));
  return since.length > 0 && since.filter((period) => own.has(period)).length >= usualShare * since.length;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length / 2;
  const upper = sorted[Math.floor(half)] ?? 0;
  return Number.isInteger(half) ? (upper + (sorted[half - 1] ?? 0)) / 2 : upper;
}
