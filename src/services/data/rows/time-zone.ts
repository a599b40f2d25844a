// Wall clocks and UTC: turns local times of an IANA zone into instants and back, with the two hours a year that
// daylight saving makes difficult. Uses the platform's zone table through Intl; offsets are remembered per day.

const dayMs = 86_400_000;
const minuteMs = 60_000;

/** A remembered day: the zone's offset at its start and at its end, UTC. */
interface DayOffsets {
  readonly startMs: number;
  readonly endMs: number;
}

export class TimeZone {
  readonly name: string;
  readonly isUtc: boolean;
  readonly #format: Intl.DateTimeFormat | null;
  readonly #days = new Map<number, DayOffsets>();

  /** @throws RangeError when the zone is unknown. */
  constructor(name: string) {
    this.name = name;
    this.isUtc = name === 'UTC' || name === 'Etc/UTC' || name === 'Z';
    this.#format = this.isUtc
      ? null
      : new Intl.DateTimeFormat('en-US', {
          timeZone: name,
          calendar: 'gregory',
          hourCycle: 'h23',
          year: 'numeric',
          month: 'numeric',
          day: 'numeric',
          hour: 'numeric',
          minute: 'numeric',
          second: 'numeric',
        });
  }

  /** Local time minus UTC at an instant, in ms. */
  offsetAt(utcMs: number): number {
    if (this.isUtc) return 0;
    const day = Math.floor(utcMs / dayMs);
    let known = this.#days.get(day);
    if (known === undefined) {
      known = { startMs: this.#offsetOf(day * dayMs), endMs: this.#offsetOf((day + 1) * dayMs) };
      if (this.#days.size > 100_000) this.#days.clear();
      this.#days.set(day, known);
    }
    return known.startMs === known.endMs ? known.startMs : this.#offsetOf(utcMs);
  }

  /** The wall clock at an instant, as if it were UTC. */
  toLocal(utcMs: number): number {
    return utcMs + this.offsetAt(utcMs);
  }

  /**
   * The instant of a wall-clock time (given as if it were UTC). An hour that happens twice is read as the first one;
   * an hour that never happens gives null.
   */
  toUtc(localMs: number): number | null {
    if (this.isUtc) return localMs;
    // Every zone is within a day of UTC, so the offsets a day before and after are the only candidates.
    const before = this.offsetAt(localMs - dayMs);
    const after = this.offsetAt(localMs + dayMs);
    const larger = localMs - Math.max(before, after);
    if (this.toLocal(larger) === localMs) return larger;
    const smaller = localMs - Math.min(before, after);
    return this.toLocal(smaller) === localMs ? smaller : null;
  }

  /** The second instant of a wall-clock time that comes twice; null for every other. */
  toUtcAgain(localMs: number): number | null {
    if (this.isUtc) return null;
    const before = this.offsetAt(localMs - dayMs);
    const after = this.offsetAt(localMs + dayMs);
    const [larger, smaller] = [localMs - Math.max(before, after), localMs - Math.min(before, after)];
    const isTwice = larger !== smaller && [larger, smaller].every((at) => this.toLocal(at) === localMs);
    return isTwice ? smaller : null;
  }

  #offsetOf(utcMs: number): number {
    const second = Math.floor(utcMs / 1000) * 1000;
    const parts: Record<string, number> = {};
    for (const part of this.#format?.formatToParts(second) ?? []) parts[part.type] = Number(part.value);
    const local = Date.UTC(
      parts.year ?? 1970,
      (parts.month ?? 1) - 1,
      parts.day ?? 1,
      parts.hour ?? 0,
      parts.minute ?? 0,
      parts.second ?? 0,
    );
    // Old offsets have seconds; the grid does not need them.
    return Math.round((local - second) / minuteMs) * minuteMs;
  }
}
