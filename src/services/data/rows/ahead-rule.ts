// Which rows of a batch lie too far ahead of their project: see `core/far-ahead.ts`.

import {
  type AheadEvidence,
  type BatchShare,
  isConfirmed,
  type Jump,
  jumpsOf,
  type Project,
} from '../../../core/index.ts';

export interface AheadRule extends AheadEvidence {
  readonly frequency: Project['grid']['frequency'];
  readonly jumpPeriodsMax: number;
  /** What the sender closes; −∞ = nothing. */
  readonly closedThrough: number;
  /** Whether the project has a series already. */
  readonly isKnown: (seriesId: string) => boolean;
}

/**
 * The first jump that nothing confirms: its period and all later ones are too far ahead; null = none is.
 * @param periods of the observations, ascending; those up to the newest known period may be left out
 * @param share what the batch holds from a period on
 */
export function farAheadOf(
  rule: AheadRule,
  periods: Iterable<number>,
  share: (from: number) => BatchShare,
): Jump | null {
  for (const jump of jumpsOf(periods, rule)) if (!isConfirmed(jump, share(jump.period), rule)) return jump;
  return null;
}

/** `farAheadOf` over rows that are in the engine. */
export async function farAhead(
  rule: AheadRule,
  periods: Iterable<number>,
  share: (from: number) => Promise<BatchShare>,
): Promise<Jump | null> {
  for (const jump of jumpsOf(periods, rule))
    if (!isConfirmed(jump, await share(jump.period), rule)) return jump;
  return null;
}
