// Periods as people write them on a command line.

import { AppError, type Project, periodOf } from '../../core/index.ts';

/** A date, or the number on a step grid. */
export function periodAt(project: Project, text: string): number {
  const value =
    project.grid.frequency === 'step' ? Number(text) : Date.parse(/T/.test(text) ? text : `${text}T00:00Z`);
  if (!Number.isFinite(value))
    throw new AppError(
      'cli/usage',
      `${text} is not a period; expected a date such as 2024-03-31 (or a step)`,
    );
  return periodOf(project.grid, value);
}
