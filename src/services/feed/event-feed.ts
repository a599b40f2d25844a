// The one reader of events in a process. It reads each page once, hands it to all who follow, and keeps count of how far each
// has come. Nobody who is slow or fails holds up the others.

import type { Clock, EventType, StoredEvent } from '../../core/index.ts';
import type { EventStore, SubscriberPosition, SubscriberStore } from '../../storage/ports/index.ts';
import { KeptPositions, type ResumeOptions } from './kept-positions.ts';
import { inWords, notedLags } from './lags.ts';
import { Following, type FollowOptions, type Subscriber, type SubscriberLag } from './subscriber.ts';

export interface FeedTimers {
  setTimeout(callback: () => void, ms: number): unknown;
  clearTimeout(handle: unknown): void;
}

export interface EventFeedOptions {
  readonly store: Pick<EventStore, 'readEvents' | 'lastEventSeq'> & SubscriberStore;
  /** By which waiting is measured. */
  readonly clock: Clock;
  readonly timers: FeedTimers;
  readonly log: { error(fields: object, message: string): void };
  /** Between looks for what is new; default 200. */
  readonly pollMs?: number;
}

const pageSize = 500;
/** Pages read in one round, so that a round ends. */
const pagesMax = 200;
/** How often it is noted how far subscribers have come: what a kill has done again is a second's work at most. */
const noteEveryMs = 1000;

export class EventFeed {
  readonly #options: EventFeedOptions;
  readonly #following: Map<string, Following> = new Map();
  readonly #kept: KeptPositions;
  /** Those whose positions are kept. */
  readonly #resumed: Following[] = [];
  #notedAt = 0;
  /** The newest event read. */
  #head = 0;
  #round: Promise<void> | undefined;
  #timer: unknown;
  #stopped = false;
  #failure: string | undefined;
  #waiting: { readonly afterSeq: number; readonly tell: () => void }[] = [];

  constructor(options: EventFeedOptions) {
    this.#options = options;
    const { store, log, clock } = options;
    this.#kept = new KeptPositions({ store, log, now: () => clock.now() });
  }

  /** The newest event there is: take it before loading what is to be followed, so that nothing falls in between. */
  async now(): Promise<number> {
    return await this.#options.store.lastEventSeq();
  }

  /** The newest event that this process has read. */
  get head(): number {
    return this.#head;
  }

  /**
   * From now on the subscriber takes in what comes after `afterSeq`, and the projects named once. For work that is lost with the
   * process, and done anew when the next one begins. Names are unique.
   */
  follow<K extends EventType>(subscriber: Subscriber<K>, { afterSeq, projects = [] }: FollowOptions): void {
    const now = this.#options.clock.now();
    const looks = projects.map((project) => ({
      project,
      seq: afterSeq,
      events: 0,
      since: now,
      reason: null,
    }));
    this.#begin(subscriber, { seq: afterSeq, behind: looks });
  }

  /**
   * As `follow`, from where the subscriber stood when that was last noted, in whatever process: for work that outlives the process.
   * What had been taken in since may come again, and nothing is passed over.
   */
  async resume<K extends EventType>(subscriber: Subscriber<K>, options: ResumeOptions): Promise<void> {
    const from = await this.#kept.of(subscriber.name, options);
    this.#resumed.push(this.#begin(subscriber, from));
  }

  /** Begins to look for what is new. */
  start(): void {
    if (this.#stopped) return;
    this.#timer = this.#options.timers.setTimeout(() => {
      void this.poll()
        .then(() => this.#note())
        .then(() => this.start());
    }, this.#options.pollMs ?? 200);
  }

  /** Reads what is new and hands it over; does not wait for it to be taken in. Never rejects. */
  poll(): Promise<void> {
    this.#round ??= this.#read()
      .then(
        () => this.#noteReading(undefined),
        (error: unknown) => this.#noteReading(error instanceof Error ? error.message : String(error)),
      )
      .finally(() => {
        this.#round = undefined;
      });
    return this.#round;
  }

  /** @returns true when the subscriber has taken in everything up to that event; false when it has tried and failed */
  async reach(name: string, seq: number): Promise<boolean> {
    const following = this.#following.get(name);
    if (following === undefined) return false;
    following.hasten();
    // A round that was under way already may have read before that event was there: only the second says that it is not.
    for (let fruitless = 0; fruitless < 2 && !this.#stopped && following.position < seq; ) {
      const { handedSeq } = following;
      await this.poll();
      await following.idle();
      if (this.#failure !== undefined || following.lag().failure !== undefined) break;
      fruitless = following.handedSeq === handedSeq ? fruitless + 1 : 0;
    }
    return following.position >= seq;
  }

  /** Resolves when an event after that one has been read, the wait is given up, or the feed stops. */
  news(afterSeq: number, given: AbortSignal): Promise<void> {
    if (this.#stopped || given.aborted || this.#head > afterSeq) return Promise.resolve();
    return new Promise((resolve) => {
      const tell = (): void => {
        given.removeEventListener('abort', tell);
        this.#waiting = this.#waiting.filter((one) => one.tell !== tell);
        resolve();
      };
      given.addEventListener('abort', tell);
      this.#waiting.push({ afterSeq, tell });
    });
  }

  /** Everybody who follows, in the order in which they began. */
  lags(): SubscriberLag[] {
    return [...this.#following.values()].map((following) => following.lag());
  }

  /** As `lags`, of those whose positions are kept and who follow in another process, as far as is noted. */
  async lagsElsewhere(): Promise<SubscriberLag[]> {
    const { store, clock } = this.#options;
    const noted = await notedLags(store, clock.now());
    return noted.filter(({ name }) => !this.#following.has(name));
  }

  /** What is not as promised, in words: events that cannot be read, and who cannot take them in. */
  failures(): string[] {
    const reading = this.#failure === undefined ? [] : [`events cannot be read: ${this.#failure}`];
    const { failure } = this.#kept;
    const noting = failure === undefined ? [] : [`how far events were followed is not noted: ${failure}`];
    return [...reading, ...noting, ...inWords(this.lags())];
  }

  /** As `failures`, of those who follow in another process. */
  async failuresElsewhere(): Promise<string[]> {
    return inWords(await this.lagsElsewhere());
  }

  /** Resolves when nothing is being read or taken in any more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#options.timers.clearTimeout(this.#timer);
    for (const { tell } of this.#waiting) tell();
    await this.#round;
    await Promise.all([...this.#following.values()].map((following) => following.stop()));
    await this.#kept.note(this.#resumed.map((following) => following.mark()));
  }

  #begin<K extends EventType>(
    subscriber: Subscriber<K>,
    from: Pick<SubscriberPosition, 'seq' | 'behind'>,
  ): Following {
    const { clock, log, timers } = this.#options;
    const following = new Following(subscriber as unknown as Subscriber<EventType>, {
      from,
      timers,
      now: () => clock.now(),
      onError: (error, about) => log.error({ ...about, error }, 'events not taken in: tried again'),
    });
    this.#following.set(subscriber.name, following);
    this.#head = Math.max(this.#head, from.seq);
    following.work();
    return following;
  }

  /** Never rejects. */
  async #note(): Promise<void> {
    const now = this.#options.clock.now();
    if (now < this.#notedAt + noteEveryMs) return;
    this.#notedAt = now;
    await this.#kept.note(this.#resumed.map((following) => following.mark()));
  }

  /** Those at the same position share a page; who has fallen behind has its own until it has caught up. */
  async #read(): Promise<void> {
    let position = this.#next(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
    let end = Number.POSITIVE_INFINITY;
    for (let pages = 0; pages < pagesMax && position !== undefined && !this.#stopped; pages++) {
      const events = await this.#options.store.readEvents({ afterSeq: position, limit: pageSize });
      const toSeq = events.at(-1)?.seq ?? position;
      this.#hand(events, position, toSeq);
      if (events.length < pageSize) end = toSeq;
      position = this.#next(position, end);
    }
  }

  /** The lowest position between the two from which anybody is to be read for. */
  #next(above: number, below: number): number | undefined {
    let next: number | undefined;
    for (const { handedSeq, hasRoom } of this.#following.values())
      if (hasRoom && handedSeq > above && handedSeq < below) next = Math.min(next ?? below, handedSeq);
    return next;
  }

  #hand(events: readonly StoredEvent[], afterSeq: number, toSeq: number): void {
    for (const following of this.#following.values())
      if (following.handedSeq === afterSeq && following.hasRoom) following.offer(events, toSeq);
    if (toSeq <= this.#head) return;
    this.#head = toSeq;
    for (const { afterSeq: seen, tell } of this.#waiting) if (seen < toSeq) tell();
  }

  #noteReading(failure: string | undefined): void {
    if (failure !== undefined && failure !== this.#failure)
      this.#options.log.error({ reason: failure }, 'events cannot be read: tried again');
    this.#failure = failure;
  }
}
