// What goes wrong between a process and its store: answers that are slow, calls that fail, and the end of the process in
// the middle of any of them.

import { AppError, type Rng } from '../../src/core/index.ts';
import type { Owner, SimTime } from './time.ts';

/** The life of one process: ends at the call that it was told to end at. */
export class Life implements Owner {
  alive = true;
  /** Names of what it has called. */
  readonly called: Set<string> = new Set();
  /** Resolves when the process ends. */
  readonly ended: Promise<void>;
  #tellEnd: () => void = () => {};
  /** Calls of the store until the process ends; −1 = it goes on. */
  #callsLeft = -1;
  readonly #onDeath: () => void;

  constructor(onDeath: () => void) {
    this.#onDeath = onDeath;
    this.ended = new Promise((resolve) => {
      this.#tellEnd = resolve;
    });
  }

  endAfter(calls: number): void {
    this.#callsLeft = calls;
  }

  end(): void {
    if (!this.alive) return;
    this.alive = false;
    this.#tellEnd();
    this.#onDeath();
  }

  countCall(name?: string): void {
    if (name !== undefined) this.called.add(name);
    if (this.#callsLeft < 0) return;
    if (this.#callsLeft === 0) this.end();
    this.#callsLeft--;
  }
}

export interface FaultOptions {
  readonly life: Life;
  readonly time: SimTime;
  readonly rng: Rng;
  /** Share of the calls of that name that fail now. */
  readonly failing: (name: string) => number;
}

/** Share of calls that take a while. */
const slowShare = 0.15;
const slowMsMax = 40;

/**
 * The same store, seen from a process that faults happen to. A call of a process that has ended never comes back, whether it
 * reached the store or not.
 */
export function withFaults<Store extends object>(store: Store, options: FaultOptions): Store {
  const { life, time, rng, failing } = options;
  const pass = async (name: string): Promise<void> => {
    if (rng.uniform() < slowShare) await time.pause(life, 1 + rng.below(slowMsMax));
    life.countCall(name);
    if (!life.alive) await never();
    if (rng.uniform() < failing(name))
      throw new AppError('store/unavailable', `the database cannot be used: ${name} met a disk I/O error`);
  };
  return new Proxy(store, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      return async (...args: unknown[]): Promise<unknown> => {
        await pass(String(name));
        const result: unknown = await value.apply(target, args);
        life.countCall();
        if (!life.alive) await never();
        return result;
      };
    },
  });
}

function never(): Promise<never> {
  return new Promise<never>(() => {});
}
