// Group commit: many requests share one durable write, and none is answered before its write is done.

import { AppError } from '../../core/index.ts';
import { breathe, type ServingTimers } from './timers.ts';

export interface GroupCommitOptions<T> {
  /** What the records are, in messages: `forecasts`. */
  readonly what: string;
  /** Durable when it resolves. */
  readonly write: (records: readonly T[]) => Promise<void>;
  readonly timers: ServingTimers;
  /** Records in one write at most: bounds the time the store keeps the event loop. */
  readonly recordsPerWriteMax?: number;
  /** Records waiting at most; past it requests are refused. */
  readonly recordsWaitingMax?: number;
}

/** One request's records: answered when the last of them is stored. */
interface Entry<T> {
  readonly records: readonly T[];
  stored: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

interface Part<T> {
  readonly entry: Entry<T>;
  /** Records of it in this write. */
  readonly count: number;
}

/** A bounded queue in front of a store. One write is under way at a time; what arrives meanwhile shares the next. */
export class GroupCommit<T> {
  readonly #what: string;
  readonly #writeAll: GroupCommitOptions<T>['write'];
  readonly #timers: ServingTimers;
  readonly #perWriteMax: number;
  readonly #waitingMax: number;
  #entries: Entry<T>[] = [];
  #waiting = 0;
  #scheduled = false;
  #writing: Promise<void> | undefined;
  #stopped = false;

  constructor(options: GroupCommitOptions<T>) {
    this.#what = options.what;
    this.#writeAll = options.write;
    this.#timers = options.timers;
    this.#perWriteMax = options.recordsPerWriteMax ?? 512;
    this.#waitingMax = options.recordsWaitingMax ?? 200_000;
  }

  /** Records accepted and not yet stored. */
  get waiting(): number {
    return this.#waiting;
  }

  /**
   * Resolves when all records are durable; rejects with the store's error, and then none of them may be answered.
   * @throws AppError `serving/overloaded` at once when too much waits, `serving/stopped` after `stop`
   */
  append(records: readonly T[]): Promise<void> {
    if (records.length === 0) return Promise.resolve();
    if (this.#stopped)
      return Promise.reject(new AppError('serving/stopped', 'the server is shutting down: ask again later'));
    // A lone request larger than the queue is let in when nothing waits: refusing it would refuse it for ever.
    if (this.#waiting > 0 && this.#waiting + records.length > this.#waitingMax) {
      return Promise.reject(
        new AppError(
          'serving/overloaded',
          `${this.#waiting} ${this.#what} wait to be stored, at most ${this.#waitingMax} may: ask again in a second`,
          { details: { waiting: this.#waiting, waitingMax: this.#waitingMax, retryAfterSeconds: 1 } },
        ),
      );
    }
    return new Promise((resolve, reject) => {
      this.#entries.push({ records, stored: 0, resolve, reject });
      this.#waiting += records.length;
      this.#schedule();
    });
  }

  /** Writes what waits and refuses what comes later. */
  async stop(): Promise<void> {
    this.#stopped = true;
    while (this.#entries.length > 0 || this.#writing !== undefined) await this.#start();
  }

  #schedule(): void {
    if (this.#writing !== undefined) return;
    if (this.#waiting >= this.#perWriteMax) void this.#start();
    if (this.#scheduled) return;
    // Requests that are being read in the same turn of the event loop get in as well: that is company enough, since what
    // arrives during the write shares the next one.
    this.#scheduled = true;
    this.#timers.setImmediate(() => {
      this.#scheduled = false;
      void this.#start();
    });
  }

  /** Begins a write unless one is under way; never rejects, the waiters learn of failures. */
  #start(): Promise<void> {
    this.#writing ??= this.#write()
      // A store may write without leaving the event loop, so other work gets its turn between two writes.
      .then(() => breathe(this.#timers))
      .finally(() => {
        this.#writing = undefined;
        if (this.#entries.length > 0) this.#schedule();
      });
    return this.#writing;
  }

  async #write(): Promise<void> {
    const { batch, parts } = this.#take();
    if (batch.length === 0) return;
    try {
      await this.#writeAll(batch);
    } catch (error) {
      for (const part of parts) this.#fail(part, error);
      return;
    } finally {
      this.#waiting -= batch.length;
    }
    for (const { entry, count } of parts) {
      entry.stored += count;
      if (entry.stored === entry.records.length) entry.resolve();
    }
  }

  /** The next records in order, at most one write's worth; a large request is spread over several writes. */
  #take(): { batch: T[]; parts: Part<T>[] } {
    const batch: T[] = [];
    const parts: Part<T>[] = [];
    let whole = 0;
    for (const entry of this.#entries) {
      const count = Math.min(this.#perWriteMax - batch.length, entry.records.length - entry.stored);
      if (count === 0) break;
      for (let i = 0; i < count; i++) batch.push(entry.records[entry.stored + i] as T);
      parts.push({ entry, count });
      if (entry.stored + count === entry.records.length) whole++;
    }
    this.#entries = this.#entries.slice(whole);
    return { batch, parts };
  }

  /** Rejects the request; what it has beyond the failed write is not written any more. */
  #fail({ entry, count }: Part<T>, error: unknown): void {
    const index = this.#entries.indexOf(entry);
    if (index >= 0) {
      this.#entries.splice(index, 1);
      this.#waiting -= entry.records.length - entry.stored - count;
    }
    entry.reject(error);
  }
}
