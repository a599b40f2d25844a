// Work tried again after a while, and after twice as long each time, until it has been done. One try per key waits.

import type { ServingTimers } from './timers.ts';

const waitMs = { first: 500, most: 60_000 };

export class BackOff<Key> {
  readonly #timers: Pick<ServingTimers, 'setTimeout' | 'clearTimeout'>;
  readonly #waiting: Map<Key, { handle: unknown; ms: number }> = new Map();

  constructor(timers: Pick<ServingTimers, 'setTimeout' | 'clearTimeout'>) {
    this.#timers = timers;
  }

  /** Has the work done later; what waits already is done then, once. */
  later(key: Key, work: () => void): void {
    const before = this.#waiting.get(key);
    if (before !== undefined && before.handle !== undefined) return;
    const ms = Math.min(waitMs.most, before === undefined ? waitMs.first : 2 * before.ms);
    const handle = this.#timers.setTimeout(() => {
      this.#waiting.set(key, { handle: undefined, ms });
      work();
    }, ms);
    this.#waiting.set(key, { handle, ms });
  }

  /** There is nothing to try again. */
  done(key: Key): void {
    this.#timers.clearTimeout(this.#waiting.get(key)?.handle);
    this.#waiting.delete(key);
  }

  stop(): void {
    for (const key of [...this.#waiting.keys()]) this.done(key);
  }
}
