// Model states in memory, advanced by one step per observation. What arrived since the snapshot is kept per series, so a
// late or corrected value replays its series from the artifact's state instead of leaving a wrong one behind. A state stands
// where its series was last heard of; how far it is brought up for a forecast is up to who asks, and no further than the
// series is closed.

import { type GapRule, isReport, ObservationStatus, statePeriodsMax } from '../../core/index.ts';
import type { ObservationRow, TailRow } from '../../storage/ports/index.ts';
import { demandOf, gapValue, isSaid, Said, saidBy } from './recent-demand.ts';
import type { Servable } from './servable.ts';

/** Values of one series since its artifact state: `values[0]` is the first period after it. */
interface Since {
  values: Float64Array;
  /** What is known of each period, past `count` too: see `Said`. */
  said: Uint8Array;
  count: number;
  /** The state after the first `known` values; undefined = to be replayed from the artifact's. */
  state: Float64Array | undefined;
  known: number;
}

/** Hot states of all series of one model. */
export class HotStates {
  readonly #model: Servable;
  readonly #gap: number;
  readonly #since: (Since | undefined)[];
  readonly #largest: Float64Array;
  /** Rows for periods inside the snapshot: they count at the next training. */
  correctionsInside = 0;

  constructor(model: Servable, gaps: GapRule) {
    this.#model = model;
    this.#gap = gapValue(gaps);
    this.#since = new Array(model.seriesIds.length);
    this.#largest = new Float64Array(model.seriesIds.length);
    for (let i = 0; i < this.#largest.length; i++) this.#largest[i] = model.largest(i);
  }

  /** Largest |demand| seen so far; NaN = nothing known. */
  largest(series: number): number {
    return this.#largest[series] as number;
  }

  /**
   * Takes in one row. The next period of a series: O(1); after a gap: O(gap); a correction: O(1) now, and one replay when the
   * series is next forecast.
   * @param closed the newest closed period of the series: the value of a later one is kept, and may change until it is closed
   */
  observe(
    series: number,
    row: ObservationRow & Pick<TailRow, 'openFrom'>,
    closed: number = Number.POSITIVE_INFINITY,
  ): void {
    const offset = row.period - this.#model.lastPeriod(series) - 1;
    if (offset < 0) {
      this.correctionsInside++;
      return;
    }
    if (offset > statePeriodsMax) return;
    this.#since[series] ??= {
      values: new Float64Array(8),
      said: new Uint8Array(8),
      count: 0,
      state: this.#model.state(series).slice(),
      known: 0,
    };
    const since = this.#since[series];
    reserve(since, offset + 1);
    if (!isReport(row.status)) {
      // Whatever else is known of the period counts, whether it came before or comes later; unless that was taken back.
      if (isSaid(since.said[offset]) && row.status === ObservationStatus.refused) return;
      since.said[offset] = Said.refused;
      if (offset < since.count) replace(since, offset, Number.NaN);
      return;
    }
    const value = demandOf(row);
    const size = Math.abs(value);
    const largest = this.#largest[series] as number;
    if (size > largest || Number.isNaN(largest)) this.#largest[series] = size;
    since.said[offset] = saidBy(row, since.said[offset]);
    if (offset < since.count) {
      replace(since, offset, value);
      return;
    }
    const first = this.#model.lastPeriod(series) + 1;
    while (since.count < offset)
      this.#push(series, since, this.#gapAt(since, since.count), first + since.count <= closed);
    this.#push(series, since, value, row.period <= closed);
  }

  /** The newest period with a row, one of the artifact at least. Cost: O(periods since then that were taken back), 1 as a rule. */
  newest(series: number): number {
    const since = this.#since[series];
    let offset = (since?.count ?? 0) - 1;
    while (offset >= 0 && !isSaid(since?.said[offset])) offset -= 1;
    return this.#model.lastPeriod(series) + 1 + offset;
  }

  /** Up to where the rows of a series by themselves close its periods. */
  wholeThrough(series: number): number {
    const newest = this.newest(series);
    const said = this.#since[series]?.said[newest - this.#model.lastPeriod(series) - 1];
    return said === Said.part ? newest - 1 : newest;
  }

  #push(series: number, since: Since, value: number, isClosed = true): void {
    since.values[since.count++] = value;
    if (isClosed && since.state && since.known === since.count - 1) this.#learn(series, since);
  }

  /** Brings the state one period forward. */
  #learn(series: number, since: Since): void {
    this.#model.update(series, since.state as Float64Array, since.values[since.known++] as number);
  }

  /** What a period without a row is worth: unknown where one was refused, else as the gap rule says. */
  #gapAt(since: Since | undefined, offset: number): number {
    return since?.said[offset] === Said.refused ? Number.NaN : this.#gap;
  }

  /**
   * The state of a series after a cutoff, periods without a row taken by the gap rule. The caller must not write to it.
   * Usually the hot state itself; a copy when the series is behind the cutoff, or ahead of it because rows arrived while a
   * long request was under way.
   * @param cutoff a period up to which the series is closed
   * @returns undefined when the series is too far behind to be brought up. Cost: O(1) … O(periods since the snapshot).
   */
  stateAt(series: number, cutoff: number): Float64Array | undefined {
    const length = Math.max(0, cutoff - this.#model.lastPeriod(series));
    const since = this.#since[series];
    const count = since?.count ?? 0;
    if (length - count > statePeriodsMax) return undefined;
    const known = Math.min(length, count);
    if (since?.state !== undefined && since.known > known) return this.#replay(series, since, known);
    if (since) this.#bringTo(series, since, known);
    const state = since?.state ?? this.#model.state(series);
    if (length === known) return state;
    const ahead = state.slice();
    for (let i = count; i < length; i++) this.#model.update(series, ahead, this.#gapAt(since, i));
    return ahead;
  }

  #bringTo(series: number, since: Since, known: number): void {
    if (since.state === undefined) {
      since.state = this.#model.state(series).slice();
      since.known = 0;
    }
    while (since.known < known) this.#learn(series, since);
  }

  #replay(series: number, since: Since, length: number): Float64Array {
    const state = this.#model.state(series).slice();
    for (let i = 0; i < length; i++) this.#model.update(series, state, since.values[i] as number);
    return state;
  }

  /** The values since the artifact's state up to a cutoff, periods without a row taken by the gap rule. */
  valuesSince(series: number, cutoff: number): Float64Array {
    const values = new Float64Array(
      Math.min(statePeriodsMax, Math.max(0, cutoff - this.#model.lastPeriod(series))),
    );
    const since = this.#since[series];
    const known = since?.values.subarray(0, Math.min(since.count, values.length));
    if (known !== undefined) values.set(known);
    for (let i = known?.length ?? 0; i < values.length; i++) values[i] = this.#gapAt(since, i);
    return values;
  }

  /** The last `keep` values up to a cutoff, newest last, NaN = unknown. Cost: O(keep). */
  window(series: number, cutoff: number, keep: number): Float64Array {
    const base = this.#model.lastPeriod(series);
    const recent = this.#model.recent(series);
    const since = this.#since[series];
    const out = new Float64Array(keep);
    for (let i = 0; i < keep; i++) {
      const offset = cutoff - keep + i - base;
      if (offset < 0) out[i] = recent[recent.length + offset] ?? Number.NaN;
      else if (since && offset < since.count) out[i] = since.values[offset] as number;
      else out[i] = this.#gapAt(since, offset);
    }
    return out;
  }
}

/** Another value for a period that the state has seen: it is replayed when it is next asked for. */
function replace(since: Since, offset: number, value: number): void {
  if (Object.is(since.values[offset], value)) return;
  since.values[offset] = value;
  if (offset < since.known) since.state = undefined;
}

function reserve(since: Since, size: number): void {
  if (size <= since.values.length) return;
  const length = Math.max(size, since.values.length * 2);
  const values = new Float64Array(length);
  values.set(since.values.subarray(0, since.count));
  const said = new Uint8Array(length);
  said.set(since.said);
  since.values = values;
  since.said = said;
}
