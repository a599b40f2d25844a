// What senders say is over: the field `closedThrough` of an ingest, and watermark messages of a stream.

import {
  AppError,
  type Closing,
  foldedSeriesId,
  groupColumns,
  groupOfValues,
  type Project,
  periodLabel,
  statePeriodsMax,
  wholeProject,
} from '../../core/index.ts';
import { projectTimes } from './rows/parse-time.ts';
import { newestPeriod } from './rows/row-rules.ts';

/** Every period up to `closedThrough`, as people write it, is over. */
export interface Watermark {
  readonly closedThrough: string;
  /** The reporting group, by the values of the project's group columns; null = the whole project. */
  readonly group: readonly string[] | null;
}

/**
 * The period that a sender closes through.
 * @param at.newest the newest observation of the project, those that come along included; null without any
 * @throws AppError `data/bad-closing` when it cannot be read, or lies too far ahead
 */
export function closingPeriod(
  project: Project,
  text: string,
  at: { readonly now: number; readonly newest: number | null },
): number {
  const { grid } = project;
  const period = namedPeriod(project, text);
  const latest =
    grid.frequency === 'step'
      ? (at.newest ?? Number.NEGATIVE_INFINITY) + statePeriodsMax
      : newestPeriod(project, at.now);
  if (period <= latest) return period;
  throw new AppError(
    'data/bad-closing',
    `closedThrough ${JSON.stringify(text)} lies too far ahead` +
      (Number.isFinite(latest)
        ? `: it may be ${periodLabel(grid, latest)} at most`
        : ': nothing was observed'),
  );
}

/** The period that a text names. @throws AppError `data/bad-closing` when it cannot be read */
export function namedPeriod(project: Pick<Project, 'grid' | 'timezone' | 'dialect'>, text: string): number {
  const { period, problem, hint } = projectTimes(project)(text);
  if (problem === null) return period;
  throw new AppError(
    'data/bad-closing',
    `closedThrough ${JSON.stringify(text)} is not a time of frequency ${project.grid.frequency}${hint}`,
  );
}

/** @throws AppError `data/bad-closing` when a watermark names its group otherwise than the project groups */
export function groupOfMark(project: Project, { group }: Watermark): string {
  if (group === null) return wholeProject;
  const columns = groupColumns(project);
  if (group.length === columns.length && columns.length > 0)
    return foldedSeriesId(groupOfValues(group, project), project);
  throw new AppError(
    'data/bad-closing',
    columns.length === 0
      ? `all series of project ${project.name} report as one: leave the group out`
      : `a group of project ${project.name} is named by ${columns.join(', ')}`,
  );
}

/** The closings of a sender, one per group with the latest of what is said of it. */
export function senderClosings(
  said: readonly { readonly group: string; readonly through: number }[],
): Omit<Closing, 'seq' | 'at'>[] {
  const latest = new Map<string, number>();
  for (const { group, through } of said)
    latest.set(group, Math.max(through, latest.get(group) ?? Number.NEGATIVE_INFINITY));
  return Array.from(latest, ([group, through]) => ({ group, through, cause: 'sender' }));
}
