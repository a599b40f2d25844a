// One step under a lease: run it, keep the lease alive from a timer, store what came out. The token decides who may
// store: a worker that was away too long finds its token refused and stops.

import { AppError, type Clock } from '../../core/index.ts';
import type { JobRecord, JobStore, Json, LeasedJob } from '../../storage/ports/index.ts';
import { Again, canRun, type Pipeline, pipelineFraction, type Step } from './pipeline.ts';
import { errorText, retryDelayMs } from './retry.ts';
import { pause, type Timers } from './timers.ts';

/** How often a running step's lease is looked at; progress is written no more often. */
export const tickMs = 250;
export const leaseMs = 60_000;
const heartbeatMs = 10_000;
/** Tries to store an outcome while the database is in trouble, a second apart: as long as the lease lasts. */
const storeTriesMax = 50;

export interface StepRunOptions {
  readonly store: Pick<JobStore, 'renewLease' | 'isHeld' | 'completeStep' | 'postponeStep' | 'failStep'>;
  readonly clock: Clock;
  readonly timers: Timers;
  /** Aborted when the worker stops. */
  readonly stopping: AbortSignal;
  /** Told of trouble that the job itself does not record: a heartbeat that could not be written, say. */
  readonly onError: (error: unknown) => void;
}

/** Runs the leased step of a job to its stored outcome. Never rejects: what it cannot store, it tells `onError`. */
export async function runStep(
  job: LeasedJob,
  pipeline: Pipeline | undefined,
  options: StepRunOptions,
): Promise<void> {
  const step = pipeline?.steps.find((one) => one.name === job.step);
  if (pipeline === undefined || step === undefined || !canRun(pipeline, job.pipelineVersion)) {
    const what = `job ${job.id} asks for step ${job.step} of pipeline ${job.pipeline}, version ${job.pipelineVersion}, which this version of Almanac does not have`;
    await storeFailure(job, new AppError('jobs/unknown-pipeline', what), options);
    return;
  }
  const heartbeat = startHeartbeat(job, options);
  heartbeat.report({ fraction: pipelineFraction(pipeline, step, 0), message: step.name });
  try {
    const result = await step.run({
      job,
      project: job.project,
      input: job.input,
      results: job.results,
      signal: heartbeat.signal,
      progress: (fraction, message) =>
        heartbeat.report({ fraction: pipelineFraction(pipeline, step, fraction), message }),
    });
    await heartbeat.stop();
    if (heartbeat.lost()) return;
    if (result instanceof Again) await postpone(job, result, options);
    else await storeResult(job, { pipeline, step, result }, options);
  } catch (error) {
    await heartbeat.stop();
    if (heartbeat.lost()) return;
    if (options.stopping.aborted) await handBack(job, options);
    else await storeFailure(job, error, options);
  }
}

interface Heartbeat {
  /** Aborted when the lease is lost (the job was cancelled or taken over) or the worker stops. */
  readonly signal: AbortSignal;
  report(progress: JobRecord['progress']): void;
  lost(): boolean;
  /** Resolves when no renewal is under way any more. */
  stop(): Promise<void>;
}

function startHeartbeat(job: LeasedJob, options: StepRunOptions): Heartbeat {
  const { store, clock, timers, stopping, onError } = options;
  const lease = new AbortController();
  let progress = job.progress;
  let dirty = false;
  let stopped = false;
  // Counted in ticks, because the clock may be one that a test moves.
  let ticksSinceRenewal = 0;
  let timer: unknown;
  let current: Promise<void> = Promise.resolve();

  const renew = async (): Promise<void> => {
    const now = clock.now();
    dirty = false;
    const held = await store.renewLease(job.id, job.leaseToken, { now, leaseUntil: now + leaseMs, progress });
    if (held) ticksSinceRenewal = 0;
    else lease.abort(new Error(`job ${job.id} was cancelled or taken over`));
  };
  const look = async (): Promise<void> => {
    if (!(await store.isHeld(job.id, job.leaseToken))) {
      lease.abort(new Error(`job ${job.id} was cancelled or taken over`));
    }
  };
  const tick = async (): Promise<void> => {
    ticksSinceRenewal++;
    try {
      if (dirty || ticksSinceRenewal * tickMs >= heartbeatMs) await renew();
      else await look();
    } catch (error) {
      onError(error);
      dirty = true;
      if (ticksSinceRenewal * tickMs >= leaseMs) {
        lease.abort(new Error(`the lease of job ${job.id} could not be renewed`));
      }
    }
    if (!stopped && !lease.signal.aborted) schedule();
  };
  const schedule = (): void => {
    timer = timers.setTimeout(() => {
      current = tick();
    }, tickMs);
  };
  schedule();
  return {
    signal: AbortSignal.any([lease.signal, stopping]),
    report: (next) => {
      progress = next;
      dirty = true;
    },
    lost: () => lease.signal.aborted,
    stop: async () => {
      stopped = true;
      timers.clearTimeout(timer);
      await current;
    },
  };
}

/** The step waits: whoever is there at its time runs it again. */
async function postpone(job: LeasedJob, again: Again, options: StepRunOptions): Promise<void> {
  const now = options.clock.now();
  await persistently(options, () =>
    options.store.postponeStep(job.id, job.leaseToken, { runAfter: again.at, message: again.message, now }),
  );
}

async function storeResult(
  job: LeasedJob,
  { pipeline, step, result }: { pipeline: Pipeline; step: Step; result: Json },
  options: StepRunOptions,
): Promise<void> {
  const nextStep = pipeline.steps[pipeline.steps.indexOf(step) + 1]?.name ?? null;
  await persistently(options, () =>
    options.store.completeStep(job.id, job.leaseToken, { result, nextStep, now: options.clock.now() }),
  );
}

async function storeFailure(job: LeasedJob, error: unknown, options: StepRunOptions): Promise<void> {
  const delayMs = retryDelayMs(error, job.attempts - job.crashes);
  const now = options.clock.now();
  const retryAt = delayMs === null ? null : now + delayMs;
  options.onError(error);
  await persistently(options, () =>
    options.store.failStep(job.id, job.leaseToken, { error: errorText(error), retryAt, now }),
  );
}

/** Gives a step that was interrupted by the worker's stop to whoever comes next. */
async function handBack(job: LeasedJob, options: StepRunOptions): Promise<void> {
  const now = options.clock.now();
  await persistently(options, () =>
    options.store.failStep(job.id, job.leaseToken, { error: null, retryAt: now, now }),
  );
}

/** A database in trouble must not cost a finished step: the write is tried until it succeeds or the lease has run out. */
async function persistently(options: StepRunOptions, write: () => Promise<unknown>): Promise<void> {
  for (let tries = 1; tries <= storeTriesMax; tries++) {
    try {
      await write();
      return;
    } catch (error) {
      options.onError(error);
    }
    if (options.stopping.aborted) return;
    await pause(options.timers, 1000);
  }
}
