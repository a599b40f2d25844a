// The label clock: when the truth of a forecast step is due, and what the truth is once it has come.

import { type GapRule, ObservationStatus, periodStart, type TimeGrid } from '../core/index.ts';
import type { HistoryStore, TailRow } from '../store/ports.ts';

/** A known demand in units; or why there is none: `censored` = stock-out, `unknown` = not arrived or arrived as missing. */
export type Label = number | 'censored' | 'unknown';

/** UTC millisecond at which the label of a period is due: the start of the next one; null where time is a step number. */
export function labelDueAt(grid: TimeGrid, period: number): number | null {
  return grid.frequency === 'step' ? null : periodStart(grid, period + 1);
}

/** Is the label due: has the data moved up to the period, or has the clock passed it? */
export function isLabelDue(
  grid: TimeGrid,
  period: number,
  at: { latestPeriod: number; now: number },
): boolean {
  if (period <= at.latestPeriod) return true;
  const dueAt = labelDueAt(grid, period);
  return dueAt !== null && at.now >= dueAt;
}

interface LabelQuery {
  readonly seriesIds: readonly string[];
  readonly periodMin: number;
  readonly periodMax: number;
}

/** The latest known values of some series over some periods, and what their absence means. */
export class Labels {
  readonly #bySeries: Map<string, Map<number, TailRow>> = new Map();
  readonly #gaps: GapRule;
  readonly #latestPeriod: number;
  #firstPeriod = Number.POSITIVE_INFINITY;

  private constructor(gaps: GapRule, latestPeriod: number) {
    this.#gaps = gaps;
    this.#latestPeriod = latestPeriod;
  }

  /** Reads what is known now; cost and memory: O(rows in the window). */
  static async read(
    store: Pick<HistoryStore, 'readActuals'>,
    project: { readonly name: string; readonly gaps: GapRule },
    query: LabelQuery & { readonly latestPeriod: number },
  ): Promise<Labels> {
    const labels = new Labels(project.gaps, query.latestPeriod);
    const { periodMin, seriesIds } = query;
    // Nothing is known after the latest period, so nothing is read there.
    const periodMax = Math.min(query.periodMax, query.latestPeriod);
    if (periodMax < periodMin) return labels;
    for (const row of await store.readActuals(project.name, { periodMin, periodMax, seriesIds })) {
      let rows = labels.#bySeries.get(row.seriesId);
      if (!rows) {
        rows = new Map();
        labels.#bySeries.set(row.seriesId, rows);
      }
      rows.set(row.period, row);
      if (row.period < labels.#firstPeriod) labels.#firstPeriod = row.period;
    }
    return labels;
  }

  /** The label of a period after a forecast's cutoff. No row means zero only under gap rule `zero` and up to the latest period. */
  at(seriesId: string, period: number): Label {
    const row = this.#bySeries.get(seriesId)?.get(period);
    if (row) return labelOf(row);
    return this.#gaps === 'zero' && period <= this.#latestPeriod ? 0 : 'unknown';
  }

  /**
   * The demand of a period before the cutoff, for a baseline. Older rows may have left the tail, so no row means zero only
   * from the first period of which anything was read.
   */
  before(seriesId: string, period: number): Label {
    const row = this.#bySeries.get(seriesId)?.get(period);
    if (row) return labelOf(row);
    return this.#gaps === 'zero' && period >= this.#firstPeriod ? 0 : 'unknown';
  }
}

function labelOf(row: TailRow): Label {
  if (row.status === ObservationStatus.stockout) return 'censored';
  return row.status === ObservationStatus.observed && Number.isFinite(row.value) ? row.value : 'unknown';
}
