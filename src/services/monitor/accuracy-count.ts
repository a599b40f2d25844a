// The sums behind one accuracy report: which steps are due, which labels have come, and how far off they were.

import { type Project, periodLabel } from '../../core/index.ts';
import type { PredictionRecord } from '../../storage/ports/index.ts';
import type {
  AccuracyQuery,
  AccuracyReport,
  ErrorsBySeries,
  SeriesErrors,
  TrackingSignal,
  ValueAdded,
} from './accuracy-report.ts';
import { addPair, addQuantiles, type LevelPlan, levelPlan, noErrors } from './error-sums.ts';
import { addLabel, figureOf, type Group, newGroup } from './figure.ts';
import type { LabelClock } from './label-clock.ts';
import type { LabelWindow } from './labels.ts';
import { StepsOnce } from './steps-once.ts';

/** A series or version: its figure, and both errors on the labels that the baseline can forecast. */
interface ComparedGroup extends Group {
  /** Of the first step ahead. */
  readonly first: { n: number; signed: number; absolute: number };
  compared: number;
  absolute: number;
  naiveAbsolute: number;
}

/** Which group a prediction is in; undefined = none, null = of an unknown value. */
export type GroupKey = (record: PredictionRecord) => string | null | undefined;

/** When it is asked: what decides which labels are due. */
export interface AccuracyMoment {
  readonly latestPeriod: number | null;
  readonly projectClock: number;
  readonly now: number;
  readonly labelClock: LabelClock;
}

/** Groups kept while counting; later ones are only counted. */
const groupsKeptMax = 100_000;

/** The sums of one question: give it predictions by ascending cutoff, then ask for the report. */
export class AccuracyCount {
  readonly #project: Project;
  readonly #query: AccuracyQuery;
  readonly #at: AccuracyMoment;
  readonly #season: number;
  readonly #overall = newGroup();
  readonly #byHorizon: Group[] = [];
  readonly #fallback = newGroup();
  readonly #groupKey: GroupKey;
  readonly #groups: Map<string | null, ComparedGroup> = new Map();
  readonly #naive = noErrors();
  readonly #comparable = noErrors();
  readonly #plans: Map<string, LevelPlan> = new Map();
  readonly #once = new StepsOnce();
  #groupsOmitted = 0;
  #predictions = 0;
  #fallbacks = 0;
  #repeated = 0;
  #firstPeriod = Number.POSITIVE_INFINITY;
  #lastPeriod = Number.NEGATIVE_INFINITY;

  /** @param columnOf values of the column that is asked for, by series */
  constructor(
    project: Project,
    query: AccuracyQuery,
    at: AccuracyMoment & { readonly columnOf?: (seriesId: string) => string | null },
  ) {
    this.#project = project;
    this.#query = query;
    this.#at = at;
    this.#season = project.seasons[0] ?? 1;
    this.#groupKey = groupKeyOf(query, at.columnOf);
  }

  /** Adds predictions whose labels the window covers. */
  add(page: readonly PredictionRecord[], labels: LabelWindow): void {
    for (const record of page) {
      const firstLead = this.#once.firstLead(record);
      if (firstLead > 1) this.#repeated++;
      else if (isOfVersion(record)) this.#predictions++;
      else this.#fallbacks++;
      if (record.mean.length >= firstLead) this.#addSteps(record, labels, firstLead);
    }
  }

  #addSteps(record: PredictionRecord, labels: LabelWindow, firstLead: number): void {
    const group = this.#groupOf(record);
    const { fromPeriod = Number.NEGATIVE_INFINITY, toPeriod = Number.POSITIVE_INFINITY } = this.#query;
    const { labelClock } = this.#at;
    const prediction = {
      levels: record.levels,
      quantiles: record.quantiles,
      plan: this.#planOf(record.levels),
    };
    const columns = record.mean.length;
    for (let lead = firstLead; lead <= columns; lead++) {
      const period = record.cutoff + lead;
      if (period < fromPeriod || period > toPeriod || !labelClock.isDue(period, this.#at)) continue;
      this.#firstPeriod = Math.min(this.#firstPeriod, period);
      this.#lastPeriod = Math.max(this.#lastPeriod, period);
      const groups: Group[] = group === undefined ? [] : [group];
      if (isOfVersion(record)) groups.push(this.#overall, this.#horizon(lead));
      else groups.push(this.#fallback);
      const label = labels.at(record.seriesId, period);
      for (const each of groups) addLabel(each, label);
      if (typeof label !== 'number') continue;
      const mean = record.mean[lead - 1] as number;
      for (const { sums } of groups) {
        addPair(sums, label, mean);
        addQuantiles(sums, label, prediction, { column: lead - 1, columns });
      }
      this.#compare(labels, { record, lead, label, mean, group });
    }
  }

  /** Adds the step to the comparison when the value one or more seasons before is known. */
  #compare(
    labels: LabelWindow,
    step: {
      record: PredictionRecord;
      lead: number;
      label: number;
      mean: number;
      group: ComparedGroup | undefined;
    },
  ): void {
    const { record, lead, label, mean, group } = step;
    if (lead === 1 && group !== undefined) {
      group.first.n++;
      group.first.signed += mean - label;
      group.first.absolute += Math.abs(mean - label);
    }
    const period = record.cutoff + lead - this.#season * Math.ceil(lead / this.#season);
    const naive = labels.before(record.seriesId, period);
    if (typeof naive !== 'number') return;
    if (isOfVersion(record)) {
      addPair(this.#naive, label, naive);
      addPair(this.#comparable, label, mean);
    }
    if (group === undefined) return;
    group.compared++;
    group.absolute += Math.abs(mean - label);
    group.naiveAbsolute += Math.abs(naive - label);
  }

  #groupOf(record: PredictionRecord): ComparedGroup | undefined {
    const key = this.#groupKey(record);
    if (key === undefined) return undefined;
    const known = this.#groups.get(key);
    if (known) return known;
    if (this.#groups.size >= groupsKeptMax) {
      this.#groupsOmitted++;
      return undefined;
    }
    const first = { n: 0, signed: 0, absolute: 0 };
    const group = { ...newGroup(), first, compared: 0, absolute: 0, naiveAbsolute: 0 };
    this.#groups.set(key, group);
    return group;
  }

  #horizon(lead: number): Group {
    const group = this.#byHorizon[lead - 1] ?? newGroup();
    this.#byHorizon[lead - 1] = group;
    return group;
  }

  #planOf(levels: readonly number[]): LevelPlan {
    const key = levels.join();
    const known = this.#plans.get(key);
    if (known) return known;
    // Requests may ask for any levels: the plans kept are bounded.
    if (this.#plans.size >= 100) this.#plans.clear();
    const plan = levelPlan(levels);
    this.#plans.set(key, plan);
    return plan;
  }

  #window(): AccuracyReport['window'] {
    const { grid } = this.#project;
    if (this.#lastPeriod < this.#firstPeriod) return null;
    return {
      fromPeriod: this.#firstPeriod,
      toPeriod: this.#lastPeriod,
      from: periodLabel(grid, this.#firstPeriod),
      to: periodLabel(grid, this.#lastPeriod),
    };
  }

  /** Of a question grouped by series: its groups, made as they are read. */
  bySeries(): ErrorsBySeries {
    return { window: this.#window(), series: seriesErrors(this.#groups), omitted: this.#groupsOmitted };
  }

  report(): AccuracyReport {
    const naive = figureOf({ ...newGroup(), sums: this.#naive });
    return {
      window: this.#window(),
      latestPeriod: this.#at.latestPeriod,
      projectClock: Number.isFinite(this.#at.projectClock) ? this.#at.projectClock : null,
      predictions: this.#predictions,
      predictionsRepeated: this.#repeated,
      overall: figureOf(this.#overall),
      fallback: this.#fallbacks === 0 ? null : { predictions: this.#fallbacks, ...figureOf(this.#fallback) },
      byHorizon: this.#byHorizon.flatMap((group, i) =>
        group === undefined ? [] : [{ horizon: i + 1, ...figureOf(group) }],
      ),
      baseline: {
        name: 'seasonal-naive',
        season: this.#season,
        n: naive.metrics.n,
        metrics: naive.metrics,
        predictions: figureOf({ ...newGroup(), sums: this.#comparable }).metrics,
      },
      ...this.#groupReport(),
    };
  }

  #groupReport(): Pick<AccuracyReport, 'groups' | 'groupsOmitted'> {
    if (!isGrouped(this.#query)) return {};
    const ranked = [...this.#groups].sort(([, a], [, b]) => b.sums.absolute - a.sums.absolute);
    const shown = ranked.slice(0, this.#query.groupsMax ?? 100);
    return {
      groups: shown.map(([key, group]) => ({
        key,
        ...figureOf(group),
        valueAdded: valueAddedOf(group),
        tracking: trackingOf(group),
      })),
      groupsOmitted: ranked.length - shown.length + this.#groupsOmitted,
    };
  }
}

function* seriesErrors(
  groups: ReadonlyMap<string | null, ComparedGroup>,
): Iterable<readonly [string, SeriesErrors]> {
  for (const [seriesId, group] of groups) {
    if (seriesId === null) continue;
    const { n, absolute, signed, demand } = group.sums;
    const valueAdded = valueAddedOf(group);
    yield [seriesId, { n, labelsDue: group.due, absolute, signed, demand, valueAdded }];
  }
}

function valueAddedOf({ compared, absolute, naiveAbsolute }: ComparedGroup): ValueAdded {
  return { n: compared, value: naiveAbsolute > 0 ? 1 - absolute / naiveAbsolute : null };
}

function trackingOf({ first }: ComparedGroup): TrackingSignal {
  return { n: first.n, value: first.absolute > 0 ? (first.n * first.signed) / first.absolute : null };
}

/** Not where the baseline answered for it. */
export function isOfVersion({ source }: PredictionRecord): boolean {
  return source !== 'baseline';
}

function isGrouped({ groupBy, column }: AccuracyQuery): boolean {
  return column !== undefined || (groupBy !== undefined && groupBy !== 'horizon');
}

function groupKeyOf(query: AccuracyQuery, columnOf?: (seriesId: string) => string | null): GroupKey {
  if (!isGrouped(query)) return () => undefined;
  if (columnOf !== undefined) return ({ seriesId }) => columnOf(seriesId);
  if (query.groupBy === 'series') return ({ seriesId }) => seriesId;
  return (record) => {
    if (!isOfVersion(record)) return 'baseline';
    return query.groupBy === 'arm' ? record.arm : record.versionId;
  };
}
