// Whether the newest period of a file is whole, by the clock and by how far its rows reach into it.

import type { Project } from '../../../core/index.ts';
import { partOnly } from '../profile/newest-period.ts';
import { reachOf } from '../profile/profile-builder.ts';
import { hoursSinceEnd } from '../rows/period-age.ts';

/** Why the newest period of a file is not whole; empty = nothing says so. */
export function unfinished(
  { project, now }: { readonly project: Project; readonly now: number },
  { newest, lastInstants }: { newest: number | null; lastInstants: ReadonlyMap<number, number> },
): string[] {
  if (newest === null) return [];
  return partOnly({
    newest,
    hoursSinceEnd: hoursSinceEnd(project, { period: newest, now }),
    reach: reachOf(project, lastInstants),
  });
}
