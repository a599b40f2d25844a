// The engine of one machine: our queue in the control store, and a worker in every process that starts it.

import type { IdSource } from '../../core/index.ts';
import type { JobRecord, JobState, JobStore, JsonObject } from '../../storage/ports/index.ts';
import type { JobLogLine } from './job-log.ts';
import type { EnqueueOptions, PipelineEngine } from './pipeline-engine.ts';
import { Queue } from './queue.ts';
import { JobWorker, type JobWorkerOptions } from './worker.ts';

export interface EmbeddedEngineOptions extends JobWorkerOptions {
  readonly store: JobStore;
  readonly ids: IdSource;
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

  log(id: string, options: { readonly limit: number }): Promise<JobLogLine[]> {
    return this.#queue.log(id, options);
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
