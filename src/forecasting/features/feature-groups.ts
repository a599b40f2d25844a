// What each column of a plan tells of: the level of the series, a season, the calendar, an attribute, or a column of the user's data.

import { isPriceName } from '../../core/index.ts';
import type { FeaturePlan } from './feature-plan.ts';
import { jointFlags } from './flag-block.ts';
import { liftLine } from './lift.ts';
import { blocksOf } from './writer.ts';

export type FeatureGroup = 'level' | 'season' | 'price' | 'promotion' | 'calendar' | 'attributes' | 'other';

export interface FeatureSource {
  readonly group: FeatureGroup;
  /** The column of the user's data that it is made of; null = of demand, the calendar or several columns. */
  readonly column: string | null;
  /**
   * Of what was sold in the same state and phase: the columns of the plan that hold the states now. While none of them is 1 it tells of
   * the season, as other days do; else of the promotion.
   */
  readonly states?: readonly number[];
}

/** Parts of the calendar that come again in a cycle; the others are days that the months put somewhere else. */
const cycles = ['hour', 'weekday', 'month', 'quarter', 'year_week'];

/** Of each of `plan.columns`, in their order. Cost: O(columns). */
export function featureSources(plan: FeaturePlan): readonly FeatureSource[] {
  const [calendar, history, phase, year, fixed, keys, ...rest] = blocksOf(
    plan,
    plan.lift && liftLine(plan, plan.lift),
  ).map(({ columns }) => columns);
  const own = (group: FeatureGroup): FeatureSource => ({ group, column: null });
  const stateOf = (name: string): number => plan.columns.findIndex((column) => column.name === name);
  const sources: FeatureSource[] = [
    ...(calendar ?? []).map(({ name }) => own(calendarGroup(name))),
    ...(history ?? []).map(() => own('level')),
    ...(phase ?? []).map(() => own('season')),
    ...(year ?? []).map(({ name }) => own(name === 'year_growth' ? 'level' : 'season')),
    ...(fixed ?? []).map(({ name }): FeatureSource => ({ group: 'attributes', column: name })),
    ...(keys ?? []).map(() => own('attributes')),
  ];
  plan.varying.forEach((spec, i) => {
    for (const { name } of rest[i] ?? []) {
      const isSame = spec.kind === 'flag' && name === `${spec.name}_same`;
      const states = isSame ? { states: [stateOf(spec.name)] } : {};
      sources.push({ group: groupOfColumn(plan, i), column: spec.name, ...states });
    }
  });
  const [lift, joint, gaps] = rest.slice(plan.varying.length);
  const states = jointFlags(plan).map((index) => stateOf(plan.varying[index]!.name));
  sources.push(
    ...(lift ?? []).map(() => own(liftGroup(plan))),
    ...(joint ?? []).map((): FeatureSource => ({ group: 'promotion', column: null, states })),
    ...(gaps ?? []).map(() => own('calendar')),
  );
  return sources;
}

function calendarGroup(name: string): FeatureGroup {
  if (name === 'lead') return 'level';
  return cycles.includes(name) || name.startsWith('phase_') ? 'season' : 'calendar';
}

/**
 * What a varying column is about, as far as its values and its name tell: a price; a flag or category known ahead is a promotion, a
 * holiday is the calendar's; anything else is other.
 * @param index position in `plan.varying`
 */
export function groupOfColumn({ varying }: FeaturePlan, index: number): FeatureGroup {
  const { name, role, kind } = varying[index]!;
  if (role === 'past') return 'other';
  if (name === holidayColumnName) return 'calendar';
  if (kind === 'price') return 'price';
  if (kind !== 'number') return 'promotion';
  return isPriceName(name) ? 'price' : 'other';
}

/** The column that holidays of a calendar are given by. */
const holidayColumnName = 'holiday';

/** The lifts of several columns are one feature: a price where all of them are, else a promotion. */
function liftGroup(plan: FeaturePlan): FeatureGroup {
  const groups = (plan.lift?.columns ?? []).map(({ index }) => groupOfColumn(plan, index));
  return groups.every((group) => group === 'price') ? 'price' : 'promotion';
}
