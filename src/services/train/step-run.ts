// A step of a training job as a run: begun under the job's name, ended with the step, its cost measured.

import type { Json, JsonObject } from '../../storage/ports/index.ts';
import { causeOf, elapsedMs, type StepContext } from '../jobs/index.ts';
import type { RunHandle, Tracking } from '../tracking/index.ts';

export interface StepRun {
  readonly kind: 'train' | 'backtest' | 'search';
  readonly project: string;
  readonly seed: number;
  readonly snapshotId: string;
  readonly params: JsonObject;
}

/** What the work of the step returns. */
export interface StepWork {
  readonly result: Json;
  /** Thread-seconds over all threads. */
  readonly cpuSeconds: number;
}

/**
 * Does the work within a run, which ends with it, well or not. A step begun again after a crash is the same run.
 * @throws what the work throws
 */
export async function asRun(
  tracking: Pick<Tracking, 'start'>,
  context: StepContext,
  start: StepRun,
  work: (run: RunHandle) => Promise<StepWork>,
): Promise<Json> {
  const cause = causeOf(context.input);
  const params = { ...start.params, ...(cause === null ? {} : { cause: { ...cause } }) };
  const run = await tracking.start({ id: context.job.id.replace(/^job_/, 'run_'), ...start, params });
  const began = elapsedMs();
  const cost = () => ({
    durationMs: elapsedMs() - began,
    memoryBytesPeak: process.resourceUsage().maxRSS * 1024,
  });
  try {
    const { result, cpuSeconds } = await work(run);
    await run.finish({ ...cost(), cpuSeconds });
    return result;
  } catch (error) {
    await run.fail(error, cost());
    throw error;
  }
}
