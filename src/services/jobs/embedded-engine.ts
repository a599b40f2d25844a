// The engine of one machine: our queue in the control store, and a worker in every process that starts it.

import type { Clock, IdSource } from '../../core/index.ts';
import type { JobRecord, JobState, JobStore, JsonObject } from '../../storage/ports/index.ts';
import type { Pipeline } from './pipeline.ts';
import type { EnqueueOptions, PipelineEngine } from './pipeline-engine.ts';
import { Queue } from './queue.ts';
import type { Timers } from './timers.ts';
import { JobWorker } from './worker.ts';

export interface EmbeddedEngineOptions {
  readonly store: JobStore;
  readonly ids: IdSource;
  readonly pipelines: readonly Pipeline[];
  /** The system's clock, also where demand is simulated: leases and retries happen in real time. */
  readonly clock: Clock;
  readonly timers: Timers;
  /** Names this process's worker in job records. */
  readonly workerId: string;
  readonly onError: (error: unknown) => void;
  /** True when the process of that worker is known to have ended, so that its jobs need not wait for their leases. */
  readonly isGone?: (workerId: string) => boolean;
  /** Jobs run at the same time by this process; 2 by default. */
  readonly concurrency?: number;
}

export class EmbeddedEngine implements PipelineEngine {
  readonly #queue: Queue;
  readonly #worker: JobWorker;

  constructor(options: EmbeddedEngineOptions) {
    this.#worker = new JobWorker(options);
    this.#queue = new Queue({ ...options, onEnqueued: () => this.#worker.wake() });
  }

  enqueue(
    pipeline: string,
    project: string,
    input: JsonObject = {},
    options: EnqueueOptions = {},
  ): Promise<{ job: JobRecord; created: boolean }> {
    return this.#queue.enqueue(pipeline, project, input, options);
  }

  get(id: string): Promise<JobRecord> {
    return this.#queue.get(id);
  }

  list(options: { project?: string; state?: JobState; limit: number }): Promise<JobRecord[]> {
    return this.#queue.list(options);
  }

  cancel(id: string): Promise<void> {
    return this.#queue.cancel(id);
  }

  waitFor(
    id: string,
    onProgress?: (job: JobRecord) => void,
    options: { readonly signal?: AbortSignal } = {},
  ): Promise<JobRecord> {
    return this.#queue.waitFor(id, onProgress, options);
  }

  start(): void {
    this.#worker.start();
  }

  wake(): void {
    this.#worker.wake();
  }

  stop(options: { readonly drainMs?: number } = {}): Promise<void> {
    return this.#worker.stop(options);
  }
}
