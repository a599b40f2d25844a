// Follows what arrives, and gives serving the levels that hold as soon as a new period of labels has come or another version
// serves. Every process that serves runs its own: they read the same predictions and labels, and so find the same levels.

import type { Project } from '../../core/index.ts';
import type { EventStore } from '../../storage/ports/index.ts';
import type { Timers } from '../jobs/index.ts';
import type { Serving } from '../serving/index.ts';
import { adaptationOf, type CoverageMonitor } from './coverage.ts';

export interface CoverageWatchOptions {
  readonly projects: readonly Project[];
  readonly store: Pick<EventStore, 'readEvents'>;
  readonly coverage: Pick<CoverageMonitor, 'measure'>;
  readonly serving: Pick<Serving, 'adapt'>;
  readonly timers: Timers;
  readonly onError: (error: unknown) => void;
}

const pollMs = 200;
const pageSize = 1000;

export class CoverageWatch {
  readonly #options: CoverageWatchOptions;
  #afterSeq = 0;
  #running = false;
  #timer: unknown;
  #round: Promise<void> = Promise.resolve();

  constructor(options: CoverageWatchOptions) {
    this.#options = options;
  }

  /** Begins after the given event. */
  start(afterSeq: number): void {
    this.#afterSeq = afterSeq;
    this.#running = true;
    this.#schedule();
  }

  /** Resolves when nothing is under way any more. */
  async stop(): Promise<void> {
    this.#running = false;
    this.#options.timers.clearTimeout(this.#timer);
    await this.#round;
  }

  /** Takes in what has been committed since the last time. */
  async follow(): Promise<void> {
    const { store, projects } = this.#options;
    const names = new Set<string>();
    for (;;) {
      const events = await store.readEvents({ afterSeq: this.#afterSeq, limit: pageSize });
      for (const { type, project } of events)
        if (type === 'batch.committed' || type === 'alias.changed') names.add(project);
      this.#afterSeq = events.at(-1)?.seq ?? this.#afterSeq;
      if (events.length < pageSize) break;
    }
    for (const project of projects) if (names.has(project.name)) await this.#adapt(project);
  }

  async #adapt(project: Project): Promise<void> {
    const { coverage, serving, onError } = this.#options;
    if (project.adaptCoverage === false) return;
    try {
      serving.adapt(project.name, adaptationOf(await coverage.measure(project)));
    } catch (error) {
      // The levels in use stay; the next period tries again.
      onError(error);
    }
  }

  #schedule(): void {
    if (!this.#running) return;
    this.#timer = this.#options.timers.setTimeout(() => {
      this.#round = this.follow()
        .catch(this.#options.onError)
        .then(() => this.#schedule());
    }, pollMs);
  }
}
