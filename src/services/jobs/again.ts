// A job that failed, or was cancelled, started again from its own request: a new job that names the one before.

import { AppError } from '../../core/index.ts';
import type { JobRecord } from '../../storage/ports/index.ts';
import { withoutCause } from './cause.ts';
import type { PipelineEngine } from './pipeline-engine.ts';

/**
 * The same request put in as a new job, from its first step. While another of its kind is under way, that one is returned.
 * @throws AppError `jobs/unknown-job`, `jobs/not-failed`, `jobs/unknown-pipeline`
 */
export async function startAgain(
  jobs: Pick<PipelineEngine, 'get' | 'enqueue'>,
  of: { readonly id: string; readonly trigger: 'api' | 'cli'; readonly actor: string },
): Promise<{ job: JobRecord; created: boolean }> {
  const job = await jobs.get(of.id);
  if (job.state !== 'failed' && job.state !== 'cancelled')
    throw new AppError(
      'jobs/not-failed',
      `job ${job.id} is ${job.state}: only one that failed or was cancelled is started again`,
    );
  const reason = `${job.id} again, which ${job.state === 'failed' ? 'failed' : 'was cancelled'}; asked for by ${of.actor}`;
  return await jobs.enqueue(
    job.pipeline,
    job.project,
    { ...withoutCause(job.input), trigger: of.trigger, reason, parent: job.id },
    { singleFlightKey: job.singleFlightKey },
  );
}

/** The job that a job was started again from; null = it was not. */
export function parentOf({ input }: Pick<JobRecord, 'input'>): string | null {
  return typeof input.parent === 'string' ? input.parent : null;
}
