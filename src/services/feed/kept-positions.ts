// How far subscribers have come, kept in the store for the next process: noted after their work, so a kill between the two
// means that the same is taken in again, and never that something is passed over.

import type { EventStore, SubscriberPosition, SubscriberStore } from '../../storage/ports/index.ts';

export interface KeptPositionsOptions {
  readonly store: Pick<EventStore, 'readEvents' | 'lastEventSeq'> & SubscriberStore;
  readonly now: () => number;
  readonly log: { error(fields: object, message: string): void };
}

export interface ResumeOptions {
  /** The projects there are: looked at once where nothing says how far they were taken in. */
  readonly projects: readonly string[];
  /** Looks at them in any case: for work that depends on more than events, such as settings. Default false. */
  readonly look?: boolean;
}

export class KeptPositions {
  readonly #options: KeptPositionsOptions;
  /** By subscriber, what the store has. */
  readonly #noted: Map<string, string> = new Map();
  /** Why the last try to note something failed; undefined when it did not. */
  failure: string | undefined;

  constructor(options: KeptPositionsOptions) {
    this.#options = options;
  }

  /**
   * Where a subscriber goes on: where it stood when that was last noted. The first time it begins with now and each project; where
   * events have been removed that it had not taken in, with the oldest that is left and each project.
   */
  async of(subscriber: string, { projects, look = false }: ResumeOptions): Promise<SubscriberPosition> {
    const { store, log } = this.#options;
    // Asked before anything is looked at: what is committed meanwhile comes as an event.
    const newest = await store.lastEventSeq();
    const kept = (await store.readSubscribers()).find((one) => one.subscriber === subscriber);
    if (kept === undefined) {
      const first = this.#lookingAt(projects, { subscriber, seq: newest, behind: [] });
      await store.noteSubscribers([first]);
      return first;
    }
    const [oldest] = await store.readEvents({ afterSeq: 0, limit: 1 });
    const removed = oldest === undefined ? 0 : oldest.seq - 1;
    const from = {
      subscriber,
      seq: Math.min(newest, Math.max(kept.seq, removed)),
      behind: kept.behind.map((one) => ({ ...one, seq: Math.min(newest, Math.max(one.seq, removed)) })),
    };
    if (kept.seq >= removed) return look ? this.#lookingAt(projects, from) : from;
    log.error({ subscriber, events: removed - kept.seq }, 'events were removed before they were followed');
    return this.#lookingAt(projects, from);
  }

  /** Notes what has changed, in one transaction. Never rejects: what could not be noted is noted the next time. */
  async note(positions: readonly SubscriberPosition[]): Promise<void> {
    const changed = positions.filter((one) => this.#noted.get(one.subscriber) !== JSON.stringify(one));
    if (changed.length === 0) return;
    try {
      await this.#options.store.noteSubscribers(changed);
      for (const one of changed) this.#noted.set(one.subscriber, JSON.stringify(one));
      this.failure = undefined;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (reason !== this.failure)
        this.#options.log.error({ reason }, 'how far events were followed is not noted');
      this.failure = reason;
    }
  }

  #lookingAt(projects: readonly string[], from: SubscriberPosition): SubscriberPosition {
    const since = this.#options.now();
    const known = new Set(from.behind.map(({ project }) => project));
    const looks = projects
      .filter((project) => !known.has(project))
      .map((project) => ({ project, seq: from.seq, events: 0, since, reason: null }));
    return { ...from, behind: [...from.behind, ...looks] };
  }
}
