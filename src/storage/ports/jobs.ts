// Durable background work: jobs, their steps and leases.

import type { StoredEvent } from '../../core/index.ts';
import type { Json, JsonObject } from './json.ts';

export type JobState = 'queued' | 'running' | 'done' | 'failed' | 'cancelled';

/** A job as everybody may read it, whatever engine runs it. */
export interface JobRecord {
  readonly id: string;
  readonly pipeline: string;
  /** Which shape of the pipeline it was put in for: steps may change while a job waits for days. */
  readonly pipelineVersion: number;
  readonly project: string;
  /** At most one queued or running job has a given key. */
  readonly singleFlightKey: string;
  readonly state: JobState;
  /** The step to run next or running now; '' until the first lease of a new job: the pipeline's first. */
  readonly step: string;
  readonly input: JsonObject;
  /** What finished steps returned, by step name. */
  readonly results: JsonObject;
  /** How often the current step was started, and how often its worker vanished. */
  readonly attempts: number;
  readonly crashes: number;
  /** Not before this: a retry, or a step that asked to be run again then. */
  readonly runAfter: number;
  /** 0 to 1 over the whole pipeline, and what is being done. */
  readonly progress: { readonly fraction: number; readonly message: string };
  readonly error: string | null;
  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
}

/** A job and who holds it, as the embedded queue keeps it. */
export interface LeasedJob extends JobRecord {
  readonly leaseToken: number;
  readonly leaseUntil: number;
  readonly workerId: string;
}

/**
 * What the embedded queue keeps its jobs in: leases with fencing tokens, by the clock of the one machine that it runs on.
 * Engines past one machine bring a queue of their own and need no more of a store than `getJob` and `listJobs`.
 */
export interface JobStore {
  /** Returns the job that has this id, whatever its state; else the active one of the same singleFlightKey. */
  enqueueJob(
    job: Pick<
      JobRecord,
      | 'id'
      | 'pipeline'
      | 'pipelineVersion'
      | 'project'
      | 'singleFlightKey'
      | 'step'
      | 'input'
      | 'createdAt'
      | 'runAfter'
    >,
  ): Promise<{ job: JobRecord; created: boolean }>;
  /** Takes the oldest due job, queued or with an expired lease (which counts a crash; past `crashesMax` it fails instead). */
  leaseJob(options: {
    now: number;
    leaseMs: number;
    workerId: string;
    pipelines: readonly { readonly name: string; readonly firstStep: string }[];
    crashesMax: number;
    /** Jobs this worker is running itself: never taken over from it, whatever the clock says. */
    excludeIds: readonly string[];
  }): Promise<LeasedJob | undefined>;
  /** True while this token holds the job. */
  isHeld(id: string, leaseToken: number): Promise<boolean>;
  /** Running jobs with their holders, newest first. */
  listLeases(limit: number): Promise<LeasedJob[]>;
  /** Event `job.progress` when the message or the whole percent changed. False when the lease was lost: the worker must stop. */
  renewLease(
    id: string,
    leaseToken: number,
    options: { now: number; leaseUntil: number; progress: JobRecord['progress'] },
  ): Promise<boolean>;
  /** Lets a lease end earlier, because its worker is known to be gone. False when the lease is not that one any more. */
  shortenLease(id: string, leaseToken: number, leaseUntil: number): Promise<boolean>;
  /** One transaction: result stored, next step due (or the job done), event `job.step` or `job.done`. False when the lease was lost. */
  completeStep(
    id: string,
    leaseToken: number,
    options: { result: Json; nextStep: string | null; now: number },
  ): Promise<boolean>;
  /**
   * Retry at `retryAt` (event `job.waiting`), or fail for good when null (event `job.failed`). Without an error the step is handed back by a
   * worker that stops: that is no attempt. False when the lease was lost.
   */
  failStep(
    id: string,
    leaseToken: number,
    options: { error: string | null; retryAt: number | null; now: number },
  ): Promise<boolean>;
  /**
   * The step is run again at `runAfter`, as if for the first time: no attempt, no crash. Event `job.waiting`. False when the
   * lease was lost.
   */
  postponeStep(
    id: string,
    leaseToken: number,
    options: { runAfter: number; message: string; now: number },
  ): Promise<boolean>;
  /** What it told, oldest first: the newest `limit` events. */
  jobEvents(id: string, limit: number): Promise<StoredEvent[]>;
  getJob(id: string): Promise<JobRecord | undefined>;
  /** The newest first. */
  listJobs(options: {
    project?: string;
    pipeline?: string;
    state?: JobState;
    limit: number;
  }): Promise<JobRecord[]>;
  /** Ends a queued or running job (event `job.cancelled`); false when it had ended already. */
  cancelJob(id: string, now: number): Promise<boolean>;
}
