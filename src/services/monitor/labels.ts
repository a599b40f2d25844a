// Labels: what the truth of a forecast step is, once it has come.

import { type GapRule, ObservationStatus } from '../../core/index.ts';
import type { HistoryStore, PredictionRecord, TailRow } from '../../storage/ports/index.ts';
import type { SealedPast } from '../data/index.ts';
import type { KnownClosed } from './known-closed.ts';

/** A known demand in units; or why there is none: `censored` = stock-out, `unknown` = not arrived, refused, or arrived as missing. */
export type Label = number | 'censored' | 'unknown';

/** Values in a window besides demand itself, which is finite. */
const absent = Number.NEGATIVE_INFINITY;
const censored = Number.POSITIVE_INFINITY;
/** Rows of one read at most, so that a store that answers without leaving the event loop does not hold it. */
const rowsPerReadMax = 2000;
/** Cutoffs of one call to `cover` lie at most this far apart. */
export const cutoffSpanMax = 64;
/** Values of one block of rings: half a megabyte. */
const blockLength = 65_536;
/** Series held at most; past it the window starts anew. */
const seriesMax = 100_000;

/** Periods `from … to`, inclusive. */
interface Range {
  readonly from: number;
  to: number;
}

/** What predictions of a series need, and the last cutoff of them. */
interface Needed extends Range {
  cutoff: number;
}

/** A series' values of the periods `from … to`, `ring[period mod width]`. */
interface Held {
  from: number;
  to: number;
  readonly ring: Float64Array;
}

/** Series of which rows are to be read, by their periods. */
class RangesToRead {
  readonly #groups: Map<string, Range & { readonly seriesIds: string[] }> = new Map();

  add(seriesId: string, range: Range | undefined): void {
    if (range === undefined) return;
    const key = `${range.from} ${range.to}`;
    const group = this.#groups.get(key) ?? { ...range, seriesIds: [] };
    group.seriesIds.push(seriesId);
    this.#groups.set(key, group);
  }

  /** In reads of a bounded number of rows. */
  *reads(): Iterable<Range & { readonly seriesIds: readonly string[] }> {
    for (const { seriesIds, from, to } of this.#groups.values()) {
      const step = Math.max(1, Math.floor(rowsPerReadMax / (to - from + 1)));
      for (let i = 0; i < seriesIds.length; i += step)
        yield { from, to, seriesIds: seriesIds.slice(i, i + step) };
    }
  }
}

export interface LabelWindowOptions {
  readonly store: Pick<HistoryStore, 'readActuals'>;
  readonly project: { readonly name: string; readonly gaps: GapRule };
  /** Newest period of which a label is asked for. */
  readonly latestPeriod: number;
  /** Which periods are over; told of the rows that are read. */
  readonly closed: KnownClosed;
  /** Periods before the cutoff that a baseline looks at. */
  readonly season: number;
  /** Demand before the cutoff that has left the tail; absent = nobody asks for it. */
  readonly past?: (range: { readonly from: number; readonly to: number }) => Promise<SealedPast>;
  /** Lets waiting I/O run; called after every read. */
  readonly breathe: () => Promise<void>;
}

/**
 * The latest known values around the cutoffs of a scan of predictions by ascending cutoff. Every value is read once, however
 * many predictions cover it; memory: series × (season + horizon).
 */
export class LabelWindow {
  readonly #options: LabelWindowOptions;
  readonly #held: Map<string, Held> = new Map();
  /** Series whose newest row is known. */
  readonly #readToEnd: Set<string> = new Set();
  #past: SealedPast | undefined;
  /** Where the next rings lie, and how much of it is taken. */
  #block: Float64Array = new Float64Array(0);
  #used = 0;
  #firstPeriod = Number.POSITIVE_INFINITY;

  constructor(options: LabelWindowOptions) {
    this.#options = options;
  }

  /**
   * Reads what these predictions need and is not held yet.
   * @param page by ascending cutoff, not before the last page's, spanning at most `cutoffSpanMax`
   */
  async cover(page: readonly Pick<PredictionRecord, 'seriesId' | 'cutoff' | 'mean'>[]): Promise<void> {
    if (this.#held.size > seriesMax) this.#held.clear();
    const needed = this.#neededOf(page);
    const missing = new RangesToRead();
    const past: (Range & { readonly seriesId: string })[] = [];
    for (const [seriesId, range] of needed) {
      const unread = this.#makeRoom(seriesId, range);
      missing.add(seriesId, unread);
      if (unread !== undefined && unread.from <= range.cutoff)
        past.push({ seriesId, from: unread.from, to: Math.min(range.cutoff, unread.to) });
    }
    await this.#readPast(past);
    for (const { seriesIds, from, to } of missing.reads()) await this.#read(seriesIds, from, to);
    await this.#readLater(needed);
  }

  /**
   * Takes what is sealed of the time before the cutoffs; rows of the tail replace it unless their batch is older. What labels a prediction
   * stays in the tail, so this is needed where forecasts of a series begin.
   */
  async #readPast(ranges: readonly (Range & { readonly seriesId: string })[]): Promise<void> {
    const { past, season, latestPeriod } = this.#options;
    if (past === undefined || ranges.length === 0) return;
    let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const range of ranges) {
      from = Math.min(from, range.from);
      to = Math.max(to, range.to);
    }
    // Some periods more than asked for: the next pages, of later cutoffs, find theirs.
    if (this.#past === undefined || from < this.#past.from || to > this.#past.to)
      this.#past = await past({
        from,
        to: Math.max(to, Math.min(latestPeriod, to + Math.max(cutoffSpanMax, season))),
      });
    for (const { seriesId, ...range } of ranges) {
      const held = this.#held.get(seriesId) as Held;
      for (let period = range.from; period <= range.to; period++) {
        const value = this.#past.at(seriesId, period);
        if (value === absent) continue;
        held.ring[slot(period, held.ring.length)] = value;
        if (period < this.#firstPeriod) this.#firstPeriod = period;
      }
    }
  }

  /** What a series reported later closes its periods without a row: that counts where closings have not come as far. */
  async #readLater(needed: ReadonlyMap<string, Range>): Promise<void> {
    const { project, latestPeriod, closed } = this.#options;
    if (project.gaps !== 'zero') return;
    const later = new RangesToRead();
    for (const [seriesId, { to }] of needed) {
      if (to <= closed.closedThrough(seriesId) || this.#readToEnd.has(seriesId)) continue;
      this.#readToEnd.add(seriesId);
      later.add(seriesId, to < latestPeriod ? { from: to + 1, to: latestPeriod } : undefined);
    }
    for (const { seriesIds, from, to } of later.reads()) await this.#read(seriesIds, from, to);
  }

  /** Per series the periods of all its predictions together: from the season before the first cutoff to the last step that is known. */
  #neededOf(page: readonly Pick<PredictionRecord, 'seriesId' | 'cutoff' | 'mean'>[]): Map<string, Needed> {
    const { season, latestPeriod } = this.#options;
    const needed = new Map<string, Needed>();
    for (const { seriesId, cutoff, mean } of page) {
      const from = cutoff - season + 1;
      const to = Math.min(cutoff + mean.length, latestPeriod);
      const range = needed.get(seriesId);
      if (range === undefined) needed.set(seriesId, { from, to, cutoff });
      else {
        range.to = Math.max(range.to, to);
        range.cutoff = cutoff;
      }
    }
    return needed;
  }

  /** Makes room for a series' periods, keeping what is held of them; what of them has to be read. */
  #makeRoom(seriesId: string, { from, to }: Range): Range | undefined {
    const old = this.#held.get(seriesId);
    const isUsable = old !== undefined && from >= old.from && from <= old.to + 1;
    if (to < from || (isUsable && to <= old.to)) return undefined;
    const width = to - from + 1;
    const range = { from: isUsable ? old.to + 1 : from, to };
    if (old !== undefined && old.ring.length >= width) {
      for (let period = range.from; period <= to; period++) old.ring[slot(period, old.ring.length)] = absent;
      old.from = isUsable ? Math.max(old.from, to - old.ring.length + 1) : from;
      old.to = to;
      return range;
    }
    // Some periods more than asked for: the cutoffs of the next pages move on by a few.
    const ring = this.#ringOf(width + cutoffSpanMax);
    if (isUsable)
      for (let period = from; period <= old.to; period++)
        ring[slot(period, ring.length)] = old.ring[slot(period, old.ring.length)] as number;
    this.#held.set(seriesId, { from, to, ring });
    return range;
  }

  /** A part of a block: a hundred thousand buffers of their own would hold every collection of garbage up. */
  #ringOf(length: number): Float64Array {
    if (length > this.#block.length - this.#used) {
      this.#block = new Float64Array(Math.max(length, blockLength)).fill(absent);
      this.#used = 0;
    }
    this.#used += length;
    return this.#block.subarray(this.#used - length, this.#used);
  }

  async #read(seriesIds: readonly string[], periodMin: number, periodMax: number): Promise<void> {
    const { store, project, closed, breathe } = this.#options;
    for (const row of await store.readActuals(project.name, { periodMin, periodMax, seriesIds })) {
      closed.observe(row);
      const held = this.#held.get(row.seriesId);
      if (!held || row.period < held.from || row.period > held.to) continue;
      if ((this.#past?.batchSeqAt(row.seriesId, row.period) ?? 0) > row.batchSeq) continue;
      held.ring[slot(row.period, held.ring.length)] = codeOf(row);
      if (row.period < this.#firstPeriod) this.#firstPeriod = row.period;
    }
    await breathe();
  }

  /** The label of a period after a forecast's cutoff. No row means zero only under gap rule `zero`, once the period is closed. */
  at(seriesId: string, period: number): Label {
    const { project, closed } = this.#options;
    return this.#label(
      seriesId,
      period,
      () => project.gaps === 'zero' && period <= closed.closedThrough(seriesId),
    );
  }

  /**
   * The demand of a period before the cutoff, for a baseline. Where nothing sealed is asked for, older rows may have left the tail:
   * no row means zero only from the first period of which anything was read.
   */
  before(seriesId: string, period: number): Label {
    return this.#label(
      seriesId,
      period,
      () => this.#options.project.gaps === 'zero' && period >= this.#firstPeriod,
    );
  }

  #label(seriesId: string, period: number, absentIsZero: () => boolean): Label {
    const held = this.#held.get(seriesId);
    const isHeld = held !== undefined && period >= held.from && period <= held.to;
    const code = isHeld ? (held.ring[slot(period, held.ring.length)] as number) : absent;
    if (code === censored) return 'censored';
    if (code === absent) return absentIsZero() ? 0 : 'unknown';
    return Number.isFinite(code) ? code : 'unknown';
  }
}

function codeOf(row: TailRow): number {
  if (row.status === ObservationStatus.stockout) return censored;
  return row.status === ObservationStatus.observed && Number.isFinite(row.value) ? row.value : Number.NaN;
}

function slot(period: number, width: number): number {
  return ((period % width) + width) % width;
}
