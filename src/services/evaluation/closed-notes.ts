// Which phases of the season series never sell in, in words: they are taken as closed then, and nothing is forecast there.

import type { Panel } from '../../core/index.ts';
import { closedPhases } from '../../forecasting/models/index.ts';

/** Of the day with number 0, and those after it. */
const weekdays = ['Thursday', 'Friday', 'Saturday', 'Sunday', 'Monday', 'Tuesday', 'Wednesday'];

/** A sentence, or nothing where no series is ever closed. @param season periods per cycle, 1 = none. Cost: O(values). */
export function closedNotes({ grid, series }: Panel, season: number): string[] {
  const counts = new Float64Array(Math.max(1, season));
  let some = 0;
  for (const { values, start, status } of series) {
    const closed = closedPhases(values, season, status);
    if (closed === undefined) continue;
    some++;
    for (const [place, isClosed] of closed.entries()) {
      const phase = (((start + place) % season) + season) % season;
      counts[phase] = (counts[phase] as number) + isClosed;
    }
  }
  if (some === 0) return [];
  const phases = [...counts.keys()].filter((phase) => counts[phase]! > 0);
  const isWeek = grid.frequency === 'day' && season === 7 && grid.workdays === undefined;
  const when = isWeek
    ? phases.map((phase) => `${weekdays[phase]} (${counts[phase]})`).join(', ')
    : `in ${phases.length} of ${season} periods of the cycle`;
  return [
    `${some} series never sell ${isWeek ? 'on ' : ''}${when}: taken as closed then, nothing is forecast there.`,
  ];
}
