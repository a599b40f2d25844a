// Decides the features of a panel.

import type { Panel, PriceEffect } from '../../core/index.ts';
import { fixedSpecs, plansHaveGaps, varyingSpecs } from './covariate-kinds.ts';
import type { FeaturePlan } from './feature-plan.ts';
import { phaseRules, rulesOf } from './frequency-rules.ts';
import { keyParts } from './keys.ts';
import { learnLaunchLevels } from './launch.ts';
import { learnLift } from './learn-lift.ts';
import { columnsOf } from './writer.ts';

/** What the features are for. */
export interface PlanOptions {
  /** Largest lead, 1 or more. */
  readonly horizon: number;
  /** Periods per cycle, shortest first; empty = the natural one. */
  readonly seasons: readonly number[];
  /** Whether demand below zero is impossible. */
  readonly nonNegative: boolean;
  /** Default `free`. */
  readonly priceEffect?: PriceEffect | undefined;
  /** Demand is divided by its lifts. Default false. */
  readonly lifts?: boolean | undefined;
}

/**
 * Decides the features of a panel by its frequency, the lengths of its histories and its covariates. Looks at nothing
 * past the panel's ends. A column that names the series is never used.
 * Cost: one pass over the histories and at most 200,000 cells per covariate.
 */
export function planFeatures(panel: Panel, options: PlanOptions): FeaturePlan {
  const { frequency, weekStart, workdays, fiscalYear } = panel.grid;
  const { horizon } = options;
  const rules = rulesOf(panel.grid, options.seasons);
  const longest = panel.series.reduce((most, series) => Math.max(most, series.values.length), 0);
  const reached = (periods: number): boolean => periods <= Math.max(1, longest);
  const phases = phaseRules(panel.grid, options.seasons).filter(({ season }) => reached(season + 1));
  const windows = rules.windows.filter(reached);
  const flagPeriods = Math.min(rules.flagPeriods, Math.max(1, longest));
  const year = yearRule(rules.yearPeriods, longest, { horizon, rules });
  const yearReach =
    year === null
      ? 0
      : year.periods * (year.years - 1 + Math.ceil(horizon / year.periods)) +
        Math.max(rules.levelPeriods, ...year.reaches.map((reach) => reach + 1));
  const phaseReach = phases.map(({ season, counts }) => season * (Math.max(...counts) + 2));
  const wanted = Math.max(
    rules.levelPeriods,
    flagPeriods,
    yearReach,
    ...windows,
    ...rules.lags,
    ...phaseReach,
  );
  const fixed = fixedSpecs(panel);
  const varying = varyingSpecs(panel, fixed);
  const keys = keyParts(panel, varying.length);
  const lift =
    options.lifts === true
      ? learnLift(panel, {
          varying,
          stride: neighbourStride(panel, phases),
          groups: groupings(panel, fixed, keys),
          priceEffect: options.priceEffect,
        })
      : undefined;
  const plan: FeaturePlan = {
    frequency,
    weekStart,
    ...(workdays === undefined ? {} : { workdays }),
    ...(fiscalYear === undefined ? {} : { fiscalYear }),
    horizon,
    nonNegative: options.nonNegative,
    historyPeriods: Math.max(1, Math.min(wanted, longest)),
    levelPeriods: rules.levelPeriods,
    lags: rules.lags.filter(reached),
    windows,
    halfLives: rules.halfLives,
    phases,
    year,
    flagPeriods,
    varying,
    plansHaveGaps: plansHaveGaps(panel, varying),
    fixed,
    ...(keys.length === 0 ? {} : { keys }),
    ...(lift === undefined ? {} : { lift }),
    ...(options.priceEffect === 'falling' ? { priceEffect: 'falling' as const } : {}),
    launch: learnLaunchLevels(panel, fixed, horizon),
    columns: [],
  };
  return { ...plan, columns: columnsOf(plan) };
}

/** Yearly comparison where the longest history holds a year, half a level before it, and a horizon to learn from. */
function yearRule(
  periods: number,
  longest: number,
  { horizon, rules }: { horizon: number; rules: { levelPeriods: number; yearReaches: readonly number[] } },
): FeaturePlan['year'] {
  if (periods === 0) return null;
  const shift = periods * Math.ceil(horizon / periods);
  const need = shift + Math.ceil(rules.levelPeriods / 2) + Math.min(horizon, periods);
  if (longest < need) return null;
  const years = periods <= 60 && longest >= need + periods ? 2 : 1;
  return { periods, years, reaches: rules.yearReaches };
}

/** Periods between those that are alike but for the plans: a day of the week is compared with the same. */
function neighbourStride({ grid }: Panel, phases: FeaturePlan['phases']): number {
  const cycle = phases[0]?.season ?? 1;
  return (grid.frequency === 'day' || grid.frequency === 'hour') && cycle <= 24 ? cycle : 1;
}

/** Codes of the series by each attribute and part of the ids. */
function groupings(
  panel: Panel,
  fixed: FeaturePlan['fixed'],
  keys: NonNullable<FeaturePlan['keys']>,
): ArrayLike<number>[] {
  const attributes = fixed.flatMap(({ name, labels }) => {
    const column = panel.covariates?.fixed.find((one) => one.name === name);
    return labels === null || column === undefined ? [] : [column.values];
  });
  return [...keys.map(({ codes }) => codes), ...attributes];
}
