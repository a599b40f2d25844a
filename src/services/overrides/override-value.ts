// Was it worth it to override? Each override that stood when its label came due, beside what the model said when it was overridden
// and what seasonal naive says from the same cutoff, on the same label. Nothing is kept: a correction restates it.

import { authorOf, foldedSeriesId, type Project, periodLabel } from '../../core/index.ts';
import type { OverrideRecord, OverrideStore } from '../../storage/ports/index.ts';
import {
  type AccuracyMetrics,
  type AccuracyMonitor,
  addLabel,
  addPair,
  type Figure,
  figureOf,
  type Group,
  type LabelledStep,
  newGroup,
} from '../monitor/index.ts';

export type OverrideGroupBy = 'author' | 'reason' | 'series';

export interface OverrideValueQuery {
  readonly series?: string | undefined;
  /** First and last period that was overridden, inclusive; default: all. */
  readonly fromPeriod?: number | undefined;
  readonly toPeriod?: number | undefined;
  readonly groupBy?: OverrideGroupBy | undefined;
  /** Groups returned at most, those with most labels first; default 100. */
  readonly groupsMax?: number | undefined;
}

/** 1 − MAE of one step of the process ÷ MAE of the one before it, on `n` labels that both have. */
export interface StepValue {
  readonly n: number;
  /** Null without such labels, or where the step before has no error. */
  readonly value: number | null;
}

export interface OverrideFigure {
  readonly labelsDue: number;
  readonly labelsJoined: number;
  /** Stock-outs: demand is unknown, and nobody is graded. */
  readonly labelsCensored: number;
  readonly labelCoverage: number | null;
  /** On the labels that came, the same for both. */
  readonly model: ErrorFigures;
  readonly overridden: ErrorFigures;
  /** On those of them that seasonal naive can forecast. */
  readonly compared: {
    readonly naive: ErrorFigures;
    readonly model: ErrorFigures;
    readonly overridden: ErrorFigures;
  };
  /** The model over seasonal naive; the override over the model. Above 0 = that step helped. */
  readonly modelAdded: StepValue;
  readonly overrideAdded: StepValue;
  /** Labels on which the override was closer than the model, and farther off. */
  readonly better: number;
  readonly worse: number;
}

export type ErrorFigures = Pick<AccuracyMetrics, 'n' | 'wape' | 'bias' | 'mae'>;

export interface OverrideValue extends OverrideFigure {
  /** Of the periods whose label is due; null = none is. */
  readonly window: { readonly from: string; readonly to: string } | null;
  readonly groups?: readonly (OverrideFigure & { readonly key: string })[];
  readonly groupsOmitted?: number;
}

const pageSize = 500;
/** Groups kept while counting; later ones are only counted. */
const groupsKeptMax = 10_000;

/** Sums of one group. */
interface Sums {
  readonly model: Group;
  readonly overridden: Group;
  readonly naiveCompared: Group;
  readonly modelCompared: Group;
  readonly overriddenCompared: Group;
  better: number;
  worse: number;
}

/**
 * Value added by each step of the process: seasonal naive → model → override.
 * Cost: O(overrides in the window), memory O(page + groups).
 */
export async function overrideValue(
  given: { readonly store: OverrideStore; readonly monitor: Pick<AccuracyMonitor, 'labelled'> },
  project: Project,
  query: OverrideValueQuery,
): Promise<OverrideValue> {
  const all = newSums();
  const groups = new Map<string, Sums>();
  let omitted = 0;
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for await (const page of given.monitor.labelled(project, steps(given.store, project, query)))
    for (const labelled of page) {
      const { step } = labelled;
      first = Math.min(first, step.period);
      last = Math.max(last, step.period);
      add(all, labelled);
      if (query.groupBy === undefined) continue;
      const key = keyOf(step.record, query.groupBy);
      const group = groups.get(key) ?? (groups.size < groupsKeptMax ? newSums() : undefined);
      if (group === undefined) omitted++;
      else {
        groups.set(key, group);
        add(group, labelled);
      }
    }
  const label = (period: number): string => periodLabel(project.grid, period);
  return {
    window: last < first ? null : { from: label(first), to: label(last) },
    ...figureOfSums(all),
    ...(query.groupBy === undefined ? {} : shownGroups(groups, { omitted, most: query.groupsMax ?? 100 })),
  };
}

interface Step {
  readonly seriesId: string;
  readonly period: number;
  readonly cutoff: number;
  readonly record: OverrideRecord;
}

async function* steps(
  store: Pick<OverrideStore, 'standingOverrides'>,
  project: Project,
  query: OverrideValueQuery,
): AsyncIterable<readonly Step[]> {
  const { series, fromPeriod, toPeriod } = query;
  const seriesId = series === undefined ? undefined : foldedSeriesId(series, project);
  const range = {
    periodMin: fromPeriod ?? Number.MIN_SAFE_INTEGER,
    periodMax: toPeriod ?? Number.MAX_SAFE_INTEGER,
  };
  let after: { period: number; seq: number } | undefined;
  for (;;) {
    const page = await store.standingOverrides(project.name, { ...range, seriesId, after, limit: pageSize });
    yield page.map((record) => {
      const { seriesId, period, said } = record;
      return { seriesId, period, cutoff: said.cutoff, record };
    });
    after = page.at(-1);
    if (after === undefined || page.length < pageSize) return;
  }
}

function keyOf({ by, reason, seriesId }: OverrideRecord, groupBy: OverrideGroupBy): string {
  if (groupBy === 'series') return seriesId;
  return groupBy === 'author' ? authorOf(by) : reason;
}

function newSums(): Sums {
  return {
    model: newGroup(),
    overridden: newGroup(),
    naiveCompared: newGroup(),
    modelCompared: newGroup(),
    overriddenCompared: newGroup(),
    better: 0,
    worse: 0,
  };
}

function add(sums: Sums, { step, label, naive }: LabelledStep<Step>): void {
  const { value, said } = step.record;
  addLabel(sums.model, label);
  if (typeof label !== 'number') return;
  addPair(sums.model.sums, label, said.mean);
  addPair(sums.overridden.sums, label, value);
  const gain = Math.abs(said.mean - label) - Math.abs(value - label);
  if (gain > 0) sums.better++;
  if (gain < 0) sums.worse++;
  if (naive === undefined) return;
  addPair(sums.naiveCompared.sums, label, naive);
  addPair(sums.modelCompared.sums, label, said.mean);
  addPair(sums.overriddenCompared.sums, label, value);
}

function figureOfSums(sums: Sums): OverrideFigure {
  const { labelsDue, labelsJoined, labelsCensored, labelCoverage } = figureOf(sums.model);
  return {
    labelsDue,
    labelsJoined,
    labelsCensored,
    labelCoverage,
    model: errorsOf(sums.model),
    overridden: errorsOf(sums.overridden),
    compared: {
      naive: errorsOf(sums.naiveCompared),
      model: errorsOf(sums.modelCompared),
      overridden: errorsOf(sums.overriddenCompared),
    },
    modelAdded: addedOver(sums.naiveCompared, sums.modelCompared),
    overrideAdded: addedOver(sums.model, sums.overridden),
    better: sums.better,
    worse: sums.worse,
  };
}

function errorsOf(group: Group): ErrorFigures {
  const { n, wape, bias, mae }: Figure['metrics'] = figureOf(group).metrics;
  return { n, wape, bias, mae };
}

function addedOver({ sums: before }: Group, { sums: after }: Group): StepValue {
  return { n: after.n, value: before.absolute > 0 ? 1 - after.absolute / before.absolute : null };
}

function shownGroups(
  groups: ReadonlyMap<string, Sums>,
  { omitted, most }: { readonly omitted: number; readonly most: number },
): Pick<OverrideValue, 'groups' | 'groupsOmitted'> {
  const ranked = [...groups].sort(([, a], [, b]) => b.overridden.sums.n - a.overridden.sums.n);
  return {
    groups: ranked.slice(0, most).map(([key, sums]) => ({ key, ...figureOfSums(sums) })),
    groupsOmitted: Math.max(0, ranked.length - most) + omitted,
  };
}
