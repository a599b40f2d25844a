// The same work again and again, one round at a time, with a pause after each.

import type { Timers } from './timers.ts';

export interface RoundsOptions {
  /** From the end of a round to the beginning of the next. */
  readonly everyMs: number;
  readonly timers: Timers;
  work(): Promise<void>;
  onError(error: unknown): void;
}

export class Rounds {
  readonly #options: RoundsOptions;
  #running = false;
  #timer: unknown;
  #round: Promise<void> = Promise.resolve();

  constructor(options: RoundsOptions) {
    this.#options = options;
  }

  /** The first round comes after the first pause. */
  start(): void {
    this.#running = true;
    this.#schedule();
  }

  /** Resolves when nothing is under way any more. */
  async stop(): Promise<void> {
    this.#running = false;
    this.#options.timers.clearTimeout(this.#timer);
    await this.#round;
  }

  #schedule(): void {
    if (!this.#running) return;
    this.#timer = this.#options.timers.setTimeout(() => {
      this.#round = this.#options
        .work()
        .catch(this.#options.onError)
        .then(() => this.#schedule());
    }, this.#options.everyMs);
  }
}
