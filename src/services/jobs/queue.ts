// The caller's side of background work: put a job in, look at it, cancel it, wait for it.

import { AppError, type Clock, type IdSource } from '../../core/index.ts';
import type { JobRecord, JobState, JobStore, JsonObject } from '../../storage/ports/index.ts';
import { type JobLogLine, jobLog } from './job-log.ts';
import { type Pipeline, versionOf } from './pipeline.ts';
import type { EnqueueOptions } from './pipeline-engine.ts';
import { pause, type Timers } from './timers.ts';

const waitPollMs = 50;

export interface QueueOptions {
  readonly store: Pick<JobStore, 'enqueueJob' | 'getJob' | 'listJobs' | 'cancelJob' | 'jobEvents'>;
  readonly ids: IdSource;
  /** The system's clock, also where demand is simulated: leases and retries happen in real time. */
  readonly clock: Clock;
  readonly timers: Timers;
  /** What can be put in. */
  readonly pipelines: readonly Pipeline[];
  /** Told of each new job, so that a worker in this process need not wait for its next look: `() => worker.wake()`. */
  readonly onEnqueued?: () => void;
}

export class Queue {
  readonly #options: QueueOptions;
  readonly #versions: ReadonlyMap<string, number>;

  constructor(options: QueueOptions) {
    this.#options = options;
    this.#versions = new Map(options.pipelines.map((pipeline) => [pipeline.name, versionOf(pipeline)]));
  }

  /** See `PipelineEngine`. */
  async enqueue(
    pipeline: string,
    project: string,
    input: JsonObject = {},
    options: EnqueueOptions = {},
  ): Promise<{ job: JobRecord; created: boolean }> {
    const { store, ids, clock } = this.#options;
    const pipelineVersion = this.#versions.get(pipeline);
    if (pipelineVersion === undefined)
      throw new AppError('jobs/unknown-pipeline', `there is no pipeline ${pipeline}`);
    const now = clock.now();
    const outcome = await store.enqueueJob({
      id: options.id ?? ids.next('job'),
      pipeline,
      pipelineVersion,
      project,
      singleFlightKey: options.singleFlightKey ?? `${pipeline}:${project}`,
      step: '',
      input,
      createdAt: now,
      runAfter: options.runAfter ?? now,
    });
    if (outcome.created) this.#options.onEnqueued?.();
    return outcome;
  }

  /** @throws AppError `jobs/unknown-job` */
  async get(id: string): Promise<JobRecord> {
    const job = await this.#options.store.getJob(id);
    if (job === undefined) throw new AppError('jobs/unknown-job', `there is no job ${id}`);
    return job;
  }

  /** Newest first. */
  async list(options: { project?: string; state?: JobState; limit: number }): Promise<JobRecord[]> {
    return await this.#options.store.listJobs(options);
  }

  /** See `PipelineEngine`. */
  async log(id: string, { limit }: { readonly limit: number }): Promise<JobLogLine[]> {
    await this.get(id);
    return jobLog(await this.#options.store.jobEvents(id, limit));
  }

  /**
   * Ends a queued or running job; the step that runs is told within a quarter of a second and stores nothing more.
   * @throws AppError `jobs/unknown-job`, `jobs/not-active` when it has ended already
   */
  async cancel(id: string): Promise<void> {
    if (await this.#options.store.cancelJob(id, this.#options.clock.now())) return;
    const job = await this.get(id);
    throw new AppError('jobs/not-active', `job ${id} is ${job.state} already`);
  }

  /**
   * Resolves when the job has ended, well or not, with its last record.
   * @param onProgress called with the record whenever step, state or progress differ from the last time
   */
  async waitFor(
    id: string,
    onProgress?: (job: JobRecord) => void,
    options: { signal?: AbortSignal } = {},
  ): Promise<JobRecord> {
    let seen = '';
    for (;;) {
      const job = await this.get(id);
      const now = JSON.stringify([job.state, job.step, job.progress]);
      if (now !== seen) onProgress?.(job);
      seen = now;
      if (job.state !== 'queued' && job.state !== 'running') return job;
      await pause(this.#options.timers, waitPollMs);
      options.signal?.throwIfAborted();
    }
  }
}
