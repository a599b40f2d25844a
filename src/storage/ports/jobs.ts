// Durable background work: jobs, their steps and leases.

import type { Json, JsonObject } from './json.ts';

export type JobState = 'queued' | 'running' | 'done' | 'failed' | 'cancelled';

export interface JobRecord {
  readonly id: string;
  readonly pipeline: string;
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
  readonly runAfter: number;
  readonly leaseToken: number;
  readonly leaseUntil: number | null;
  readonly workerId: string | null;
  /** 0 to 1 over the whole pipeline, and what is being done. */
  readonly progress: { readonly fraction: number; readonly message: string };
  readonly error: string | null;
  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
}

export interface JobStore {
  /** Returns the active job when one has the same singleFlightKey. */
  enqueueJob(
    job: Pick<
      JobRecord,
      'id' | 'pipeline' | 'project' | 'singleFlightKey' | 'step' | 'input' | 'createdAt' | 'runAfter'
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
  }): Promise<JobRecord | undefined>;
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
   * Retry at `retryAt`, or fail for good when null (event `job.failed`). Without an error the step is handed back by a
   * worker that stops: that is no attempt. False when the lease was lost.
   */
  failStep(
    id: string,
    leaseToken: number,
    options: { error: string | null; retryAt: number | null; now: number },
  ): Promise<boolean>;
  getJob(id: string): Promise<JobRecord | undefined>;
  listJobs(options: { project?: string; state?: JobState; limit: number }): Promise<JobRecord[]>;
  /** Ends a queued or running job (event `job.cancelled`); false when it had ended already. */
  cancelJob(id: string, now: number): Promise<boolean>;
}
