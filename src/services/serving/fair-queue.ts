// The event loop shared out among requests: each in turn gets one piece done, and after a few milliseconds whatever else
// waits (sockets, timers) comes first. So a request for one series waits for a piece of a large one, not for all of it, and
// nothing is waited for by design: work that comes in one turn of the loop is done in the next.

import { AppError } from '../../core/index.ts';
import { abandoned } from './asker.ts';
import type { ServingTimers } from './timers.ts';

export interface Work {
  /** Pieces, each of a millisecond or so. */
  readonly count: number;
  /** Does piece i; what it throws ends the work. */
  readonly step: (i: number) => void;
  /** `elapsedMs` after which nobody waits for it any more. */
  readonly until?: number | undefined;
  /** True once nobody waits for it any more. */
  readonly isGone?: (() => boolean) | undefined;
  /** Done only while no other work waits. */
  readonly background?: boolean;
}

export interface FairQueueOptions {
  readonly timers: Pick<ServingTimers, 'setImmediate' | 'elapsedMs'>;
  /** What the loop is kept for at a time. */
  readonly sliceMs?: number;
  /** Work that would wait longer than this is refused. */
  readonly waitMsMax: number;
}

interface Waiting extends Work {
  next: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Share of the newest measurement in the running mean of the time per piece. */
const newestShare = 0.05;

export class FairQueue {
  readonly #timers: FairQueueOptions['timers'];
  readonly #sliceMs: number;
  readonly #waitMsMax: number;
  readonly #foreground: Waiting[] = [];
  readonly #background: Waiting[] = [];
  #scheduled = false;
  /** Running mean; 0 before the first piece. */
  #msPerPiece = 0;

  constructor({ timers, sliceMs = 8, waitMsMax }: FairQueueOptions) {
    this.#timers = timers;
    this.#sliceMs = sliceMs;
    this.#waitMsMax = waitMsMax;
  }

  /** Pieces that wait, those in the background left out. */
  get waiting(): number {
    let pieces = 0;
    for (const { count, next } of this.#foreground) pieces += count - next;
    return pieces;
  }

  /**
   * Resolves when all pieces are done.
   * @throws AppError `serving/overloaded` at once when it would wait too long, `serving/deadline-exceeded`,
   * `serving/abandoned`, or what a piece throws
   */
  run(work: Work): Promise<void> {
    if (work.count === 0) return Promise.resolve();
    const refusal = work.background ? undefined : this.#refusal(work.count);
    if (refusal !== undefined) return Promise.reject(refusal);
    return new Promise((resolve, reject) => {
      const queue = work.background ? this.#background : this.#foreground;
      queue.push({ ...work, next: 0, resolve, reject });
      this.#schedule();
    });
  }

  /** With turns of one piece each, others are ahead by as many pieces as this work has itself, or by all they have. */
  #refusal(count: number): AppError | undefined {
    let ahead = 0;
    for (const work of this.#foreground) ahead += Math.min(count, work.count - work.next);
    const waitMs = ahead * this.#msPerPiece;
    if (waitMs <= this.#waitMsMax) return undefined;
    const retryAfterSeconds = Math.ceil(waitMs / 1000);
    return new AppError(
      'serving/overloaded',
      `${ahead} forecasts are before these, about ${retryAfterSeconds} s of work: ask again then, or for fewer series at once`,
      { details: { waiting: ahead, retryAfterSeconds } },
    );
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#timers.setImmediate(() => {
      this.#scheduled = false;
      this.#slice();
      if (this.#foreground.length + this.#background.length > 0) this.#schedule();
    });
  }

  #slice(): void {
    const begin = this.#timers.elapsedMs();
    let now = begin;
    while (now - begin < this.#sliceMs) {
      const queue = this.#foreground.length > 0 ? this.#foreground : this.#background;
      const work = queue.shift();
      if (work === undefined) return;
      const done = this.#turn(work, now);
      const after = this.#timers.elapsedMs();
      const ms = after - now;
      this.#msPerPiece =
        this.#msPerPiece === 0 ? ms : this.#msPerPiece + newestShare * (ms - this.#msPerPiece);
      now = after;
      if (!done) queue.push(work);
      // Background work leaves the loop after each piece.
      if (work.background) return;
    }
  }

  /** @returns whether the work has ended */
  #turn(work: Waiting, now: number): boolean {
    if (work.until !== undefined && now > work.until) {
      work.reject(deadlineExceeded());
      return true;
    }
    if (work.isGone?.()) {
      work.reject(abandoned());
      return true;
    }
    try {
      work.step(work.next++);
    } catch (error) {
      work.reject(error);
      return true;
    }
    if (work.next < work.count) return false;
    work.resolve();
    return true;
  }
}

export function deadlineExceeded(): AppError {
  return new AppError(
    'serving/deadline-exceeded',
    'the time given in `timeoutMs` was over before the answer was ready',
  );
}
