// Simulated time: a clock that reads what it is told, and timers that fire in the order of that clock. Code that waits for
// nothing but promises and these timers runs in the same order in every run.

import type { Clock } from '../../src/core/index.ts';
import type { ServingTimers } from '../../src/services/serving/index.ts';

interface Task {
  readonly at: number;
  /** Of two tasks of one moment the one that was asked for first runs first. */
  readonly order: number;
  readonly owner: Owner;
  readonly callback: () => void;
  cancelled: boolean;
}

/** Whose a timer is: timers of what is not alive any more never fire. */
export interface Owner {
  readonly alive: boolean;
}

export class SimTime implements Clock {
  #now: number;
  /** Milliseconds that the clock was moved without timers firing in between. */
  #skippedMs = 0;
  #order = 0;
  /** A binary heap by time and order. */
  readonly #heap: Task[] = [];
  /** Timers fired: what a run costs. */
  fired = 0;

  constructor(startMs: number) {
    this.#now = startMs;
  }

  now(): number {
    return this.#now;
  }

  /** Timers and immediates of one owner. */
  timersOf(owner: Owner): ServingTimers {
    return {
      setTimeout: (callback, ms) => this.#add(owner, callback, Math.max(0, ms)),
      clearTimeout: (handle) => {
        if (handle !== undefined) (handle as Task).cancelled = true;
      },
      setImmediate: (callback) => this.#add(owner, callback, 0),
      elapsedMs: () => this.#elapsedMs(),
    };
  }

  /** Resolves after so many milliseconds; never when the owner does not live as long. */
  pause(owner: Owner, ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#add(owner, resolve, ms);
    });
  }

  /** The clock goes on, and no timer fires for it: as if nothing had happened in between. */
  skipTo(ms: number): void {
    if (ms <= this.#now) return;
    this.#skippedMs += ms - this.#now;
    this.#now = ms;
  }

  /** Fires what falls due within `ms`, in order. */
  async run(ms: number): Promise<void> {
    const until = this.#elapsedMs() + ms;
    await settle();
    for (;;) {
      const next = this.#heap[0];
      if (next === undefined || next.at > until) break;
      this.#pop();
      if (next.cancelled || !next.owner.alive) continue;
      this.#now = Math.max(this.#now, next.at + this.#skippedMs);
      this.fired++;
      next.callback();
      await settle();
    }
    this.#now = until + this.#skippedMs;
  }

  #elapsedMs(): number {
    return this.#now - this.#skippedMs;
  }

  #add(owner: Owner, callback: () => void, ms: number): Task {
    const task = { at: this.#elapsedMs() + ms, order: this.#order++, owner, callback, cancelled: false };
    const heap = this.#heap;
    let i = heap.push(task) - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!before(task, heap[parent] as Task)) break;
      heap[i] = heap[parent] as Task;
      i = parent;
    }
    heap[i] = task;
    return task;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop() as Task;
    if (heap.length === 0) return;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1] as Task, heap[child] as Task)) child++;
      if (!before(heap[child] as Task, last)) break;
      heap[i] = heap[child] as Task;
      i = child;
    }
    heap[i] = last;
  }
}

function before(a: Task, b: Task): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

/** One turn of the real event loop: every promise that can go on has gone on. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
