// Which rows of a batch are parts of a period that is not over: asked once, when they come, so that it is the same for everybody.

import { type Project, periodOf } from '../../core/index.ts';
import { TimeZone } from './rows/time-zone.ts';

/**
 * From where on the rows of a body, a stream or a source are parts: after what their sender says is over, else the period that is
 * running by the clock of the project. Where rows of a period replace each other and a day is not over, a row of it is the word of
 * its sender on the whole of it, as a shop sends it at closing time; of a week or longer it is not.
 * @param of.said what the sender closes through; null = nothing
 * @param of.periodMax its newest observation; null = it has none
 * @returns null where all of its rows are whole
 */
export function openFrom(
  { grid, timezone, conflicts }: Pick<Project, 'grid' | 'timezone' | 'conflicts'>,
  of: { readonly now: number; readonly said: number | null; readonly periodMax: number | null },
): number | null {
  const { now, said, periodMax } = of;
  if (periodMax === null) return null;
  if (said !== null) return periodMax > said ? said + 1 : null;
  const { frequency } = grid;
  if (frequency === 'step') return null;
  if (conflicts !== 'sum' && (frequency === 'hour' || frequency === 'day')) return null;
  const running = periodOf(grid, frequency === 'hour' ? now : new TimeZone(timezone).toLocal(now));
  return periodMax >= running ? running : null;
}
