// Periods that a batch completes are closed when it has come; those that only have to wait long enough, by whoever looks again.

import type { Subscriber } from '../feed/index.ts';
import type { Projects } from '../projects/index.ts';
import type { DataService } from './data-service.ts';

/**
 * Closes what may be closed after each batch, and when a project comes back or has other settings. The closings are a batch
 * themselves, after which nothing more closes.
 */
export function closeSubscriber(given: {
  readonly projects: Pick<Projects, 'getProject'>;
  readonly data: Pick<DataService, 'closePeriods'>;
}): Subscriber<'batch.committed' | 'project.added' | 'project.changed'> {
  return {
    name: 'closing',
    kinds: ['batch.committed', 'project.added', 'project.changed'],
    apply: async ({ project: name }) => {
      const project = await given.projects.getProject(name);
      if (project !== undefined) await given.data.closePeriods(project);
    },
  };
}
