// Steady requests beside a bench: sent at fixed times whatever the answers do, and counted by the phase they were sent in.

import { setTimeout as sleep } from 'node:timers/promises';

export interface Counted {
  asked: number;
  failed: number;
  /** Of the answers, milliseconds. */
  longestMs: number;
  /** Answers later than 250 ms. */
  late: number;
  firstFailure: string;
}

export class SteadyLoad {
  readonly phases: Map<string, Counted> = new Map();
  phase = 'quiet';
  readonly #open = new Set<Promise<void>>();
  #running = true;
  readonly #done: Promise<void>;

  /** @param ask resolves with what is wrong with the answer, '' when nothing is */
  constructor(perSecond: number, ask: (n: number) => Promise<string>) {
    this.#done = this.#run(perSecond, ask);
  }

  async stop(): Promise<void> {
    this.#running = false;
    await this.#done;
    await Promise.all(this.#open);
  }

  async #run(perSecond: number, ask: (n: number) => Promise<string>): Promise<void> {
    const begin = performance.now();
    for (let sent = 0; this.#running; ) {
      const due = Math.floor(((performance.now() - begin) / 1000) * perSecond);
      for (; sent < due; sent++) {
        const one = this.#one(ask(sent)).finally(() => this.#open.delete(one));
        this.#open.add(one);
      }
      await sleep(5);
    }
  }

  async #one(answer: Promise<string>): Promise<void> {
    const { phase } = this;
    const counted = this.phases.get(phase) ?? {
      asked: 0,
      failed: 0,
      longestMs: 0,
      late: 0,
      firstFailure: '',
    };
    this.phases.set(phase, counted);
    counted.asked++;
    const begin = performance.now();
    const wrong = await answer.catch(String);
    const ms = performance.now() - begin;
    counted.longestMs = Math.max(counted.longestMs, Math.round(ms));
    if (ms > 250) counted.late++;
    if (wrong === '') return;
    counted.failed++;
    counted.firstFailure ||= wrong.slice(0, 200);
  }
}
