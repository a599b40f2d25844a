// Overrides as the doors show them: periods as people write them, quantiles by level.

import { type Project, periodLabel } from '../../core/index.ts';
import type { OverridePage, OverrideState, StatedOverride } from './overrides.ts';

export interface ShownOverride {
  id: string;
  change: string;
  series: string;
  timestamp: string;
  state: OverrideState;
  value: number;
  asked: { kind: 'value' | 'percent' | 'units'; amount: number };
  reason: string;
  by: string;
  at: string;
  replaces: string | null;
  ended: { at: string; by: string; reason: string; replacedBy: string | null } | null;
  said: {
    version: number | null;
    source: string;
    cutoffAt: string;
    mean: number;
    quantiles: Record<string, number>;
  };
}

export function shownOverride({ grid }: Project, one: StatedOverride): ShownOverride {
  const { said, end } = one;
  return {
    id: one.id,
    change: one.changeId,
    series: one.seriesId,
    timestamp: periodLabel(grid, one.period),
    state: one.state,
    value: one.value,
    asked: { ...one.asked },
    reason: one.reason,
    by: one.by,
    at: new Date(one.at).toISOString(),
    replaces: one.replaces,
    ended: end && {
      at: new Date(end.at).toISOString(),
      by: end.by,
      reason: end.reason,
      replacedBy: end.replacedBy,
    },
    said: {
      version: said.version,
      source: said.source,
      cutoffAt: periodLabel(grid, said.cutoff),
      mean: said.mean,
      quantiles: Object.fromEntries(
        said.levels.map((level, l) => [String(level), said.quantiles[l] as number]),
      ),
    },
  };
}

export function shownOverrides(
  project: Project,
  page: OverridePage,
): { items: ShownOverride[]; next: string | null } {
  return { items: page.items.map((one) => shownOverride(project, one)), next: page.next };
}
