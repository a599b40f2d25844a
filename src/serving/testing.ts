// What the tests of this room and of http share: timers fired by hand and small records.

import type { PredictionRecord } from '../store/ports.ts';
import type { ServingTimers } from './timers.ts';

/** Timers that fire when told: `run` fires everything due or becoming due until nothing is left, in order of delay. */
export class ManualTimers implements ServingTimers {
  #tasks: { handle: number; at: number; callback: () => void }[] = [];
  #now = 0;
  #next = 1;

  setTimeout(callback: () => void, ms: number): unknown {
    const handle = this.#next++;
    this.#tasks.push({ handle, at: this.#now + ms, callback });
    return handle;
  }

  clearTimeout(handle: unknown): void {
    this.#tasks = this.#tasks.filter((task) => task.handle !== handle);
  }

  setImmediate(callback: () => void): unknown {
    return this.setTimeout(callback, 0);
  }

  /** Fires tasks until none is due within `ms`, letting promises settle between them. */
  async run(ms = 100): Promise<void> {
    const until = this.#now + ms;
    for (let quiet = 0; quiet < 3; ) {
      await settle();
      const due = this.#tasks.filter((task) => task.at <= until).sort((a, b) => a.at - b.at)[0];
      if (!due) {
        quiet++;
        continue;
      }
      quiet = 0;
      this.#now = Math.max(this.#now, due.at);
      this.clearTimeout(due.handle);
      due.callback();
    }
    this.#now = until;
  }
}

async function settle(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve();
}

/** A prediction of one step, changed as given. */
export function predictionRecord(change: Partial<PredictionRecord>): PredictionRecord {
  return {
    id: 'prd_1',
    requestId: 'req_1',
    project: 'shop',
    seriesId: 'a',
    versionId: 'ver_1',
    arm: 'champion',
    source: 'model',
    cutoff: 0,
    madeAt: 0,
    levels: [0.1, 0.9],
    mean: Float64Array.of(1),
    quantiles: Float64Array.of(0, 2),
    ...change,
  };
}
