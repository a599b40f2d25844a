// What tests of processes share: timers that run when told, and the two ends of a channel without a process between.

import type { ProcessTimers } from './messages.ts';

/** Timers that go off when `pass` says that time has passed. */
export class PretendTimers implements ProcessTimers {
  #now = 0;
  readonly #due: Map<object, { at: number; callback: () => void }> = new Map();

  setTimeout(callback: () => void, ms: number): object {
    const handle = {};
    this.#due.set(handle, { at: this.#now + ms, callback });
    return handle;
  }

  clearTimeout(handle: unknown): void {
    this.#due.delete(handle as object);
  }

  /** How many are still to go off. */
  get waiting(): number {
    return this.#due.size;
  }

  pass(ms: number): void {
    this.#now += ms;
    const due = [...this.#due].filter(([, { at }]) => at <= this.#now).sort(([, a], [, b]) => a.at - b.at);
    for (const [handle, { callback }] of due) if (this.#due.delete(handle)) callback();
  }
}

/** Lets what was resolved go on. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
}
