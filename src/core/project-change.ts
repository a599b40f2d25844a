// What a change of a project's settings does to what is stored. One rule, whoever changes them: the configuration file, the API
// or the command line.

import { canonicalJson } from './canonical-json.ts';
import type { Project } from './project.ts';

/** A setting that gives stored rows their meaning. */
export interface FrozenSetting {
  readonly setting: string;
  /** Why it cannot change under them. */
  readonly reason: string;
}

const frozen: readonly (FrozenSetting & { readonly of: (project: Project) => unknown })[] = [
  { setting: 'frequency', reason: 'every stored period is counted in it', of: ({ grid }) => grid.frequency },
  { setting: 'weekStart', reason: 'every stored week begins by it', of: ({ grid }) => grid.weekStart },
  {
    setting: 'workdays',
    reason: 'every stored day is counted by them',
    of: ({ grid }) => grid.workdays ?? null,
  },
  {
    setting: 'fiscalYear',
    reason: 'every stored period is counted by it',
    of: ({ grid }) => grid.fiscalYear ?? null,
  },
  { setting: 'timezone', reason: 'it says on which day a stored row lies', of: ({ timezone }) => timezone },
  {
    setting: 'columns.series',
    reason: 'the names of stored series are made of these columns',
    of: ({ columns }) => columns.series,
  },
  {
    setting: 'keys',
    reason: 'it says which of the stored names of series are one',
    of: ({ keys }) => keys ?? 'exact',
  },
  {
    setting: 'gaps',
    reason: 'it says what stored periods without a row are to models and labels',
    of: ({ gaps }) => gaps,
  },
];

/** The first setting that differs and may not, once there is data; undefined when the change does no harm. */
export function frozenChange(before: Project, after: Project): FrozenSetting | undefined {
  return frozen.find(({ of }) => canonicalJson(of(before)) !== canonicalJson(of(after)));
}

/** The settings that differ, as paths such as `horizonSteps` and `contract.maxValue`. */
export function changedSettings(before: Project, after: Project): string[] {
  const [old, now] = [settingsOf(before), settingsOf(after)];
  const paths = new Set([...old.keys(), ...now.keys()]);
  return [...paths].filter((path) => old.get(path) !== now.get(path)).sort();
}

function settingsOf({ name: _, grid, ...rest }: Project): Map<string, string> {
  const values = new Map<string, string>();
  const walk = (value: unknown, path: string): void => {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      values.set(path, canonicalJson(value));
    else for (const [key, item] of Object.entries(value)) walk(item, path === '' ? key : `${path}.${key}`);
  };
  walk({ ...grid, ...rest }, '');
  return values;
}
