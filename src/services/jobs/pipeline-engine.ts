// Background work as every room sees it: put a job in, look at it, cancel it, wait for it. Which engine runs it (the one
// embedded here, a queue on a database server, a cluster's) is chosen in `app/`.

import type { JobRecord, JobState, JsonObject } from '../../storage/ports/index.ts';
import type { JobLogLine } from './job-log.ts';

export interface EnqueueOptions {
  /** At most one queued or running job has a given key; default `<pipeline>:<project>`: one at a time per project. */
  readonly singleFlightKey?: string;
  /** UTC milliseconds: not before this. Default: now. */
  readonly runAfter?: number;
  /** A name that the caller can make again, so that the same job put in twice is one; default: a new one. */
  readonly id?: string;
}

export interface PipelineEngine {
  /**
   * Starts a pipeline in the background. While a job with the same key is queued or running, that job is returned
   * instead and nothing new is started; so is the job that has the `id` asked for, whatever its state.
   * @throws AppError `jobs/unknown-pipeline`
   */
  enqueue(
    pipeline: string,
    project: string,
    input?: JsonObject,
    options?: EnqueueOptions,
  ): Promise<{ job: JobRecord; created: boolean }>;
  /** @throws AppError `jobs/unknown-job` */
  get(id: string): Promise<JobRecord>;
  /**
   * What it did, line by line, oldest first: the newest `limit` lines. Those older than events are kept are gone.
   * @throws AppError `jobs/unknown-job`
   */
  log(id: string, options: { readonly limit: number }): Promise<JobLogLine[]>;
  /** Newest first. */
  list(options: { project?: string; state?: JobState; limit: number }): Promise<JobRecord[]>;
  /**
   * Ends a queued or running job; the step that runs is told soon and stores nothing more.
   * @throws AppError `jobs/unknown-job`, `jobs/not-active` when it has ended already
   */
  cancel(id: string): Promise<void>;
  /**
   * Resolves when the job has ended, well or not, with its last record.
   * @param onProgress called with the record whenever step, state or progress differ from the last time
   */
  waitFor(
    id: string,
    onProgress?: (job: JobRecord) => void,
    options?: { readonly signal?: AbortSignal },
  ): Promise<JobRecord>;
  /** Begins to take jobs; without it this process only puts them in. */
  start(): void;
  /** Looks for work now rather than at the next poll. */
  wake(): void;
  /** Takes no more jobs; those not done after `drainMs` are handed back, so that the next worker starts them at once. */
  stop(options?: { readonly drainMs?: number }): Promise<void>;
}
