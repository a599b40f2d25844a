// How long ago a period ended, by the wall clock of the project.

import { type Project, periodStart } from '../../../core/index.ts';
import { TimeZone } from './time-zone.ts';

const hourMs = 3_600_000;

/** Hours between the end of a period and now; null where periods do not pass with time. */
export function hoursSinceEnd(
  { grid, timezone }: Pick<Project, 'grid' | 'timezone'>,
  at: { readonly period: number; readonly now: number },
): number | null {
  if (grid.frequency === 'step') return null;
  const local = grid.frequency === 'hour' ? at.now : new TimeZone(timezone).toLocal(at.now);
  return (local - periodStart(grid, at.period + 1)) / hourMs;
}
