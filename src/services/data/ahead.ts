// How far ahead of a project rows may be: what the rule is fed with. See `core/far-ahead.ts`.

import { type AheadEvidence, jumpPeriodsMaxOf, type Project } from '../../core/index.ts';
import type { DataContext } from './data-options.ts';
import type { PeriodCloser } from './period-closer.ts';
import type { AheadRule } from './rows/ahead-rule.ts';

export interface AheadSources {
  readonly context: Pick<DataContext, 'store'>;
  readonly closer: PeriodCloser;
}

/** Whether a body reaches so far past what is closed that the rule must be asked: as a rule none does. O(1). */
export async function reachesFar(
  { context }: AheadSources,
  project: Project,
  periodMax: number | null,
): Promise<boolean> {
  if (periodMax === null) return false;
  const clock = await context.store.projectClock(project.name);
  return clock === null || periodMax - clock > jumpPeriodsMaxOf(project);
}

/** The rule for a batch: by who has reported what, or for the first one by the batch itself. */
export async function aheadRule(
  { closer }: AheadSources,
  project: Project,
  of: { readonly closedThrough: number; readonly isFirst: boolean },
): Promise<AheadRule & { readonly ids: () => readonly string[] }> {
  const common = {
    frequency: project.grid.frequency,
    jumpPeriodsMax: jumpPeriodsMaxOf(project),
    closedThrough: of.closedThrough,
  };
  const first: AheadEvidence = { known: null, reportersMin: 0 };
  if (of.isFirst) return { ...first, ...common, isKnown: () => false, ids: () => [] };
  const table = await closer.evidence(project);
  return { ...table.ahead(), ...common, isKnown: (id) => table.has(id), ids: () => [...table.seriesIds()] };
}
