// When a group of series has come: the rule of the glossary in the fewest words, apart from the product's own.

/** Periods with an accepted row, by series. */
export type GroupRows = ReadonlyMap<string, ReadonlySet<number>>;

const windowPeriods = 28;
const usualShare = 0.8;

/**
 * The newest period with rows of which a later one has begun, which at least half as many have reported as in the median of
 * the 28 periods before it, and beyond which every series has come that reported four fifths of those since its first. −∞ when
 * there is none.
 */
export function groupClosedThrough(rows: GroupRows): number {
  const counts = new Map<number, number>();
  for (const periods of rows.values())
    for (const period of periods) counts.set(period, (counts.get(period) ?? 0) + 1);
  const descending = [...counts.keys()].sort((a, b) => b - a);
  for (const [at, period] of descending.entries()) {
    if (at === 0) continue;
    const window = descending.slice(at + 1, at + 1 + windowPeriods);
    if (2 * (counts.get(period) as number) < median(window.map((one) => counts.get(one) as number))) continue;
    const isMissing = [...rows.values()].some((own) => Math.max(...own) < period && reports(own, window));
    if (!isMissing) return period;
  }
  return Number.NEGATIVE_INFINITY;
}

/** Does a series with these rows usually report? */
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
