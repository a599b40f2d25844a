// The third key: what is acted upon was found in two of the last three windows.

import type { DriftVerdict } from './finding.ts';

/** The last windows that said something, the newest last. Plain data: it can be stored and read again. */
export interface Persistence {
  readonly recent: readonly boolean[];
}

export interface PersistenceRule {
  readonly times: number;
  readonly of: number;
}

export const usualPersistence: PersistenceRule = { times: 2, of: 3 };
export const noPersistence: Persistence = { recent: [] };

/**
 * The state after another window. A window that could not tell says nothing: it takes no place.
 * @returns whether a drift is confirmed now, so that it may pause, trigger or page
 */
export function persisted(
  state: Persistence,
  verdict: DriftVerdict,
  { times, of }: PersistenceRule = usualPersistence,
): { readonly state: Persistence; readonly isConfirmed: boolean } {
  const recent = verdict === 'unknown' ? state.recent : [...state.recent, verdict === 'drift'].slice(-of);
  return { state: { recent }, isConfirmed: recent.filter(Boolean).length >= times };
}
