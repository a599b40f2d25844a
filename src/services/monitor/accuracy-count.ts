// The sums behind one accuracy report: which steps are due, which labels have come, and how far off they were.

import { type Project, periodLabel } from '../../core/index.ts';
import type { PredictionRecord } from '../../storage/ports/index.ts';
import {
  type AccuracyMetrics,
  addPair,
  addQuantiles,
  type LevelPlan,
  levelPlan,
  noErrors,
} from './error-sums.ts';
import { addLabel, type Figure, figureOf, type Group, newGroup } from './figure.ts';
import type { LabelClock } from './label-clock.ts';
import type { LabelWindow } from './labels.ts';

export interface AccuracyQuery {
  /** Only predictions of this version. */
  readonly versionId?: string;
  /** First and last period whose demand was forecast, inclusive; default: all. */
  readonly fromPeriod?: number;
  readonly toPeriod?: number;
  /** One figure per series or version too. By horizon is always given. */
  readonly groupBy?: 'horizon' | 'series' | 'version';
  /** Groups returned at most, those with the largest absolute error first; default 100. */
  readonly groupsMax?: number;
}

export interface AccuracyReport {
  /** Target periods of the steps that are due; null when none is. */
  readonly window: {
    readonly fromPeriod: number;
    readonly toPeriod: number;
    readonly from: string;
    readonly to: string;
  } | null;
  /** Newest period of which any data has come; null before the first batch. */
  readonly latestPeriod: number | null;
  /** Newest period that is closed for the whole project: its labels are due. Null before the first is. */
  readonly projectClock: number | null;
  /** Forecasts graded. One asked for again for the same version, series and cutoff counts once. */
  readonly predictions: number;
  readonly predictionsRepeated: number;
  readonly overall: Figure;
  readonly byHorizon: readonly (Figure & { readonly horizon: number })[];
  /** Seasonal naive from the same cutoffs, and the predictions on exactly those labels where its history is at hand. */
  readonly baseline: {
    readonly name: 'seasonal-naive';
    readonly season: number;
    readonly n: number;
    readonly metrics: AccuracyMetrics;
    readonly predictions: AccuracyMetrics;
  };
  readonly groups?: readonly (Figure & { readonly key: string; readonly valueAdded: ValueAdded })[];
  /** Groups left out of `groups`. */
  readonly groupsOmitted?: number;
}

/** Forecast value added over the baseline, on the labels where the baseline's history is at hand. */
export interface ValueAdded {
  readonly n: number;
  /** 1 − MAE ÷ MAE of seasonal naive; null without such labels, or where seasonal naive has no error. */
  readonly value: number | null;
}

/** What came of the forecasts of one series, on `n` labels. Sums are in units. */
export interface SeriesErrors {
  readonly n: number;
  readonly labelsDue: number;
  /** Σ|f − y|, Σ(f − y), Σ|y|. */
  readonly absolute: number;
  readonly signed: number;
  readonly demand: number;
  readonly valueAdded: ValueAdded;
}

export interface ErrorsBySeries {
  readonly window: AccuracyReport['window'];
  /** In no order. */
  readonly series: Iterable<readonly [seriesId: string, SeriesErrors]>;
  /** Series that were too many to be counted one by one. */
  readonly omitted: number;
}

/** A series or version: its figure, and both errors on the labels that the baseline can forecast. */
interface ComparedGroup extends Group {
  compared: number;
  absolute: number;
  naiveAbsolute: number;
}

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
  readonly #groups: Map<string, ComparedGroup> = new Map();
  readonly #naive = noErrors();
  readonly #comparable = noErrors();
  readonly #plans: Map<string, LevelPlan> = new Map();
  /** Steps graded of each version and series at the cutoff being scanned. */
  readonly #graded: Map<string, number> = new Map();
  #cutoff = Number.NaN;
  #groupsOmitted = 0;
  #predictions = 0;
  #repeated = 0;
  #firstPeriod = Number.POSITIVE_INFINITY;
  #lastPeriod = Number.NEGATIVE_INFINITY;

  constructor(project: Project, query: AccuracyQuery, at: AccuracyMoment) {
    this.#project = project;
    this.#query = query;
    this.#at = at;
    this.#season = project.seasons[0] ?? 1;
  }

  /** Adds predictions whose labels the window covers. */
  add(page: readonly PredictionRecord[], labels: LabelWindow): void {
    for (const record of page) {
      if (record.cutoff !== this.#cutoff) {
        this.#graded.clear();
        this.#cutoff = record.cutoff;
      }
      const key = `${record.versionId}\n${record.seriesId}`;
      const graded = this.#graded.get(key);
      if (graded === undefined) this.#predictions++;
      else this.#repeated++;
      // A repeated forecast may reach further than the first one: only its new steps count.
      const firstLead = (graded ?? 0) + 1;
      if (record.mean.length < firstLead) continue;
      this.#graded.set(key, record.mean.length);
      this.#addSteps(record, labels, firstLead);
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
      this.#byHorizon[lead - 1] ??= newGroup();
      const groups = [this.#overall, this.#byHorizon[lead - 1] as Group, ...(group ? [group] : [])];
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
    const period = record.cutoff + lead - this.#season * Math.ceil(lead / this.#season);
    const naive = labels.before(record.seriesId, period);
    if (typeof naive !== 'number') return;
    addPair(this.#naive, label, naive);
    addPair(this.#comparable, label, mean);
    if (group === undefined) return;
    group.compared++;
    group.absolute += Math.abs(mean - label);
    group.naiveAbsolute += Math.abs(naive - label);
  }

  #groupOf(record: PredictionRecord): ComparedGroup | undefined {
    const { groupBy } = this.#query;
    if (groupBy !== 'series' && groupBy !== 'version') return undefined;
    const key = groupBy === 'series' ? record.seriesId : record.versionId;
    const known = this.#groups.get(key);
    if (known) return known;
    if (this.#groups.size >= groupsKeptMax) {
      this.#groupsOmitted++;
      return undefined;
    }
    const group = { ...newGroup(), compared: 0, absolute: 0, naiveAbsolute: 0 };
    this.#groups.set(key, group);
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
    if (this.#query.groupBy !== 'series' && this.#query.groupBy !== 'version') return {};
    const ranked = [...this.#groups].sort(([, a], [, b]) => b.sums.absolute - a.sums.absolute);
    const shown = ranked.slice(0, this.#query.groupsMax ?? 100);
    return {
      groups: shown.map(([key, group]) => ({ key, ...figureOf(group), valueAdded: valueAddedOf(group) })),
      groupsOmitted: ranked.length - shown.length + this.#groupsOmitted,
    };
  }
}

function* seriesErrors(
  groups: ReadonlyMap<string, ComparedGroup>,
): Iterable<readonly [string, SeriesErrors]> {
  for (const [seriesId, group] of groups) {
    const { n, absolute, signed, demand } = group.sums;
    const valueAdded = valueAddedOf(group);
    yield [seriesId, { n, labelsDue: group.due, absolute, signed, demand, valueAdded }];
  }
}

function valueAddedOf({ compared, absolute, naiveAbsolute }: ComparedGroup): ValueAdded {
  return { n: compared, value: naiveAbsolute > 0 ? 1 - absolute / naiveAbsolute : null };
}
