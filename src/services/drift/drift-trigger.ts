// A check whenever so many more periods are closed for the whole project. A period that is still coming in is none of them.

import type { DriftStore } from '../../storage/ports/index.ts';
import type { DataService } from '../data/index.ts';
import type { Subscriber } from '../feed/index.ts';
import type { PipelineEngine } from '../jobs/index.ts';
import type { Projects } from '../projects/index.ts';
import { driftSettingsOf } from './drift-settings.ts';

export function driftSubscriber(given: {
  readonly projects: Pick<Projects, 'getProject'>;
  readonly data: Pick<DataService, 'projectClock'>;
  readonly store: Pick<DriftStore, 'driftReports'>;
  readonly jobs: Pick<PipelineEngine, 'enqueue'>;
}): Subscriber<'batch.committed' | 'project.changed' | 'job.done'> {
  return {
    name: 'drift',
    kinds: ['batch.committed', 'project.changed', 'job.done'],
    apply: async ({ project: name, events }) => {
      // Of jobs only the end of a check says anything: what was closed meanwhile is due.
      const isSomething = ({ type, data }: (typeof events)[number]): boolean =>
        type !== 'job.done' || data.pipeline === 'drift';
      if (events.length > 0 && !events.some(isSomething)) return;
      const project = await given.projects.getProject(name);
      if (project === undefined) return;
      const { everyPeriods } = driftSettingsOf(project);
      if (everyPeriods === 0) return;
      const clock = await given.data.projectClock(name);
      if (clock === null) return;
      const [last] = await given.store.driftReports(name, 1);
      if (last !== undefined && clock - last.period < everyPeriods) return;
      const since =
        last === undefined ? 'none was checked yet' : `${clock - last.period} more periods are closed`;
      // The same state of things is the same job, also for another process, or after a kill.
      const id = `job_drift-${name}-${clock}-${last?.id ?? 'first'}`;
      await given.jobs.enqueue('drift', name, { trigger: 'periods', reason: since }, { id });
    },
  };
}
