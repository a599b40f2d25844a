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

/**
 * From where on the rows of a file are parts: after what its sender says is over, else its newest period where that is not whole.
 * @returns null where all are whole
 */
export function openFrom(
  input: { readonly project: Project; readonly now: number; readonly saidThrough: number | null },
  newest: number,
  lastInstants: ReadonlyMap<number, number>,
): number | null {
  const { saidThrough } = input;
  if (!Number.isFinite(newest)) return null;
  if (saidThrough !== null) return newest > saidThrough ? saidThrough + 1 : null;
  return unfinished(input, { newest, lastInstants }).length > 0 ? newest : null;
}
