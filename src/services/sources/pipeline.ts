// Reading a source is a job: it goes on after a crash, runs in one process at a time, and is tried again while its server is down.

import type { Clock, Project, ReadSourceSettings, SourceSettings } from '../../core/index.ts';
import { againAt, checkSchedule, definePipeline, type Pipeline, type Schedule } from '../jobs/index.ts';
import { flightKey, type Sources } from './sources.ts';

/** A file that is written all the time would else be looked at all the time. */
const againMs = 1000;

export function sourcePipeline(options: { sources: Pick<Sources, 'read'>; clock: Clock }): Pipeline {
  const { sources, clock } = options;
  return definePipeline({
    name: 'source',
    steps: [
      {
        name: 'read',
        run: async ({ input, signal, progress }) => {
          const { seen, taken, corrected, more } = await sources.read(String(input.source), {
            again: input.again === true,
            signal,
            onProgress: (message) => progress(0.5, message),
          });
          return more ? againAt(clock.now() + againMs, 'there is more to read') : { seen, taken, corrected };
        },
      },
    ],
  });
}

/** When sources are read: of those whose project is there. */
export function sourceSchedules(
  sources: readonly SourceSettings[],
  projects: { find(name: string): Project | undefined },
): Schedule[] {
  return sources.filter(isRead).flatMap((source) => {
    const project = projects.find(source.project);
    if (project === undefined) return [];
    return [scheduleOf(source, project.timezone)];
  });
}

/** @throws AppError `jobs/bad-schedule` */
export function checkSourceSchedules(sources: readonly SourceSettings[]): void {
  for (const source of sources.filter(isRead)) checkSchedule(scheduleOf(source, 'UTC'));
}

function isRead(source: SourceSettings): source is ReadSourceSettings {
  return source.kind !== 'webhook';
}

function scheduleOf({ name, project, schedule }: ReadSourceSettings, timezone: string): Schedule {
  return {
    name: `source:${name}`,
    cron: schedule,
    timezone,
    pipeline: 'source',
    project,
    singleFlightKey: flightKey(name),
    input: { source: name },
  };
}
