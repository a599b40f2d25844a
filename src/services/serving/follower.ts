// Follows the event log, so that this process learns of new rows and champions whoever made them, within a poll.

import { isAppError } from '../../core/index.ts';
import type { EventRecord, EventStore, VersionRecord } from '../../storage/ports/index.ts';
import type { Serving } from './serving.ts';
import type { ServingTimers } from './timers.ts';
import type { ServingLog } from './what-serves.ts';

export interface FollowerOptions {
  readonly serving: Pick<Serving, 'catchUp' | 'swap' | 'projectNames'>;
  readonly store: Pick<EventStore, 'readEvents' | 'lastEventSeq'>;
  readonly registry: { champion(project: string): Promise<VersionRecord | undefined> };
  readonly timers: ServingTimers;
  readonly log: ServingLog;
  readonly pollMs?: number;
}

const pageSize = 500;

/** Applies `batch.committed` and `alias.changed` of the projects served. */
export class Follower {
  readonly #options: FollowerOptions;
  readonly #pollMs: number;
  #afterSeq = 0;
  #timer: unknown;
  #poll: Promise<void> | undefined;
  #stopped = false;
  /** Why the last poll failed; undefined when it did not. */
  failure: string | undefined;

  constructor(options: FollowerOptions) {
    this.#options = options;
    this.#pollMs = options.pollMs ?? 200;
  }

  /** Last event applied. */
  get afterSeq(): number {
    return this.#afterSeq;
  }

  /** Begins after the given event: take `lastEventSeq` before loading what it tells of, so that nothing falls in between. */
  start(afterSeq: number): void {
    this.#afterSeq = afterSeq;
    this.#schedule();
  }

  /** Reads and applies what is new now; also used by tests instead of waiting. Never rejects. */
  poll(): Promise<void> {
    this.#poll ??= this.#apply().finally(() => {
      this.#poll = undefined;
    });
    return this.#poll;
  }

  /** Resolves when everything up to that event has been applied, or following has failed. */
  async reach(seq: number): Promise<void> {
    while (!this.#stopped && this.#afterSeq < seq) {
      await this.poll();
      if (this.failure !== undefined) return;
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#timer !== undefined) this.#options.timers.clearTimeout(this.#timer);
    await this.#poll;
  }

  #schedule(): void {
    if (this.#stopped) return;
    this.#timer = this.#options.timers.setTimeout(() => {
      void this.poll().then(() => this.#schedule());
    }, this.#pollMs);
  }

  async #apply(): Promise<void> {
    try {
      for (;;) {
        const events = await this.#options.store.readEvents({ afterSeq: this.#afterSeq, limit: pageSize });
        await this.#applyPage(events);
        this.#afterSeq = events.at(-1)?.seq ?? this.#afterSeq;
        if (events.length < pageSize) break;
      }
      this.failure = undefined;
    } catch (error) {
      // The events stay unread and the next poll tries again; /ready tells of it meanwhile.
      const reason = error instanceof Error ? error.message : String(error);
      if (reason !== this.failure) this.#options.log.error({ reason }, 'could not follow events');
      this.failure = reason;
    }
  }

  /** Many events of one kind and project mean one piece of work. */
  async #applyPage(events: readonly EventRecord[]): Promise<void> {
    const { serving, registry } = this.#options;
    const served = new Set(serving.projectNames());
    const rows = new Set<string>();
    const champions = new Set<string>();
    for (const event of events) {
      if (!served.has(event.project)) continue;
      if (event.type === 'batch.committed') rows.add(event.project);
      if (event.type === 'alias.changed' && event.data.alias === 'champion') champions.add(event.project);
    }
    for (const project of rows) await serving.catchUp(project);
    for (const project of champions) {
      // The alias may have moved on since the event: what counts is where it points now.
      const version = await registry.champion(project);
      if (version) await this.#swap(project, version);
    }
  }

  /** A refusal is settled: it has its own event, and the old version serves. Anything else is tried again. */
  async #swap(project: string, version: VersionRecord): Promise<void> {
    try {
      await this.#options.serving.swap(project, version);
    } catch (error) {
      if (!isAppError(error, 'serving/swap-refused')) throw error;
    }
  }
}
