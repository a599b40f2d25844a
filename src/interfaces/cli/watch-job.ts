// A job from the command line: put in, worked on by this process or a server beside it, watched to its end.

import { AppError } from '../../core/index.ts';
import type { CommandContext } from './command.ts';
import type { JobRecord } from './services.ts';

export interface WatchedJob {
  readonly pipeline: string;
  readonly project: string;
  readonly input?: JobRecord['input'];
  /** Jobs of the same key are one; default: one per pipeline and project. */
  readonly singleFlightKey?: string;
  /** UTC milliseconds; default: now. */
  readonly runAfter?: number;
  /** What it is called in messages. */
  readonly name: string;
}

/** @throws AppError `cli/job-failed` when the job ends otherwise than done */
export async function watchJob(context: CommandContext, job: WatchedJob): Promise<JobRecord> {
  const { jobs } = await context.open();
  const { pipeline, project, input = {}, name } = job;
  const cause = { trigger: 'cli', reason: `asked for by ${context.actor()}` };
  const outcome = await jobs.enqueue(
    pipeline,
    project,
    { ...input, ...cause },
    {
      ...(job.singleFlightKey === undefined ? {} : { singleFlightKey: job.singleFlightKey }),
      ...(job.runAfter === undefined ? {} : { runAfter: job.runAfter }),
    },
  );
  return await watchQueued(context, { ...outcome, name });
}

/**
 * Works on a job that was put in, and watches it to its end.
 * @throws AppError `cli/job-failed` when it ends otherwise than done
 */
export async function watchQueued(
  context: CommandContext,
  {
    job: queued,
    created,
    name,
  }: { readonly job: JobRecord; readonly created: boolean; readonly name: string },
): Promise<JobRecord> {
  const { jobs } = await context.open();
  if (!created) context.note(`a ${name} of ${queued.project} is under way already: watching it`);
  jobs.start();
  const progress = context.progress(name);
  const ended = await jobs.waitFor(
    queued.id,
    ({ step, progress: { fraction, message } }) => progress.update(fraction, message || step),
    { signal: context.signal },
  );
  progress.stop();
  if (ended.state === 'done') return ended;
  throw new AppError('cli/job-failed', `${name} ${ended.id} is ${ended.state}: ${ended.error ?? ''}`);
}
