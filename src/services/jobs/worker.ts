// The worker: takes due jobs from the store and runs their steps, a few at a time. Any number of workers, in any number
// of processes, may share one store.

import type { Clock } from '../../core/index.ts';
import type { JobStore } from '../../storage/ports/index.ts';
import type { Pipeline } from './pipeline.ts';
import { leaseMs, runStep } from './step-run.ts';
import type { Timers } from './timers.ts';

const pollMs = 200;
/** After the store failed to answer. */
const troublePollMs = 2000;
/** Times a step may take its worker down before its job fails. */
const crashesMax = 5;
/** How often to look for jobs whose worker is gone. */
const goneEveryMs = 2000;
const leasesLookedAt = 100;
/** A step that took its worker down is tried again after this, four times longer with every crash, at most a lease later. */
const firstCrashPauseMs = 1000;

export interface JobWorkerOptions {
  readonly store: Pick<
    JobStore,
    | 'leaseJob'
    | 'renewLease'
    | 'isHeld'
    | 'shortenLease'
    | 'completeStep'
    | 'postponeStep'
    | 'failStep'
    | 'listLeases'
  >;
  readonly pipelines: readonly Pipeline[];
  /** The system's clock, also where demand is simulated: leases and retries happen in real time. */
  readonly clock: Clock;
  readonly timers: Timers;
  /** Names this worker in job records. */
  readonly workerId: string;
  readonly onError: (error: unknown) => void;
  /** True when the process of that worker is known to have ended, so that its jobs need not wait for their leases. */
  readonly isGone?: (workerId: string) => boolean;
  /** Jobs run at the same time; heavy work is in threads, so more than one does not slow the event loop. 2 by default. */
  readonly concurrency?: number;
}

export class JobWorker {
  readonly #options: JobWorkerOptions;
  readonly #pipelines: ReadonlyMap<string, Pipeline>;
  readonly #concurrency: number;
  readonly #running: Map<string, Promise<void>> = new Map();
  readonly #stopping: AbortController = new AbortController();
  #state: 'new' | 'started' | 'draining' | 'stopped' = 'new';
  #timer: unknown;
  #looking: Promise<void> | undefined;
  #lookedForGoneAt = Number.NEGATIVE_INFINITY;
  /** Somebody asked to look while a look was under way. */
  #again = false;

  constructor(options: JobWorkerOptions) {
    this.#options = options;
    this.#pipelines = new Map(options.pipelines.map((pipeline) => [pipeline.name, pipeline]));
    this.#concurrency = options.concurrency ?? 2;
  }

  /** Begins to take jobs. */
  start(): void {
    if (this.#state !== 'new') return;
    this.#state = 'started';
    this.wake();
  }

  /** Looks for work now rather than at the next poll. */
  wake(): void {
    if (this.#state !== 'started') return;
    if (this.#looking !== undefined) {
      this.#again = true;
      return;
    }
    this.#options.timers.clearTimeout(this.#timer);
    this.#looking = this.#look().then((delayMs) => {
      this.#looking = undefined;
      if (this.#state !== 'started') return;
      if (this.#again) {
        this.#again = false;
        this.wake();
      } else {
        this.#timer = this.#options.timers.setTimeout(() => this.wake(), delayMs);
      }
    });
  }

  /**
   * Takes no more jobs and waits for those that run. Steps that are not done after `drainMs` are told to end and handed
   * back, so that the next worker starts them at once.
   */
  async stop(options: { drainMs?: number } = {}): Promise<void> {
    if (this.#state === 'stopped') return;
    this.#state = 'draining';
    this.#options.timers.clearTimeout(this.#timer);
    await this.#looking;
    const running = Promise.allSettled(this.#running.values());
    await this.#within(running, options.drainMs ?? 5000);
    this.#stopping.abort(new Error('the worker stops'));
    // A step that ignores its signal cannot hold up the stop: its lease runs out and its token is refused.
    await this.#within(running, 2000);
    this.#state = 'stopped';
  }

  /** Takes jobs until there is none or no room; returns when to look again, in milliseconds. */
  async #look(): Promise<number> {
    const { store, clock, workerId, onError } = this.#options;
    const pipelines = [...this.#pipelines.values()].map(({ name, steps }) => ({
      name,
      firstStep: steps[0]?.name ?? '',
    }));
    try {
      await this.#freeJobsOfGone();
      while (this.#state === 'started' && this.#running.size < this.#concurrency) {
        const excludeIds = [...this.#running.keys()];
        const job = await store.leaseJob({
          now: clock.now(),
          leaseMs,
          workerId,
          pipelines,
          crashesMax,
          excludeIds,
        });
        if (job === undefined) break;
        const run = runStep(job, this.#pipelines.get(job.pipeline), {
          ...this.#options,
          stopping: this.#stopping.signal,
        });
        const ended = run.catch(onError).then(() => {
          this.#running.delete(job.id);
          this.wake();
        });
        this.#running.set(job.id, ended);
      }
      return pollMs;
    } catch (error) {
      onError(error);
      return troublePollMs;
    }
  }

  /** A killed worker cannot hand its job back: whoever sees that it is gone ends its lease early. */
  async #freeJobsOfGone(): Promise<void> {
    const { store, clock, isGone } = this.#options;
    const now = clock.now();
    if (isGone === undefined || now - this.#lookedForGoneAt < goneEveryMs) return;
    this.#lookedForGoneAt = now;
    for (const { id, leaseToken, workerId, crashes } of await store.listLeases(leasesLookedAt)) {
      if (!isGone(workerId)) continue;
      await store.shortenLease(id, leaseToken, now + Math.min(leaseMs, firstCrashPauseMs * 4 ** crashes));
    }
  }

  /** Waits for `done`, at most `ms`. */
  async #within(done: Promise<unknown>, ms: number): Promise<void> {
    let timer: unknown;
    const late = new Promise<void>((resolve) => {
      timer = this.#options.timers.setTimeout(resolve, ms);
    });
    await Promise.race([done, late]);
    this.#options.timers.clearTimeout(timer);
  }
}
