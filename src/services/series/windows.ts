// Over how long a time figures of a series are taken, by the frequency of its project.

import type { Frequency, Project } from '../../core/index.ts';

/** Periods of a year, in whole weeks where the week matters; of bare steps and years, so many as tell something. */
const yearPeriods: Record<Frequency, number> = {
  hour: 24 * 364,
  day: 364,
  week: 52,
  month: 12,
  quarter: 4,
  year: 5,
  step: 200,
};
/** A value is the sum of a year at most, a launch a quarter of it old at most. */
const quarters = 4;

/** Periods of which the demand makes the value of a series. */
export function valuePeriods({ grid }: Pick<Project, 'grid'>): number {
  const { frequency, workdays } = grid;
  return frequency === 'day' && workdays !== undefined ? 52 * workdays.length : yearPeriods[frequency];
}

/** A series whose first row came no longer ago than this is new. */
export function newPeriods(project: Pick<Project, 'grid'>): number {
  return Math.max(1, Math.floor(valuePeriods(project) / quarters));
}

/** Periods back to the same one of last year; null where time has no years, or a period is one. */
export function yearBack(project: Pick<Project, 'grid'>): number | null {
  const { frequency } = project.grid;
  return frequency === 'step' || frequency === 'year' ? null : valuePeriods(project);
}

/** Periods of which the forecasts are graded: the last two seasons, or a horizon where that is longer. */
export function latelyPeriods({ horizonSteps, seasons }: Pick<Project, 'horizonSteps' | 'seasons'>): number {
  return Math.max(horizonSteps, 2 * (seasons[0] ?? 1));
}
