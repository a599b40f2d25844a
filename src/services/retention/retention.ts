// Removes what has outlived its age: in short transactions with pauses between them, so that a server that answers meanwhile
// notices nothing of it.

import type { Clock } from '../../core/index.ts';
import {
  type BlobStore,
  eachBlob,
  type NamedBlob,
  type RetentionKind,
  type RetentionRecord,
  type RetentionStore,
} from '../../storage/ports/index.ts';
import { pause, type Timers } from '../jobs/index.ts';
import { ageKinds, before, filesBefore, type RetentionAges, type RetentionLook } from './ages.ts';

/** A transaction takes about this long; how many rows that is, is found out. */
const sliceMsWanted = 6;
const sliceRowsMin = 10;
const sliceRowsMax = 500;
const pauseMs = 25;
/** Names of files read between two turns of the event loop. */
const namesPerTurn = 500;
const dayMs = 86_400_000;

export interface RetentionOptions {
  readonly store: RetentionStore;
  readonly ages: RetentionAges;
  /** What time it is for the data: predictions, batches, versions. */
  readonly clock: Clock;
  /** Jobs and files have the time of the machine. */
  readonly machineClock: Clock;
  readonly timers: Timers & { elapsedMs(): number };
  readonly blobs: Pick<BlobStore, 'list' | 'delete'>;
  /** Every file that a record names, at this moment. */
  named(): { readonly blobs: Iterable<NamedBlob>; close(): void };
  /** True while somebody copies or checks files: then none is removed. */
  filesAreKept(): boolean;
}

/** A clock that was set back must not keep it from running for years. */
export function isRetentionDue(last: number | null, now: number): boolean {
  return last === null || last > now || now - last >= dayMs;
}

export type RetentionReport = Readonly<Record<RetentionKind | 'files', number>>;

export class Retention {
  readonly #options: RetentionOptions;
  #isStopping = false;
  #running: Promise<RetentionReport> | undefined;

  constructor(options: RetentionOptions) {
    this.#options = options;
  }

  /** What would go if it ran now. Counts everything: for a command, not for a server that answers. */
  async preview(): Promise<RetentionLook[]> {
    const { store, ages } = this.#options;
    const looks: RetentionLook[] = [];
    for (const kind of ageKinds) {
      const limit = before(ages, kind, this.#now(kind));
      const count = limit === undefined ? 0 : await store.countOlder(kind, limit);
      looks.push({ kind, days: ages[`${kind}Days`], count, sizeBytes: null });
    }
    let [count, sizeBytes] = [0, 0];
    for (const file of await this.#unnamedFiles()) {
      count += 1;
      sizeBytes += file.sizeBytes;
    }
    looks.push({ kind: 'files', days: ages.filesDays, count, sizeBytes });
    return looks;
  }

  /** What has gone so far, and when it last ran. */
  async past(): Promise<{ records: readonly RetentionRecord[]; lastAt: number | null }> {
    const { store } = this.#options;
    return { records: await store.retentionRecords(), lastAt: await store.lastRetention() };
  }

  /** Removes all that is due. Killed anywhere, the next run goes on. */
  run(): Promise<RetentionReport> {
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  /** Resolves when nothing is under way any more. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#running?.catch(() => {});
  }

  async #run(): Promise<RetentionReport> {
    const { store, clock } = this.#options;
    const removed = { predictions: 0, exposures: 0, events: 0, jobs: 0, quarantine: 0, models: 0, files: 0 };
    for (const kind of ageKinds) removed[kind] = await this.#removeKind(kind);
    removed.files = await this.#removeFiles();
    if (!this.#isStopping) await store.noteRetention(clock.now());
    return removed;
  }

  async #removeKind(kind: RetentionKind): Promise<number> {
    const { store, ages, timers, clock } = this.#options;
    const limit = before(ages, kind, this.#now(kind));
    if (limit === undefined) return 0;
    let rowsMax = sliceRowsMin;
    for (let total = 0; ; ) {
      if (this.#isStopping) return total;
      const started = timers.elapsedMs();
      const removed = await store.removeOlder(kind, { before: limit, rowsMax, at: clock.now() });
      total += removed;
      if (removed < rowsMax) return total;
      rowsMax = nextSlice(rowsMax, timers.elapsedMs() - started);
      await pause(timers, pauseMs);
    }
  }

  async #removeFiles(): Promise<number> {
    const { ages, blobs, machineClock, filesAreKept, timers } = this.#options;
    const limit = filesBefore(ages, machineClock.now());
    if (limit === undefined) return 0;
    let removed = 0;
    for (const { hash } of await this.#unnamedFiles()) {
      if (this.#isStopping || filesAreKept()) return removed;
      if (await blobs.delete(hash, { before: limit })) removed += 1;
      await pause(timers, 0);
    }
    return removed;
  }

  /** Files old enough that no record names. Listed before the names are read: what is named later was there to be named. */
  async #unnamedFiles(): Promise<{ hash: string; sizeBytes: number }[]> {
    const { ages, blobs, machineClock, timers } = this.#options;
    const limit = filesBefore(ages, machineClock.now());
    if (limit === undefined) return [];
    const found = new Map<string, { hash: string; sizeBytes: number }>();
    for await (const file of eachBlob(blobs))
      if (file.changedAt < limit) found.set(file.hash, { hash: file.hash, sizeBytes: file.sizeBytes });
    if (found.size === 0) return [];
    const named = this.#options.named();
    try {
      let read = 0;
      for (const { hash } of named.blobs) {
        found.delete(hash);
        read += 1;
        if (read % namesPerTurn === 0) await pause(timers, 0);
      }
    } finally {
      named.close();
    }
    return [...found.values()];
  }

  #now(kind: RetentionKind): number {
    return (kind === 'jobs' ? this.#options.machineClock : this.#options.clock).now();
  }
}

/** Towards slices of the length wanted, whatever the machine; at most double at a time. */
function nextSlice(rows: number, ms: number): number {
  const factor = Math.min(2, sliceMsWanted / Math.max(0.5, ms));
  return Math.max(sliceRowsMin, Math.min(sliceRowsMax, Math.floor(rows * factor)));
}
