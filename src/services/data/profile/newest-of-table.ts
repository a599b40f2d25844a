// The newest period of a table that was read to be evaluated: is it whole?

import { ObservationStatus, periodLabel, type Reporter, windowPeriods } from '../../../core/index.ts';
import type { Table } from '../engine/table-columns.ts';
import { hoursSinceEnd } from '../rows/period-age.ts';
import { type NewestPeriod, newestPeriod, partOnly } from './newest-period.ts';
import { reachOf } from './profile-builder.ts';

export interface TableEnd {
  /** The newest period with known demand. */
  readonly newest: number;
  readonly seen: NewestPeriod;
  /** Why its rows are only a part of it, whoever has reported; empty = nothing says so. */
  readonly partOnly: readonly string[];
}

/**
 * @param of.now UTC milliseconds; absent = the clock is not asked
 * @returns null for a table without known demand. Cost: O(rows)
 */
export function newestOfTable(
  table: Table,
  of: { readonly timezone: string; readonly now?: number | undefined },
): TableEnd | null {
  const { grid, offsets, periods, seriesIds } = table;
  const counts = new Map<number, number>();
  const totals = new Map<number, number>();
  let newest = Number.NEGATIVE_INFINITY;
  for (let row = 0; row < periods.length; row++) {
    if (!isKnown(table, row)) continue;
    const period = periods[row] as number;
    counts.set(period, (counts.get(period) ?? 0) + 1);
    totals.set(period, (totals.get(period) ?? 0) + (table.values[row] || 0));
    if (period > newest) newest = period;
  }
  if (counts.size === 0) return null;
  const window = new Set([...counts.keys()].sort((a, b) => b - a).slice(0, windowPeriods + 1));
  const reporters = seriesIds.map((_, s) =>
    reporterOf(table, [offsets[s] as number, offsets[s + 1] as number], window),
  );
  const hours =
    of.now === undefined
      ? null
      : hoursSinceEnd({ grid, timezone: of.timezone }, { period: newest, now: of.now });
  const reach = reachOf({ grid }, table.lastInstants);
  const evidence = { newest, hoursSinceEnd: hours, reach };
  return {
    newest,
    seen: newestPeriod({
      ...evidence,
      counts,
      totals,
      reporters: () => reporters,
      knownFrom: Number.NEGATIVE_INFINITY,
      label: (period) => periodLabel(grid, period),
    }),
    partOnly: partOnly(evidence),
  };
}

function isKnown({ status, values }: Table, row: number): boolean {
  return status?.[row] === ObservationStatus.stockout || Number.isFinite(values[row]);
}

function reporterOf(
  table: Table,
  [from, to]: readonly [number, number],
  window: ReadonlySet<number>,
): Reporter {
  const own = new Set<number>();
  let [first, newest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let row = from; row < to; row++) {
    if (!isKnown(table, row)) continue;
    const period = table.periods[row] as number;
    if (window.has(period)) own.add(period);
    first = Math.min(first, period);
    newest = Math.max(newest, period);
  }
  return { first, newest, closes: Number.NEGATIVE_INFINITY, reported: (period) => own.has(period) };
}
