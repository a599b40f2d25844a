// What a report says of the histories in a file: classes of demand, gaps, spacing, freshness, enough history.
// Fed with accepted rows sorted by series and period; one series in memory.

import { ObservationStatus, type Project, periodOf } from '../../../core/index.ts';
import {
  classify,
  type DemandClass,
  type DemandProfile,
  unitChange,
} from '../../../forecasting/evaluate/index.ts';
import { type SpacingFound, SpacingTally } from './spacing-tally.ts';
import { TimeZone } from './time-zone.ts';

export interface SeriesSummary {
  readonly series: number;
  readonly periodMin: number | null;
  readonly periodMax: number | null;
  readonly demandClasses: Readonly<Record<DemandClass, number>>;
  /** Series with fewer periods from first to last row than `contract.historyPeriodsMin`, and the first few of them. */
  readonly shortSeries: number;
  readonly shortExamples: readonly string[];
  /** Series whose demand is from a period on another by a factor that units differ by, and the first few of them. */
  readonly unitChanges: readonly UnitChangeFound[];
  /** Series of two grains, such as totals of weeks before days, by the spacing of their totals; the first few of them. */
  readonly spacingChanges: readonly SpacingFound[];
  /** Periods whose demand is known, and those of them that are zero. */
  readonly observed: number;
  readonly zeros: number;
  /** Rows with an empty target, and rows of stock-out. */
  readonly missing: number;
  readonly stockouts: number;
  /** Periods without a row between the first and the last row of their series. */
  readonly gapPeriods: number;
  /** The most frequent distance between two rows of a series, in periods; null with single rows only. 1 = as configured. */
  readonly usualSpacing: number | null;
  /** Share of distances that are the usual one. */
  readonly spacingShare: number;
  /** Periods from the newest row to now, 0 when it is not behind; null on a step grid or without rows. */
  readonly stalePeriods: number | null;
}

/** What is known already of a series: periods, ascending, and their demand. */
export interface KnownRows {
  readonly periods: readonly number[];
  readonly values: readonly number[];
}

/** Series that changed by one factor. */
export interface UnitChangeFound {
  readonly factor: number;
  readonly series: number;
  readonly examples: readonly {
    readonly seriesId: string;
    /** The first in the other unit, and the first after it that is as before; null = none is. */
    readonly period: number;
    readonly until: number | null;
  }[];
}

/** One series as it went by; its arrays are not used again. */
export interface SeriesSeen {
  readonly id: string;
  /** Of its rows, ascending. */
  readonly periods: readonly number[];
  /** Of its rows: NaN = unknown. */
  readonly values: readonly number[];
  /** Gaps as the project says, at most the newest 4,096 periods. */
  readonly history: Float64Array;
  /** The period that the history begins with. */
  readonly start: number;
  readonly kind: DemandProfile;
}

const examplesMax = 5;
/** Histories are classified on at most this many periods, the newest, so that one wrong date costs nothing. */
const classifyPeriodsMax = 4096;

export class SeriesReport {
  readonly #project: Project;
  readonly #now: number;
  readonly #onSeries: ((series: SeriesSeen) => void) | null;
  readonly #knownOf: (seriesId: string) => KnownRows | undefined;
  readonly #grains = new SpacingTally();
  readonly #classes: Record<DemandClass, number> = { smooth: 0, erratic: 0, intermittent: 0, lumpy: 0 };
  readonly #spacings = new Map<number, number>();
  readonly #shortExamples: string[] = [];
  readonly #unitChanges = new Map<
    number,
    { series: number; examples: { seriesId: string; period: number; until: number | null }[] }
  >();
  #observed = 0;
  #zeros = 0;
  #id: string | null = null;
  #periods: number[] = [];
  #values: number[] = [];
  #series = 0;
  #short = 0;
  #missing = 0;
  #stockouts = 0;
  #gaps = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;

  /**
   * @param onSeries takes each series when its last row has gone by
   * @param knownOf the newest rows of a series that came before
   */
  constructor(
    project: Project,
    now: number,
    onSeries: ((series: SeriesSeen) => void) | null = null,
    knownOf: (seriesId: string) => KnownRows | undefined = () => undefined,
  ) {
    this.#knownOf = knownOf;
    this.#project = project;
    this.#now = now;
    this.#onSeries = onSeries;
  }

  add(id: string, period: number, value: number, status: ObservationStatus): void {
    if (id !== this.#id) {
      this.#endSeries();
      this.#id = id;
    }
    if (status === ObservationStatus.missing) this.#missing += 1;
    if (status === ObservationStatus.stockout) this.#stockouts += 1;
    if (status === ObservationStatus.observed) {
      this.#observed += 1;
      if (value === 0) this.#zeros += 1;
    }
    this.#periods.push(period);
    this.#values.push(status === ObservationStatus.observed ? value : Number.NaN);
  }

  end(): SeriesSummary {
    this.#endSeries();
    let usual: number | null = null;
    let usualCount = 0;
    let total = 0;
    for (const [spacing, count] of this.#spacings) {
      total += count;
      if (count > usualCount) [usual, usualCount] = [spacing, count];
    }
    const empty = this.#series === 0;
    return {
      series: this.#series,
      periodMin: empty ? null : this.#min,
      periodMax: empty ? null : this.#max,
      demandClasses: this.#classes,
      shortSeries: this.#short,
      shortExamples: this.#shortExamples,
      unitChanges: [...this.#unitChanges]
        .map(([factor, found]) => ({ factor, ...found }))
        .sort((a, b) => b.series - a.series),
      spacingChanges: this.#grains.found(),
      observed: this.#observed,
      zeros: this.#zeros,
      missing: this.#missing,
      stockouts: this.#stockouts,
      gapPeriods: this.#gaps,
      usualSpacing: usual,
      spacingShare: total === 0 ? 1 : usualCount / total,
      stalePeriods: empty ? null : stalePeriods(this.#project, { now: this.#now, periodMax: this.#max }),
    };
  }

  #endSeries(): void {
    if (this.#id === null) return;
    const periods = this.#periods;
    const first = periods[0] ?? 0;
    const last = periods.at(-1) ?? 0;
    this.#series += 1;
    this.#min = Math.min(this.#min, first);
    this.#max = Math.max(this.#max, last);
    this.#gaps += last - first + 1 - periods.length;
    for (let i = 1; i < periods.length; i++) {
      const spacing = (periods[i] ?? 0) - (periods[i - 1] ?? 0);
      if (this.#spacings.size < 10_000 || this.#spacings.has(spacing))
        this.#spacings.set(spacing, (this.#spacings.get(spacing) ?? 0) + 1);
    }
    if (last - first + 1 < this.#project.contract.historyPeriodsMin) {
      this.#short += 1;
      if (this.#shortExamples.length < examplesMax) this.#shortExamples.push(this.#id);
    }
    const history = this.#history(first, last);
    const kind = classify(history);
    this.#classes[kind.demandClass] += 1;
    this.#noteUnit(this.#id);
    this.#noteSpacing(this.#id);
    const start = last - history.length + 1;
    this.#onSeries?.({ id: this.#id, periods, values: this.#values, history, start, kind });
    this.#id = null;
    this.#periods = [];
    this.#values = [];
  }

  #noteUnit(seriesId: string): void {
    const change = unitChange(new Float64Array(this.#values.slice(-classifyPeriodsMax)));
    if (change === null) return;
    const from = Math.max(0, this.#values.length - classifyPeriodsMax);
    const periodAt = (index: number): number => this.#periods[from + index] ?? 0;
    const found = this.#unitChanges.get(change.factor) ?? { series: 0, examples: [] };
    found.series += 1;
    if (found.examples.length < examplesMax)
      found.examples.push({
        seriesId,
        period: periodAt(change.at),
        until: change.until === null ? null : periodAt(change.until),
      });
    this.#unitChanges.set(change.factor, found);
  }

  /** Beside the newest rows of earlier batches, so that a batch of days after weeks is seen, too. */
  #noteSpacing(seriesId: string): void {
    const known = this.#knownOf(seriesId);
    const before = known?.periods.filter((period) => period < (this.#periods[0] ?? 0)) ?? [];
    const periods = before.length === 0 ? this.#periods : [...before, ...this.#periods];
    const values =
      before.length === 0
        ? this.#values
        : [...(known?.values.slice(0, before.length) ?? []), ...this.#values];
    this.#grains.add(seriesId, periods, values);
  }

  #history(first: number, last: number): Float64Array {
    const length = Math.min(last - first + 1, classifyPeriodsMax);
    const start = last - length + 1;
    const history = new Float64Array(length).fill(this.#project.gaps === 'zero' ? 0 : Number.NaN);
    for (let i = this.#periods.length - 1; i >= 0; i--) {
      const step = (this.#periods[i] ?? 0) - start;
      if (step < 0) break;
      history[step] = this.#values[i] ?? Number.NaN;
    }
    return history;
  }
}

/** How far the newest row is behind now, in periods. The period that now lies in is not over and does not count. */
export function stalePeriods(project: Project, at: { now: number; periodMax: number }): number | null {
  if (project.grid.frequency === 'step') return null;
  const local = project.grid.frequency === 'hour' ? at.now : new TimeZone(project.timezone).toLocal(at.now);
  return Math.max(0, periodOf(project.grid, local) - 1 - at.periodMax);
}
