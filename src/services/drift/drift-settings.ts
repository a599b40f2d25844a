// What a project watches for drift: what it says, and what fits its periods where it says nothing.

import type { Frequency, Project } from '../../core/index.ts';

export interface CompleteDriftSettings {
  readonly everyPeriods: number;
  readonly windowPeriods: number;
  readonly groupBy: string | null;
  readonly effectMatters: number;
  readonly falseAlarms: number;
  /** Periods before the window that are the recent reference. */
  readonly recentPeriods: number;
}

/** Whole weeks, so that every window has each weekday as often. */
export const windowDefault: Readonly<Record<Frequency, number>> = {
  hour: 336,
  day: 28,
  week: 8,
  month: 6,
  quarter: 2,
  year: 2,
  step: 14,
};

const recentDefault: Readonly<Record<Frequency, number>> = {
  hour: 26 * 168,
  day: 364,
  week: 104,
  month: 36,
  quarter: 16,
  year: 20,
  step: 364,
};

export const driftDefaults = { everyPeriods: 0, effectMatters: 0.25, falseAlarms: 0.04 } as const;

export function driftSettingsOf({
  drift = {},
  grid,
}: Pick<Project, 'drift' | 'grid'>): CompleteDriftSettings {
  const windowPeriods = drift.windowPeriods ?? windowDefault[grid.frequency];
  return {
    everyPeriods: drift.everyPeriods ?? driftDefaults.everyPeriods,
    windowPeriods,
    groupBy: drift.groupBy ?? null,
    effectMatters: drift.effectMatters ?? driftDefaults.effectMatters,
    falseAlarms: drift.falseAlarms ?? driftDefaults.falseAlarms,
    recentPeriods: Math.max(recentDefault[grid.frequency], 4 * windowPeriods),
  };
}
