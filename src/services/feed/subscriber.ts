// One subscriber of the feed: what it has been handed, project by project, and has not yet taken in.

import type { DomainEvent, EventOf, EventType, StoredEvent } from '../../core/index.ts';
import type { SubscriberPosition } from '../../storage/ports/index.ts';

/** All that is new of one project: many events are one piece of work. */
export interface Work<K extends EventType> {
  readonly project: string;
  /** Ascending by seq; none for a project that is looked at because following begins. */
  readonly events: readonly EventOf<K>[];
}

export interface Subscriber<K extends EventType> {
  /** As it stands in metrics and logs. */
  readonly name: string;
  readonly kinds: readonly K[];
  /**
   * Takes in what is new of one project. Only when it resolves has the subscriber got past these events; when it rejects, the
   * same comes again later, together with what has come meanwhile. So it may be done twice, and must then change nothing.
   */
  readonly apply: (work: Work<K>) => Promise<void>;
  /** Projects taken in at the same time; default 1. */
  readonly projectsAtOnce?: number;
}

export interface FollowOptions {
  /** Follows what comes after this event. */
  readonly afterSeq: number;
  /** Projects to be taken in once at the beginning, whether anything happens or not. */
  readonly projects?: readonly string[];
}

/** How far a subscriber is behind. */
export interface SubscriberLag {
  readonly name: string;
  /** Events read and not taken in. */
  readonly events: number;
  /** How long the oldest of them has waited. */
  readonly seconds: number;
  /** Since the process began. */
  readonly retries: number;
  /** Why the last try failed, of a project that waits for the next; undefined when none does. */
  readonly failure: string | undefined;
}

export interface FollowingOptions {
  readonly now: () => number;
  readonly timers: {
    setTimeout(callback: () => void, ms: number): unknown;
    clearTimeout(handle: unknown): void;
  };
  readonly onError: (
    error: unknown,
    about: { readonly subscriber: string; readonly project: string },
  ) => void;
}

const retryMsFirst = 200;
const retryMsMax = 30_000;
/** Events held for one subscriber; past it nothing more is read for it until it has taken some in. */
const heldMax = 10_000;

interface Pending {
  readonly events: DomainEvent[];
  /** The position before the first of it. */
  readonly afterSeq: number;
  since: number;
  tries: number;
  failure: string | undefined;
  /** Runs out when the next try is due. */
  timer: unknown;
  isAtWork: boolean;
}

/** A subscriber with its position. A failing project waits for its next try; the others go on. */
export class Following {
  readonly #subscriber: Subscriber<EventType>;
  readonly #kinds: ReadonlySet<string>;
  readonly #options: FollowingOptions;
  readonly #pending = new Map<string, Pending>();
  /** Where it began: what is up to there has been taken in, but for the projects named. */
  readonly #begun: { readonly seq: number; readonly behind: ReadonlyMap<string, number> };
  /** Everything up to here has been handed over. */
  #handedSeq: number;
  #held = 0;
  #atWork = 0;
  #retries = 0;
  #stopped = false;
  #waiting: (() => void)[] = [];

  /** @param from projects that are behind are looked at once, also when nothing of them comes */
  constructor(
    subscriber: Subscriber<EventType>,
    options: FollowingOptions & { readonly from: Pick<SubscriberPosition, 'seq' | 'behind'> },
  ) {
    const { seq, behind } = options.from;
    this.#subscriber = subscriber;
    this.#kinds = new Set(subscriber.kinds);
    this.#options = options;
    this.#begun = { seq, behind: new Map(behind.map((one) => [one.project, one.seq])) };
    this.#handedSeq = seq;
    for (const one of behind) {
      this.#handedSeq = Math.min(this.#handedSeq, one.seq);
      this.#pendingOf(one.project, one.seq).since = one.since;
    }
  }

  get name(): string {
    return this.#subscriber.name;
  }

  /** Where reading goes on. */
  get handedSeq(): number {
    return this.#handedSeq;
  }

  /** Whether more may be read for it. */
  get hasRoom(): boolean {
    return this.#held < heldMax;
  }

  /** Every event up to this one has been taken in. */
  get position(): number {
    let position = this.#handedSeq;
    for (const { afterSeq } of this.#pending.values()) position = Math.min(position, afterSeq);
    return position;
  }

  /** Hands over the events that come next, up to and with `toSeq`. */
  offer(events: readonly StoredEvent[], toSeq: number): void {
    for (const event of events) {
      if (event.type === 'unknown' || !this.#kinds.has(event.type)) continue;
      if (this.#wasTakenIn(event)) continue;
      this.#pendingOf(event.project, event.seq - 1).events.push(event);
      this.#held++;
    }
    this.#handedSeq = toSeq;
    this.work();
  }

  /** Begins what is due. */
  work(): void {
    const { projectsAtOnce = 1 } = this.#subscriber;
    for (const [project, pending] of this.#pending) {
      if (this.#stopped || this.#atWork >= projectsAtOnce) return;
      if (!pending.isAtWork && pending.timer === undefined) void this.#take(project, pending);
    }
  }

  /** What waits for its next try is due now. */
  hasten(): void {
    for (const pending of this.#pending.values()) this.#cancelTimer(pending);
    this.work();
  }

  /** Resolves when nothing is under way and nothing due; what waits for its next try goes on waiting. */
  async idle(): Promise<void> {
    while (this.#atWork > 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  lag(): SubscriberLag {
    let since = Number.POSITIVE_INFINITY;
    let failure: string | undefined;
    for (const [project, pending] of this.#pending) {
      since = Math.min(since, pending.since);
      if (pending.failure !== undefined) failure ??= `${project}: ${pending.failure}`;
    }
    const seconds = Number.isFinite(since) ? Math.max(0, this.#options.now() - since) / 1000 : 0;
    return { name: this.name, events: this.#held, seconds, retries: this.#retries, failure };
  }

  /** Where the next process goes on. */
  mark(): SubscriberPosition {
    const behind = [...this.#pending].map(([project, { afterSeq, events, since, failure }]) => ({
      project,
      seq: afterSeq,
      events: events.length,
      since,
      reason: failure ?? null,
    }));
    return { subscriber: this.name, seq: this.#handedSeq, behind };
  }

  /** Resolves when nothing is under way any more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const pending of this.#pending.values()) this.#cancelTimer(pending);
    await this.idle();
  }

  /** By an earlier process, which one project that was behind has it read again. */
  #wasTakenIn({ project, seq }: DomainEvent): boolean {
    return seq <= this.#begun.seq && seq <= (this.#begun.behind.get(project) ?? seq);
  }

  #pendingOf(project: string, afterSeq: number): Pending {
    const known = this.#pending.get(project);
    if (known !== undefined) return known;
    const pending: Pending = {
      events: [],
      afterSeq,
      since: this.#options.now(),
      tries: 0,
      failure: undefined,
      timer: undefined,
      isAtWork: false,
    };
    this.#pending.set(project, pending);
    return pending;
  }

  /** One try. The position moves here, after the work, and only when it was done. */
  async #take(project: string, pending: Pending): Promise<void> {
    const events = pending.events.slice();
    pending.isAtWork = true;
    this.#atWork++;
    if (pending.tries > 0) this.#retries++;
    try {
      await this.#subscriber.apply({ project, events });
      this.#done(project, pending, events);
    } catch (error) {
      this.#failed(project, pending, error);
    } finally {
      this.#atWork--;
      this.work();
      if (this.#atWork === 0) for (const resolve of this.#waiting.splice(0)) resolve();
    }
  }

  #done(project: string, pending: Pending, taken: readonly DomainEvent[]): void {
    this.#pending.delete(project);
    this.#held -= taken.length;
    const rest = pending.events.slice(taken.length);
    const [first] = rest;
    if (first === undefined) return;
    // What came meanwhile; at the end of the line, so that no busy project keeps the others waiting.
    this.#pendingOf(project, first.seq - 1).events.push(...rest);
  }

  #failed(project: string, pending: Pending, error: unknown): void {
    const { timers, onError } = this.#options;
    const reason = error instanceof Error ? error.message : String(error);
    if (reason !== pending.failure) onError(error, { subscriber: this.name, project });
    pending.failure = reason;
    pending.isAtWork = false;
    const retryMs = Math.min(retryMsMax, retryMsFirst * 2 ** pending.tries);
    pending.tries++;
    if (this.#stopped) return;
    pending.timer = timers.setTimeout(() => {
      pending.timer = undefined;
      this.work();
    }, retryMs);
  }

  #cancelTimer(pending: Pending): void {
    if (pending.timer !== undefined) this.#options.timers.clearTimeout(pending.timer);
    pending.timer = undefined;
  }
}
