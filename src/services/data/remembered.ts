// What was read from all of a history, kept until there is something new to read: who asks again at once is answered from memory.

import type { Clock, Project } from '../../core/index.ts';
import type { DataStore } from './data-options.ts';

/** What depends on the time of day, such as how old the newest period is, may be this old. */
const ageMsMax = 600_000;

interface Kept<T> {
  readonly project: Project;
  readonly batchSeq: number;
  readonly at: number;
  readonly made: Promise<T>;
  isRunning: boolean;
}

export class Remembered<T> {
  readonly #kept = new Map<string, Kept<T>>();
  readonly #store: Pick<DataStore, 'historyTotals'>;
  readonly #clock: Clock;

  constructor(parts: { readonly store: Pick<DataStore, 'historyTotals'>; readonly clock: Clock }) {
    this.#store = parts.store;
    this.#clock = parts.clock;
  }

  /**
   * What `make` makes of the project. It is not made anew before a batch has come or ten minutes have passed, nor while it is being made:
   * who asks meanwhile gets what comes of that.
   */
  async of(project: Project, make: () => Promise<T>): Promise<T> {
    const { batchSeq } = await this.#store.historyTotals(project.name);
    const at = this.#clock.now();
    const known = this.#kept.get(project.name);
    const isNew = known?.batchSeq === batchSeq && at - known.at < ageMsMax;
    if (known?.project === project && (known.isRunning || isNew)) return known.made;
    const kept: Kept<T> = { project, batchSeq, at, made: make(), isRunning: true };
    this.#kept.set(project.name, kept);
    try {
      return await kept.made;
    } catch (error) {
      if (this.#kept.get(project.name) === kept) this.#kept.delete(project.name);
      throw error;
    } finally {
      kept.isRunning = false;
    }
  }

  forget(name: string): void {
    this.#kept.delete(name);
  }
}
