// The last few periods of series that no model knows: new ones, and all of them before the first training.

import { type GapRule, ObservationStatus } from '../../core/index.ts';
import type { ObservationRow } from '../../storage/ports/index.ts';

/** A series' newest period and its values, `ring[period mod length]`, NaN = unknown. */
interface Recent {
  last: number;
  readonly ring: Float64Array;
}

/** What a period without a row is worth to a model: 0 under gap rule `zero`, else unknown. */
export function gapValue(gaps: GapRule): number {
  return gaps === 'zero' ? 0 : Number.NaN;
}

/** The value of a row to a model: demand in units, NaN when missing or out of stock. */
export function demandOf(row: Pick<ObservationRow, 'value' | 'status'>): number {
  return row.status === ObservationStatus.observed ? row.value : Number.NaN;
}

/** A bounded window of values for each of a bounded number of series. */
export class RecentDemand {
  readonly #keep: number;
  readonly #gap: number;
  readonly #seriesMax: number;
  readonly #bySeries: Map<string, Recent> = new Map();

  /** @param options periods kept per series, ≥ 1, and series kept at most: rows of further ones are ignored */
  constructor(options: { keep: number; gaps: GapRule; seriesMax?: number }) {
    this.#keep = options.keep;
    this.#gap = gapValue(options.gaps);
    this.#seriesMax = options.seriesMax ?? 200_000;
  }

  has(seriesId: string): boolean {
    return this.#bySeries.has(seriesId);
  }

  seriesIds(): Iterable<string> {
    return this.#bySeries.keys();
  }

  /** Takes in one row; a later row of the same period replaces it. O(keep) at most. */
  observe(row: ObservationRow): void {
    const recent = this.#bySeries.get(row.seriesId);
    if (!recent) {
      if (this.#bySeries.size >= this.#seriesMax) return;
      const ring = new Float64Array(this.#keep).fill(Number.NaN);
      ring[slot(row.period, this.#keep)] = demandOf(row);
      this.#bySeries.set(row.seriesId, { last: row.period, ring });
      return;
    }
    const gapFrom = Math.max(recent.last + 1, row.period - this.#keep + 1);
    for (let period = gapFrom; period < row.period; period++)
      recent.ring[slot(period, this.#keep)] = this.#gap;
    if (row.period > recent.last) recent.last = row.period;
    if (row.period > recent.last - this.#keep) recent.ring[slot(row.period, this.#keep)] = demandOf(row);
  }

  /** The `keep` values up to a cutoff, newest last; NaN = unknown; undefined for a series without rows. */
  window(seriesId: string, cutoff: number): Float64Array | undefined {
    const recent = this.#bySeries.get(seriesId);
    if (!recent) return undefined;
    const out = new Float64Array(this.#keep);
    for (let i = 0; i < this.#keep; i++) {
      const period = cutoff - this.#keep + 1 + i;
      if (period > recent.last) out[i] = this.#gap;
      else if (period <= recent.last - this.#keep) out[i] = Number.NaN;
      else out[i] = recent.ring[slot(period, this.#keep)] as number;
    }
    return out;
  }
}

function slot(period: number, keep: number): number {
  return ((period % keep) + keep) % keep;
}
