// Faults as feeds have them, put into a panel from a period on: at random periods, in random segments, by a seed.

import { type Covariates, type Panel, Rng, type Series, type VaryingCovariate } from '../src/core/index.ts';
import { groupsOf, type SeriesGroup } from '../src/services/drift/panel-columns.ts';
import type { Replayed } from './replay-sets.ts';

export const faultKinds = ['unit', 'dead', 'level', 'lost', 'swapped'] as const;
export type FaultKind = (typeof faultKinds)[number];

export interface Fault {
  readonly kind: FaultKind;
  /** Columns that are harmed. */
  readonly columns: readonly string[];
  /** Group of series that is harmed; null = all. */
  readonly segment: string | null;
  /** Which of the checks is the first to see it. */
  readonly check: number;
  /** First period that is harmed. */
  readonly at: number;
}

/** Checks before the first fault, and after the last one. */
const checksBefore = 3;
const checksAfter = 28;
const unitFactor = 100;
const levelFactor = 0.85;

/** @returns as many of each kind as of every other; the same for the same seed */
export function faultsOf(replayed: Replayed, count: number, seed: number): Fault[] {
  const { project, panel, checks, amount, swap } = replayed;
  const rng = new Rng(seed);
  const target = project.columns.target;
  const groups = segmentsOf(replayed);
  const others = [...(project.columns.known ?? []), ...(project.columns.past ?? [])];
  const live = others.filter((name) => panel.covariates?.varying.some((one) => one.name === name));
  return Array.from({ length: count }, (_, i): Fault => {
    const kind = faultKinds[i % faultKinds.length] as FaultKind;
    const check = checksBefore + rng.below(checks.length - checksBefore - checksAfter);
    const isAll = groups.length === 0 || rng.uniform() < 0.5;
    const group = groups[rng.below(Math.max(1, groups.length))]?.name ?? null;
    const segment = isAll || kind === 'lost' || kind === 'swapped' ? null : group;
    const one = live[rng.below(live.length)] as string;
    const columns = {
      unit: [amount ?? one],
      // Half of the feeds that stop are those of demand.
      dead: [rng.uniform() < 0.5 ? target : one],
      level: [target],
      lost: [one],
      swapped: swap,
    }[kind];
    return { kind, columns, segment, check, at: (checks[check - 1] as number) + 1 };
  });
}

export function segmentsOf({ project, panel }: Pick<Replayed, 'project' | 'panel'>): SeriesGroup[] {
  return groupsOf(project, panel, project.drift?.groupBy ?? null);
}

/** The panel with the fault in it, from its period to the end. */
export function harmed(replayed: Replayed, fault: Fault): Panel {
  const { panel, project } = replayed;
  const members = segmentsOf(replayed).find(({ name }) => name === fault.segment)?.members;
  const isIn = new Set(members ?? panel.series.keys());
  const table = new Map<string, Float64Array[]>();
  for (const name of fault.columns) table.set(name, read(panel, project.columns.target, name));
  const [first, second] = fault.columns as [string, string?];
  const changed = new Map(table);
  if (second === undefined)
    changed.set(
      first,
      (table.get(first) as Float64Array[]).map((values, s) =>
        isIn.has(s) ? values.map(changeOf(fault.kind)) : values,
      ),
    );
  else {
    changed.set(first, table.get(second) as Float64Array[]);
    changed.set(second, table.get(first) as Float64Array[]);
  }
  return write(panel, { target: project.columns.target, changed, from: fault.at });
}

function changeOf(kind: FaultKind): (value: number) => number {
  if (kind === 'unit') return (value) => value * unitFactor;
  // Whole numbers stay whole: that they did not would give it away.
  if (kind === 'level')
    return (value) => (Number.isInteger(value) ? Math.round(value * levelFactor) : value * levelFactor);
  return () => Number.NaN;
}

/** A column by series, from the first period of the history of each to its last. */
function read({ series, covariates }: Panel, target: string, name: string): Float64Array[] {
  if (name === target) return series.map(({ values }) => values);
  const column = covariates?.varying.find((one) => one.name === name);
  return series.map(({ start, values }, s) =>
    values.map((_, i) =>
      cellOf(covariates as Covariates, column as VaryingCovariate, { s, period: start + i }),
    ),
  );
}

function rowOf({ begins, starts }: Covariates, s: number, period: number): number {
  const row = (begins[s] as number) + period - (starts[s] as number);
  return row >= (begins[s] as number) && row < (begins[s + 1] as number) ? row : -1;
}

function cellOf(
  covariates: Covariates,
  { values }: VaryingCovariate,
  { s, period }: { readonly s: number; readonly period: number },
): number {
  const row = rowOf(covariates, s, period);
  return row < 0 ? Number.NaN : (values[row] as number);
}

function write(
  panel: Panel,
  {
    target,
    changed,
    from,
  }: {
    readonly target: string;
    readonly changed: ReadonlyMap<string, readonly Float64Array[]>;
    readonly from: number;
  },
): Panel {
  const demand = changed.get(target);
  const series = panel.series.map((one, s): Series => {
    if (demand === undefined) return one;
    const values = one.values.slice();
    const begin = Math.max(0, from - one.start);
    values.set((demand[s] as Float64Array).subarray(begin), Math.min(begin, values.length));
    return { ...one, values };
  });
  const { covariates } = panel;
  if (covariates === undefined) return { ...panel, series };
  const varying = covariates.varying.map((column) => {
    const own = changed.get(column.name);
    if (own === undefined) return column;
    const values = column.values.slice();
    for (const [s, { start, values: history }] of panel.series.entries())
      for (let i = Math.max(0, from - start); i < history.length; i++) {
        const row = rowOf(covariates, s, start + i);
        if (row >= 0) values[row] = (own[s] as Float64Array)[i] as number;
      }
    return { ...column, values };
  });
  return { ...panel, series, covariates: { ...covariates, varying } };
}
