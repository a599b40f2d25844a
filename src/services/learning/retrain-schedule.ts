// Trainings at times of day, beside those that new periods start: for those who want a new version on Monday morning.

import type { Project } from '../../core/index.ts';
import type { HistoryStore } from '../../storage/ports/index.ts';
import { checkSchedule, type Schedule } from '../jobs/index.ts';
import { trainingPeriodsMin } from '../train/index.ts';

/** @throws AppError `jobs/bad-schedule` */
export function checkRetrainSchedule(project: Project): void {
  for (const schedule of retrainSchedules([project])) checkSchedule(schedule);
}

/** The schedules of the projects that have one. */
export function retrainSchedules(projects: readonly Project[]): Schedule[] {
  return projects.flatMap(({ name, timezone, retrainSchedule }) =>
    retrainSchedule === undefined
      ? []
      : [{ name: `retrain:${name}`, cron: retrainSchedule, timezone, pipeline: 'train', project: name }],
  );
}

/** A training on less history than it needs would only fail. */
export async function canTrain(
  store: Pick<HistoryStore, 'historyTotals'>,
  project: Project,
): Promise<boolean> {
  const { periodMin, periodMax } = await store.historyTotals(project.name);
  if (periodMin === null || periodMax === null) return false;
  return periodMax - periodMin + 1 >= trainingPeriodsMin(project);
}
