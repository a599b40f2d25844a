// Periods as requests write them.

import { AppError, type Project, periodOf } from '../../core/index.ts';

/** A date or time in UTC, or a step number. */
export function periodFrom(project: Project, text: string): number {
  const value = project.grid.frequency === 'step' ? Number(text) : Date.parse(text);
  const period = Number.isFinite(value) && text.trim() !== '' ? periodOf(project.grid, value) : Number.NaN;
  if (Number.isSafeInteger(period)) return period;
  const example = project.grid.frequency === 'step' ? '1913' : '2026-03-31';
  throw new AppError(
    'http/invalid-request',
    `"${text}" is not a period of this project: write it like ${example}`,
  );
}
