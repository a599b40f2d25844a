// What happens in the server, as it happens: events make answers old, and those that are shown are asked for again.

import type { QueryClient } from '@tanstack/react-query';
import type { AlmanacEvent, EventName } from './api.ts';
import { type Kind, refresh } from './queries.ts';

const data: readonly Kind[] = ['batches', 'quarantine', 'withdrawals', 'projects', 'health'];
const serving: readonly Kind[] = ['standing', 'models', 'series', 'projects', 'health', 'accuracy', 'ready'];
const work: readonly Kind[] = ['jobs'];
const reading: readonly Kind[] = ['sources', 'health'];

/** Which kinds of answers an event makes old. The compiler asks for a line where a new event is told. */
const agedBy: Readonly<Record<EventName, readonly Kind[]>> = {
  'batch.committed': [...data, 'standing', 'series', 'overrides', 'accuracy', 'coverage'],
  'contract.failed': ['health'],
  'snapshot.created': ['snapshots'],
  'version.registered': ['models', 'runs'],
  'alias.changed': serving,
  'swap.done': serving,
  'swap.refused': serving,
  'project.added': ['projects'],
  'project.changed': ['projects', 'standing', 'series'],
  'project.removed': ['projects'],
  'project.purged': ['projects'],
  'drift.detected': ['drift'],
  'override.set': ['overrides', 'series'],
  'override.withdrawn': ['overrides', 'series'],
  'alertmanager.received': [],
  'alert.fired': ['alerts'],
  'alert.resolved': ['alerts'],
  'alert.acknowledged': ['alerts'],
  'alert.silenced': ['alerts'],
  'alert.unsilenced': ['alerts'],
  'source.failing': reading,
  'source.paused': reading,
  'source.recovered': reading,
  'source.resumed': reading,
  'job.queued': [...work, 'standing'],
  'job.progress': work,
  'job.waiting': work,
  'job.step': work,
  'job.done': [...work, 'standing', 'models', 'runs', 'drift'],
  'job.failed': [...work, 'standing'],
  'job.cancelled': [...work, 'standing'],
};

/** Answers that take the server long: asked for less often. */
const heavy: ReadonlySet<Kind> = new Set(['series', 'accuracy', 'coverage', 'quarantine']);
const quickMs = 500;
const heavyMs = 5000;
/** A page that nobody looks at gives its connection back: browsers have few for one server. */
const hiddenMs = 20_000;

export type LiveState = 'connecting' | 'live' | 'lost';

/** One event stream while the page is looked at. */
export class Live {
  readonly #client: QueryClient;
  readonly #listeners: Set<() => void> = new Set();
  readonly #waiting: Map<string, Set<Kind>> = new Map();
  #timers: { quick?: number | undefined; heavy?: number | undefined; hidden?: number | undefined } = {};
  #source: EventSource | undefined;
  #state: LiveState = 'connecting';

  constructor(client: QueryClient) {
    this.#client = client;
  }

  get state(): LiveState {
    return this.#state;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  start(): void {
    document.addEventListener('visibilitychange', () => {
      window.clearTimeout(this.#timers.hidden);
      if (document.hidden) this.#timers.hidden = window.setTimeout(() => this.#close(), hiddenMs);
      else if (this.#source === undefined) this.#open();
    });
    this.#open();
  }

  #open(): void {
    const source = new EventSource('/v1/events');
    this.#source = source;
    source.onopen = () => {
      // What happened while nobody listened is not known: everything shown is asked for again.
      if (this.#state === 'lost') void this.#client.invalidateQueries();
      this.#tell('live');
    };
    source.onerror = () => {
      this.#tell('lost');
      if (source.readyState !== EventSource.CLOSED || this.#source !== source) return;
      // Refused, which browsers take for the end: tried again all the same.
      this.#source = undefined;
      window.setTimeout(() => {
        if (this.#source === undefined && !document.hidden) this.#open();
      }, heavyMs);
    };
    for (const name of Object.keys(agedBy) as EventName[])
      source.addEventListener(name, (event) => this.#take(name, event.data as string));
  }

  #close(): void {
    this.#source?.close();
    this.#source = undefined;
    this.#tell('lost');
  }

  #take(name: EventName, text: string): void {
    const { project } = JSON.parse(text) as AlmanacEvent;
    const kinds = this.#waiting.get(project) ?? new Set();
    for (const kind of agedBy[name]) kinds.add(kind);
    this.#waiting.set(project, kinds);
    this.#timers.quick ??= window.setTimeout(() => this.#flush('quick'), quickMs);
    this.#timers.heavy ??= window.setTimeout(() => this.#flush('heavy'), heavyMs);
  }

  #flush(pace: 'quick' | 'heavy'): void {
    this.#timers[pace] = undefined;
    for (const [project, kinds] of this.#waiting) {
      const due = [...kinds].filter((kind) => heavy.has(kind) === (pace === 'heavy'));
      for (const kind of due) kinds.delete(kind);
      if (kinds.size === 0) this.#waiting.delete(project);
      void refresh(this.#client, due, project);
    }
  }

  #tell(state: LiveState): void {
    if (state === this.#state) return;
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}
