// Figures by minute over a bounded number of minutes, in flat arrays: what every window of the KPIs is read from.

const minuteMs = 60_000;

/** A span of time that a figure rests on, UTC milliseconds; `fromMs` is the start of a minute, or of the ring if later. */
export interface Window {
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * Named columns by minute. A column is either added to (`add`) or raised (`raise`); both begin at 0 in every minute.
 * Memory: 8 bytes per column and minute, taken at once. A minute older than the ring is forgotten when its place is needed.
 */
export class MinuteRing<Column extends string> {
  readonly minutes: number;
  readonly sinceMs: number;
  readonly #columns: ReadonlyMap<Column, number>;
  readonly #values: Float64Array;
  /** The minute that each place holds, counted from the epoch; -1 = none yet. */
  readonly #held: Float64Array;

  /** @param minutes how many it remembers @param sinceMs when counting began: no window reaches further back */
  constructor(columns: readonly Column[], { minutes, sinceMs }: { minutes: number; sinceMs: number }) {
    this.minutes = minutes;
    this.sinceMs = sinceMs;
    this.#columns = new Map(columns.map((name, i) => [name, i]));
    this.#values = new Float64Array(minutes * columns.length);
    this.#held = new Float64Array(minutes).fill(-1);
  }

  /** Adds to a column in the minute of `atMs`. O(1). */
  add(atMs: number, column: Column, amount: number): void {
    const at = this.#place(atMs, column);
    if (at >= 0) this.#values[at] = (this.#values[at] ?? 0) + amount;
  }

  /** Keeps the largest value of a column in the minute of `atMs`. O(1). */
  raise(atMs: number, column: Column, value: number): void {
    const at = this.#place(atMs, column);
    if (at >= 0) this.#values[at] = Math.max(this.#values[at] ?? 0, value);
  }

  /** The last `minutes` minutes up to now, the present one included; not before counting began. */
  window(nowMs: number, minutes: number): Window {
    const first = (Math.floor(nowMs / minuteMs) - Math.min(minutes, this.minutes) + 1) * minuteMs;
    return { fromMs: Math.min(nowMs, Math.max(this.sinceMs, first)), toMs: nowMs };
  }

  /** Sum of a column over a window. O(minutes of the window). */
  sum(column: Column, window: Window): number {
    return this.#fold(column, window, (total, value) => total + value);
  }

  /** Largest value of a column in a window; 0 when there is none. O(minutes of the window). */
  max(column: Column, window: Window): number {
    return this.#fold(column, window, Math.max);
  }

  #fold(column: Column, { fromMs, toMs }: Window, join: (a: number, b: number) => number): number {
    const width = this.#columns.size;
    const offset = this.#columns.get(column) ?? 0;
    const last = Math.floor(toMs / minuteMs);
    const first = Math.max(Math.floor(fromMs / minuteMs), last - this.minutes + 1);
    let result = 0;
    for (let minute = first; minute <= last; minute++) {
      const slot = minute % this.minutes;
      if (this.#held[slot] === minute) result = join(result, this.#values[slot * width + offset] ?? 0);
    }
    return result;
  }

  /** Index of a value; -1 for a minute that was forgotten already, as after a clock was set back. */
  #place(atMs: number, column: Column): number {
    const width = this.#columns.size;
    const minute = Math.floor(atMs / minuteMs);
    const slot = minute % this.minutes;
    const held = this.#held[slot] ?? -1;
    if (held > minute) return -1;
    if (held < minute) {
      this.#held[slot] = minute;
      this.#values.fill(0, slot * width, (slot + 1) * width);
    }
    return slot * width + (this.#columns.get(column) ?? 0);
  }
}
