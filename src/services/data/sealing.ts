// Sealing by itself: when many small batches wait in the relational tail, a job moves them into a Parquet segment. One job
// at a time per project, by the single flight of jobs.

import type { HistoryStore } from '../../storage/ports/index.ts';
import type { Subscriber } from '../feed/index.ts';
import { definePipeline, type Pipeline, type PipelineEngine } from '../jobs/index.ts';
import type { DataService } from './data-service.ts';

/** Rows that may wait in the tail of a project: enough for a segment worth its file, few enough to seal in seconds. */
const unsealedRowsMax = 50_000;

/**
 * Pipeline `seal`: first what earlier sealings left in the tail and no prediction needs is removed, then what waits is
 * sealed. In this order, so that a reader of the tail does not lose rows that are sealed while it reads.
 */
export function sealPipeline(data: Pick<DataService, 'prune' | 'seal'>): Pipeline {
  return definePipeline({
    name: 'seal',
    steps: [
      { name: 'prune', run: async ({ project }) => ({ rows: await data.prune(project) }) },
      { name: 'seal', weight: 5, run: async ({ project }) => ({ ...(await data.seal(project)) }) },
    ],
  });
}

/** Puts a `seal` job into the queue when the unsealed rows of a project are many. */
export function sealSubscriber(given: {
  readonly store: Pick<HistoryStore, 'historyTotals'>;
  readonly jobs: Pick<PipelineEngine, 'enqueue'>;
}): Subscriber<'batch.committed' | 'job.done' | 'project.removed'> {
  const { store, jobs } = given;
  /** By project: the unsealed rows at the last job, until it is done. One that fails is not made again with every batch. */
  const asked = new Map<string, number>();
  return {
    name: 'sealing',
    kinds: ['batch.committed', 'job.done', 'project.removed'],
    apply: async ({ project, events }) => {
      // Whatever comes back, or comes by the name of one that is gone, begins anew.
      const isAnew = ({ type, data }: (typeof events)[number]): boolean =>
        type === 'project.removed' || (type === 'job.done' && data.pipeline === 'seal');
      if (events.some(isAnew)) asked.delete(project);
      const { rowsUnsealed } = await store.historyTotals(project);
      if (rowsUnsealed - (asked.get(project) ?? 0) <= unsealedRowsMax) return;
      await jobs.enqueue('seal', project, { unsealedRows: rowsUnsealed });
      asked.set(project, rowsUnsealed);
    },
  };
}
