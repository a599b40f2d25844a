// The label clock: when the truth of a forecast step is due. A day ends at midnight of the project's own time zone.

import { type Frequency, type Project, periodStart } from '../../core/index.ts';
import { TimeZone } from '../data/index.ts';

/** Instants remembered: a report asks for the same few periods once per prediction. */
const rememberedMax = 10_000;

export class LabelClock {
  readonly #grid: Project['grid'];
  readonly #zone: TimeZone;
  readonly #dueAt: Map<number, number> = new Map();

  constructor(project: Pick<Project, 'grid' | 'timezone'>) {
    this.#grid = project.grid;
    this.#zone = new TimeZone(onUtc.includes(project.grid.frequency) ? 'UTC' : project.timezone);
  }

  /** UTC millisecond at which the label of a period is due: the start of the next one; null where time is a step number. */
  dueAt(period: number): number | null {
    if (this.#grid.frequency === 'step') return null;
    let dueAt = this.#dueAt.get(period);
    if (dueAt === undefined) {
      dueAt = this.#startOf(period + 1);
      if (this.#dueAt.size >= rememberedMax) this.#dueAt.clear();
      this.#dueAt.set(period, dueAt);
    }
    return dueAt;
  }

  /** Is the label due: has the project clock come to the period, or is the period over by the calendar? */
  isDue(period: number, at: { projectClock: number; now: number }): boolean {
    if (period <= at.projectClock) return true;
    const dueAt = this.dueAt(period);
    return dueAt !== null && at.now >= dueAt;
  }

  #startOf(period: number): number {
    const local = periodStart(this.#grid, period);
    // Where clocks skip midnight the day begins when they do: at what midnight would have been.
    return this.#zone.toUtc(local) ?? local - this.#zone.offsetAt(local - dayMs);
  }
}

const dayMs = 86_400_000;
/** Hours are counted in UTC everywhere: a local hour may come twice. */
const onUtc: readonly Frequency[] = ['hour', 'step'];
