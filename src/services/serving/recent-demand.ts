// The last few periods of series that no model knows: new ones, and all of them before the first training.

import { type GapRule, ObservationStatus } from '../../core/index.ts';
import type { ObservationRow, TailRow } from '../../storage/ports/index.ts';

/**
 * What rows said of a period: nothing, so that the gap rule decides; a value, or that it is unknown; that a row was refused; or a
 * part of a period that was not over.
 */
export const Said: { readonly nothing: 0; readonly row: 1; readonly refused: 2; readonly part: 3 } = {
  nothing: 0,
  row: 1,
  refused: 2,
  part: 3,
};

/** Has a row that was accepted spoken? */
export function isSaid(said: number | undefined): boolean {
  return said === Said.row || said === Said.part;
}

/** What a row makes of what was said of its period: a part takes nothing from a whole word. */
export function saidBy(
  row: Pick<TailRow, 'period' | 'openFrom'>,
  before: number | undefined,
): typeof Said.row | typeof Said.part {
  const isPart = row.period >= (row.openFrom ?? Number.POSITIVE_INFINITY);
  return isPart && before !== Said.row ? Said.part : Said.row;
}

/** A series' first and newest period with a row, ∞ and −∞ before one came, and its values, `ring[period mod length]`, NaN = unknown. */
interface Recent {
  first: number;
  last: number;
  readonly ring: Float64Array;
  /** Shape [length], see `Said`. */
  readonly said: Uint8Array;
  /** Periods of refused rows past `last`, at most as many as the ring holds. */
  refusedAhead: number[];
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
    return (this.#bySeries.get(seriesId)?.last ?? Number.NEGATIVE_INFINITY) > Number.NEGATIVE_INFINITY;
  }

  /** Those with rows that were accepted. */
  *seriesIds(): Iterable<string> {
    for (const [id, { last }] of this.#bySeries) if (last > Number.NEGATIVE_INFINITY) yield id;
  }

  /**
   * Takes in one row; a later row of the same period replaces it. One that was refused makes its period unknown unless another
   * row speaks of it, in whatever order they come. O(keep) at most.
   */
  observe(row: ObservationRow & Pick<TailRow, 'openFrom'>): void {
    const recent = this.#bySeries.get(row.seriesId) ?? this.#added(row.seriesId);
    if (recent === undefined) return;
    if (row.status === ObservationStatus.refused) this.#refuse(recent, row.period);
    else if (row.status === ObservationStatus.withdrawn) this.#takeBack(recent, row.period);
    else this.#take(recent, row);
  }

  #added(seriesId: string): Recent | undefined {
    if (this.#bySeries.size >= this.#seriesMax) return undefined;
    const recent = {
      first: Number.POSITIVE_INFINITY,
      last: Number.NEGATIVE_INFINITY,
      ring: new Float64Array(this.#keep).fill(Number.NaN),
      said: new Uint8Array(this.#keep),
      refusedAhead: [],
    };
    this.#bySeries.set(seriesId, recent);
    return recent;
  }

  #refuse(recent: Recent, period: number): void {
    const { last, said, refusedAhead } = recent;
    if (period <= last) {
      if (!isSaid(said[slot(period, this.#keep)])) this.#set(recent, period, Said.refused);
    } else if (refusedAhead.length < this.#keep && !refusedAhead.includes(period)) refusedAhead.push(period);
  }

  /** The newest period with a row; −∞ without one. */
  newest(seriesId: string): number {
    return this.#bySeries.get(seriesId)?.last ?? Number.NEGATIVE_INFINITY;
  }

  /** Up to where its rows by themselves close its periods; −∞ without a row. */
  wholeThrough(seriesId: string): number {
    const last = this.newest(seriesId);
    const said = this.#bySeries.get(seriesId)?.said[slot(last, this.#keep)];
    return said === Said.part ? last - 1 : last;
  }

  /** As if the row had been refused; the newest row is then the one before it, of those that are held. */
  #takeBack(recent: Recent, period: number): void {
    const { last, said } = recent;
    if (period > last - this.#keep && period <= last) said[slot(period, this.#keep)] = Said.nothing;
    this.#refuse(recent, period);
    if (period === recent.first && period < last) this.#beginLater(recent);
    if (period !== last) return;
    let before = last - 1;
    while (before > last - this.#keep && !isSaid(said[slot(before, this.#keep)])) before -= 1;
    const isLeft = before > last - this.#keep;
    for (let at = (isLeft ? before : last - this.#keep) + 1; at <= last; at++) {
      if (said[slot(at, this.#keep)] === Said.refused) recent.refusedAhead.push(at);
      // The place in the ring is now of an older period, whose value is forgotten.
      recent.ring[slot(at, this.#keep)] = Number.NaN;
      said[slot(at, this.#keep)] = Said.nothing;
    }
    recent.last = isLeft ? before : Number.NEGATIVE_INFINITY;
    if (!isLeft) recent.first = Number.POSITIVE_INFINITY;
  }

  /** The first row is gone: before the next one nothing is known. */
  #beginLater(recent: Recent): void {
    const { first, last, said } = recent;
    let next = Math.max(first, last - this.#keep) + 1;
    while (!isSaid(said[slot(next, this.#keep)])) next += 1;
    for (let gap = Math.max(first + 1, last - this.#keep + 1); gap < next; gap++)
      recent.ring[slot(gap, this.#keep)] = Number.NaN;
    recent.first = next;
  }

  #take(recent: Recent, row: ObservationRow & Pick<TailRow, 'openFrom'>): void {
    const { period } = row;
    const before = period <= recent.last && period > recent.last - this.#keep;
    const said = saidBy(row, before ? recent.said[slot(period, this.#keep)] : Said.nothing);
    if (period > recent.last) this.#moveTo(recent, period);
    else if (period < recent.first)
      for (let gap = Math.max(period + 1, recent.last - this.#keep + 1); gap < recent.first; gap++)
        if (recent.said[slot(gap, this.#keep)] === Said.nothing)
          this.#set(recent, gap, Said.nothing, this.#gap);
    recent.first = Math.min(recent.first, period);
    this.#set(recent, period, said, demandOf(row));
  }

  /** Periods between the newest row and a newer one are gaps; before the first row nothing is. */
  #moveTo(recent: Recent, period: number): void {
    const { last: before, refusedAhead } = recent;
    const isFirst = before === Number.NEGATIVE_INFINITY;
    recent.last = period;
    for (let gap = Math.max(before + 1, period - this.#keep + 1); gap < period; gap++) {
      if (refusedAhead.includes(gap)) this.#set(recent, gap, Said.refused);
      else this.#set(recent, gap, Said.nothing, isFirst ? Number.NaN : this.#gap);
    }
    recent.refusedAhead = refusedAhead.filter((refused) => refused > period);
  }

  /** Writes what is known of a period, unless it is older than the ring. */
  #set(recent: Recent, period: number, said: number, value: number = Number.NaN): void {
    if (period <= recent.last - this.#keep) return;
    recent.ring[slot(period, this.#keep)] = value;
    recent.said[slot(period, this.#keep)] = said;
  }

  #gapAt(recent: Recent, period: number): number {
    return recent.refusedAhead.includes(period) ? Number.NaN : this.#gap;
  }

  /**
   * The `keep` values up to a cutoff, newest last; NaN = unknown; undefined for a series without rows.
   * @param cutoff a period up to which the series is closed
   */
  window(seriesId: string, cutoff: number): Float64Array | undefined {
    const recent = this.#bySeries.get(seriesId);
    if (recent === undefined || !this.has(seriesId)) return undefined;
    const out = new Float64Array(this.#keep);
    for (let i = 0; i < this.#keep; i++) {
      const period = cutoff - this.#keep + 1 + i;
      if (period > recent.last) out[i] = this.#gapAt(recent, period);
      else if (period <= recent.last - this.#keep) out[i] = Number.NaN;
      else out[i] = recent.ring[slot(period, this.#keep)] as number;
    }
    return out;
  }
}

function slot(period: number, keep: number): number {
  return ((period % keep) + keep) % keep;
}
