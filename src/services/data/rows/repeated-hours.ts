// The hour of the local clock that comes twice a year. A time without an offset does not say which of the two it means; the rows
// before it do, where those of its series come in the order of time: 01:00, 02:00, 02:00, 03:00.

const hourMs = 3_600_000;

interface Seen {
  /** The last instant, as it was read. */
  last: number;
  /** How the rows of the series are ordered: 0 = not known yet, NaN = in no order. */
  trend: number;
  /** Where the last row is in a repeated hour its first reading, else NaN; and whether the second was taken. */
  wall: number;
  isSecond: boolean;
  /** Rows before that hour came hour by hour. */
  isHourly: boolean;
  /** First readings of all rows in repeated hours, which are few. */
  readonly walls: Set<number>;
}

export class RepeatedHours {
  readonly #series: (Seen | undefined)[] = [];
  /** What was decided, by row: a row that is looked at again has other rows before it. */
  readonly #decided: Map<number, number> = new Map();
  /** Several rows of a series may share a time, as single sales do. */
  readonly #areSales: boolean;

  constructor({ areSales }: { areSales: boolean }) {
    this.#areSales = areSales;
  }

  /** Notes a row whose time can be read in one way. */
  note(series: number, instant: number): void {
    const seen = this.#series[series];
    if (seen === undefined) {
      this.#series[series] = newSeen(instant);
      return;
    }
    move(seen, instant);
    seen.wall = Number.NaN;
  }

  /**
   * The instant that a row means whose time names two; NaN when the rows before it do not say which.
   * @param first,second the two
   */
  instantOf(row: {
    readonly number: number;
    readonly series: number;
    readonly first: number;
    readonly second: number;
  }): number {
    const known = this.#decided.get(row.number);
    if (known !== undefined) return known;
    const instant = this.#decide(row);
    this.#decided.set(row.number, instant);
    return instant;
  }

  #decide({ series, first, second }: { series: number; first: number; second: number }): number {
    const seen = this.#series[series] ?? newSeen(first);
    this.#series[series] = seen;
    const isSame = Math.abs(first - seen.wall) < second - first;
    if (!isSame) {
      seen.isHourly = [first, second].some((instant) => Math.abs(instant - seen.last) === hourMs);
      move(seen, first);
      seen.isSecond = seen.trend === -1;
      // In no order, and not the first time.
      if (this.#isUnclear(seen) && this.#isAgain(seen, first)) return Number.NaN;
    } else if (this.#isAgain(seen, first)) {
      if (this.#isUnclear(seen) || seen.isSecond === (seen.trend === 1)) return Number.NaN;
      seen.isSecond = seen.trend === 1;
    }
    seen.wall = first;
    seen.walls.add(first);
    seen.last = seen.isSecond ? second : first;
    return seen.last;
  }

  #isUnclear({ trend }: Seen): boolean {
    return trend === 0 || Number.isNaN(trend);
  }

  /** Does the clock begin the hour anew with this row? */
  #isAgain(seen: Seen, first: number): boolean {
    const isFullHour = first % hourMs === 0;
    if (this.#isUnclear(seen)) return seen.walls.has(first) && (!this.#areSales || isFullHour);
    if (first !== seen.wall) return first < seen.wall === (seen.trend === 1);
    return !this.#areSales || (seen.isHourly && isFullHour);
  }
}

function newSeen(instant: number): Seen {
  return {
    last: instant,
    trend: 0,
    wall: Number.NaN,
    isSecond: false,
    isHourly: false,
    walls: new Set(),
  };
}

function move(seen: Seen, instant: number): void {
  const step = Math.sign(instant - seen.last);
  if (step !== 0 && seen.trend === 0) seen.trend = step;
  else if (step !== 0 && step !== seen.trend) seen.trend = Number.NaN;
  seen.last = instant;
}
