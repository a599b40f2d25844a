// What is stored of a removed project goes: a job, so that it takes little at a time, goes on after a crash and is seen. Files
// that no record names any more are removed by retention.

import type { ProjectRecord, ProjectRemoval, ProjectStore } from '../../storage/ports/index.ts';
import type { Subscriber } from '../feed/index.ts';
import { definePipeline, type Pipeline, type PipelineEngine } from '../jobs/index.ts';

/** Rows of one transaction, about: some milliseconds. */
export const rowsPerWrite = 500;
const waitMs = 5000;

interface PurgeOptions {
  readonly store: Pick<ProjectStore, 'purgeSome'>;
  readonly now: () => number;
  /** Lets waiting I/O run. */
  readonly breathe: () => Promise<void>;
}

export function purgePipeline({ store, now, breathe }: PurgeOptions): Pipeline {
  return definePipeline({
    name: 'purge',
    steps: [
      {
        name: 'delete',
        run: async ({ project, signal }) => {
          while (await store.purgeSome(project, { rowsMax: rowsPerWrite, now: now() })) {
            signal.throwIfAborted();
            await breathe();
          }
          return null;
        },
      },
    ],
  });
}

/** Not before that: what was under way when the project was removed has ended then. */
export function purgeAfter({ at }: ProjectRemoval): number {
  return at + waitMs;
}

/** Puts the job in for a project that is to be purged; one that is there already stands for it. */
export async function enqueuePurge(
  jobs: Pick<PipelineEngine, 'enqueue'>,
  { project, removal }: Pick<ProjectRecord, 'project' | 'removal'>,
): Promise<string> {
  const options = removal === null ? {} : { runAfter: purgeAfter(removal) };
  const { job } = await jobs.enqueue('purge', project.name, {}, options);
  return job.id;
}

/** Sees to it that what is marked goes, whoever marked it. */
export function purgeSubscriber(given: {
  readonly store: Pick<ProjectStore, 'getProjectRecord'>;
  readonly jobs: Pick<PipelineEngine, 'enqueue'>;
}): Subscriber<'project.removed'> {
  return {
    name: 'purging',
    kinds: ['project.removed'],
    apply: async ({ project }) => {
      const record = await given.store.getProjectRecord(project);
      if (record?.removal?.purging === true) await enqueuePurge(given.jobs, record);
    },
  };
}
