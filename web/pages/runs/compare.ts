// Runs side by side: what each says of the same thing, and whether they differ.

import type { Run } from '../../api.ts';

export interface Line {
  readonly name: string;
  /** One for each run; undefined = it says nothing of it. */
  readonly values: readonly (string | number | null | undefined)[];
  readonly differs: boolean;
}

/** Figures of all runs, by name. */
export function metricLines(runs: readonly Run[]): Line[] {
  return linesOf(runs.map(({ metrics }) => new Map(Object.entries(metrics))));
}

/** Parameters of all runs, those of groups by their path: `gbdt.trees`. */
export function paramLines(runs: readonly Run[]): Line[] {
  return linesOf(runs.map(({ params }) => new Map(leaves(params, ''))));
}

function linesOf(of: readonly ReadonlyMap<string, string | number | null>[]): Line[] {
  const names = [...new Set(of.flatMap((values) => [...values.keys()]))].sort();
  return names.map((name) => {
    const values = of.map((map) => map.get(name));
    return { name, values, differs: new Set(values).size > 1 };
  });
}

function leaves(value: unknown, path: string): [string, string | number | null][] {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return Object.entries(value).flatMap(([name, inside]) =>
      leaves(inside, path === '' ? name : `${path}.${name}`),
    );
  if (value === null || typeof value === 'number' || typeof value === 'string') return [[path, value]];
  return [[path, JSON.stringify(value)]];
}
