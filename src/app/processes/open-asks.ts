// Questions to other processes that wait for an answer, none of them for ever.

import { answerWithinMs, type ProcessTimers } from './messages.ts';

interface Open<Answer> {
  readonly resolve: (answer: Answer | undefined) => void;
  readonly handle: unknown;
}

export class OpenAsks<Answer> {
  readonly #timers: ProcessTimers;
  readonly #withinMs: number;
  readonly #open: Map<number, Open<Answer>> = new Map();
  #next = 1;

  constructor(timers: ProcessTimers, withinMs: number = answerWithinMs) {
    this.#timers = timers;
    this.#withinMs = withinMs;
  }

  /** Asks under a new number. Resolves with the answer; undefined when none has come in time. */
  put(ask: (number: number) => void): Promise<Answer | undefined> {
    const number = this.#next++;
    return new Promise((resolve) => {
      const handle = this.#timers.setTimeout(() => this.answer(number, undefined), this.#withinMs);
      this.#open.set(number, { resolve, handle });
      ask(number);
    });
  }

  answer(number: number, answer: Answer | undefined): void {
    const open = this.#open.get(number);
    if (open === undefined) return;
    this.#open.delete(number);
    this.#timers.clearTimeout(open.handle);
    open.resolve(answer);
  }
}
