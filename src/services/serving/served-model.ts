// One version as it serves: its artifact, hot states advanced as far as their series are closed, and what is known of series it
// does not know.

import { ClosedPeriods, type Closing, isReport, ObservationStatus, type Project } from '../../core/index.ts';
import { isSilent, reportsOf } from '../../forecasting/evaluate/index.ts';
import type {
  AttributeValues,
  EndedStratum,
  Fault,
  PathBlock,
  ShortSeries,
} from '../../forecasting/models/index.ts';
import { faultOf } from '../../forecasting/models/index.ts';
import type { AdaptedLevels, PredictionRecord, TailRow, VersionRecord } from '../../storage/ports/index.ts';
import { baselineForecast } from './baseline.ts';
import { isSampled, samplesMax } from './feature-sampling.ts';
import { type HolidaySource, holidayReader } from './holiday-reader.ts';
import { HotStates } from './hot-states.ts';
import { RecentDemand } from './recent-demand.ts';
import { lateMax, SeriesCovariates } from './series-covariates.ts';
import type { Explains, ForecastAsk, SeriesForecast, Servable } from './servable.ts';

/** Who made a forecast: the project's model, or the baseline because …; a model may answer for a `new-series` too. */
export type ForecastSource = 'model' | 'baseline';
export type BaselineReason = Fault | 'new-series' | 'no-champion' | 'too-far-behind';

export interface SourcedForecast extends SeriesForecast {
  readonly source: ForecastSource;
  readonly reason: BaselineReason | null;
  /** What the model was asked for in place of the levels. */
  readonly adapted?: AdaptedLevels | undefined;
  /** Its demand has ended, by the rule of training; absent = no, or nobody can tell. */
  readonly ended?: boolean;
  /** No row of it has come for longer than its own rows explain, where a period without one is unknown. */
  readonly silent?: boolean;
  /** The newest period of which rows are known and that is not over: they are no part of the forecast. Absent = there is none. */
  readonly unfinished?: number | undefined;
}

/** How a series stands, without its being forecast. */
export interface SeriesStanding {
  /** As `cutoffOf`. */
  readonly cutoff: number;
  /** Is it one of the model's series? */
  readonly isLearnt: boolean;
  /** As its forecasts say. */
  readonly ended: boolean;
  readonly silent: boolean;
}

export interface ServedModelOptions {
  readonly project: Project;
  /** Null while the project has no champion. */
  readonly version: VersionRecord | null;
  readonly model: Servable;
  /** Rows up to this batch are inside the artifact. */
  readonly batchSeq: number;
  /** What batches up to that one had closed; default: nothing. */
  readonly closings?: readonly Closing[];
  /** Last period of the artifact's snapshot; −∞ without one. */
  readonly periodMax: number;
  /** What is known of series beside their demand, by id; kept up to date by whoever gives it. Default: nothing. */
  readonly described?: ReadonlyMap<string, AttributeValues>;
  /** What calendars say of periods. */
  readonly holidays: HolidaySource;
  /** Which of the model's series will be asked for; the others are not followed. Default: all. */
  readonly wanted?: ((seriesId: string) => boolean) | undefined;
  /** Lets waiting I/O run. */
  readonly breathe: () => Promise<void>;
}

/** Values kept for the baseline: enough for two short cycles, whatever the season. */
const recentMin = 14;
const recentMax = 400;
/** Series that the model does not know and that are followed at most. */
const newcomersMax = 200_000;
/** Series indexed between two breaths. */
const sliceSize = 5_000;

export class ServedModel {
  readonly project: Project;
  readonly version: VersionRecord | null;
  readonly model: Servable;
  readonly hot: HotStates;
  /** What rows say beside demand. */
  readonly covariates: SeriesCovariates;
  readonly looksBesideDemand: boolean;
  readonly #index: Map<string, number> = new Map();
  readonly #newcomers: RecentDemand;
  readonly #described: ReadonlyMap<string, AttributeValues>;
  readonly #wanted: ((seriesId: string) => boolean) | undefined;
  readonly #keep: number;
  readonly #season: number;
  readonly #closed: ClosedPeriods;
  readonly #periodMax: number;
  #newest: number;
  #oldestEnd: number;
  #samplesLeft: number = samplesMax;
  /** Rows of batches up to this one are applied. */
  batchSeq: number;

  private constructor(options: ServedModelOptions) {
    this.project = options.project;
    this.version = options.version;
    this.model = options.model;
    this.batchSeq = options.batchSeq;
    this.#periodMax = options.periodMax;
    this.#newest = options.periodMax;
    this.#oldestEnd = options.periodMax;
    this.#closed = new ClosedPeriods(options.project);
    this.close(options.closings ?? []);
    this.#described = options.described ?? new Map();
    this.#wanted = options.wanted;
    this.#season = options.project.seasons[0] ?? 1;
    this.#keep = Math.min(recentMax, Math.max(recentMin, 2 * this.#season));
    this.hot = new HotStates(options.model, options.project.gaps);
    const { knownColumns = [], covariates: learnt } = options.model;
    this.looksBesideDemand = learnt !== undefined || knownColumns.length > 0;
    this.covariates = new SeriesCovariates({
      project: options.project,
      periodMax: options.periodMax,
      learnt,
      holidayAt: holidayReader(options.project, options.holidays),
      follows: this.#wanted && ((seriesId) => this.#follows(seriesId)),
      seriesMax: options.model.seriesIds.length + newcomersMax,
    });
    this.#newcomers = new RecentDemand({
      keep: this.#keep,
      gaps: options.project.gaps,
      seriesMax: newcomersMax,
    });
  }

  /** Indexes the series in slices, so that a large artifact does not hold the event loop. */
  static async open(options: ServedModelOptions): Promise<ServedModel> {
    const served = new ServedModel(options);
    const { seriesIds } = options.model;
    for (let i = 0; i < seriesIds.length; i++) {
      served.#index.set(seriesIds[i] as string, i);
      const last = options.model.lastPeriod(i);
      served.#closed.observe(seriesIds[i] as string, last);
      served.#newest = Math.max(served.#newest, last);
      served.#oldestEnd = Math.min(served.#oldestEnd, last);
      if (i % sliceSize === sliceSize - 1) await options.breathe();
    }
    for (const [i, short] of (options.model.short ?? []).entries()) {
      served.#remember(short);
      if (i % sliceSize === sliceSize - 1) await options.breathe();
    }
    return served;
  }

  /** Of a series that was too short to be learnt: as if its rows had come since. */
  #remember({ id: seriesId, last, values }: ShortSeries): void {
    for (const [i, value] of values.entries()) {
      const status = Number.isNaN(value) ? ObservationStatus.missing : ObservationStatus.observed;
      const period = last - values.length + 1 + i;
      this.#newcomers.observe({ seriesId, period, value, status });
    }
    this.#closed.observe(seriesId, last);
  }

  /** Takes in rows in the order of their batches; a batch already applied is skipped. O(1) per row as a rule. */
  observe(rows: readonly TailRow[]): void {
    const applied = this.batchSeq;
    for (const row of rows) {
      if (row.batchSeq <= applied) continue;
      if (row.status !== ObservationStatus.plan) this.#observeDemand(row);
      if (this.looksBesideDemand) this.covariates.observe(row, this.cutoffOf(row.seriesId));
    }
  }

  #observeDemand(row: TailRow): void {
    const { seriesId, status } = row;
    const period = isReport(status) ? row.period : Number.NEGATIVE_INFINITY;
    this.#closed.observe(seriesId, period, row);
    this.#newest = Math.max(this.#newest, Math.min(period, this.#closed.closedThrough(seriesId)));
    const series = this.#index.get(seriesId);
    if (series === undefined) this.#newcomers.observe(row);
    else if (this.#follows(seriesId)) this.hot.observe(series, row, this.#closed.closedThrough(seriesId));
    if (status !== ObservationStatus.withdrawn) return;
    const through =
      series === undefined ? this.#newcomers.wholeThrough(seriesId) : this.hot.wholeThrough(series);
    this.#closed.restate(seriesId, through);
  }

  /** Takes in what closes periods beside the rows of a series themselves. */
  close(closings: readonly Closing[]): void {
    for (const closing of closings) this.#closed.close(closing);
  }

  /**
   * The newest closed period of a series: its state knows demand up to it, and its forecasts start after it. A series without
   * demand starts with the project. −∞ while nothing is known.
   */
  cutoffOf(seriesId: string): number {
    const closed = this.#closed.closedThrough(seriesId);
    const hasDemand = this.#index.has(seriesId) || this.#newcomers.has(seriesId);
    return hasDemand ? closed : Math.max(closed, this.#periodMax);
  }

  /**
   * How far the project as a whole has come: its clock, or the end of the training where that is later. Before there is
   * either, the newest period with a row; −∞ before any data.
   */
  get clock(): number {
    const clock = Math.max(this.#closed.projectClock, this.#periodMax);
    return Number.isFinite(clock) ? clock : this.#newest;
  }

  /** The first period of which plans inside the artifact may still be asked for, as some series ended before it. */
  get plannedFrom(): number {
    return Math.max(this.#oldestEnd, this.#periodMax - lateMax) + 1;
  }

  /**
   * Takes in rows of batches inside the artifact of periods past the end of its histories: those that were refused, which makes a
   * period unknown and not zero once it is closed, and parts of periods that were not over.
   */
  readUnsettled(rows: readonly TailRow[]): void {
    for (const row of rows) {
      const series = this.#index.get(row.seriesId);
      if (series === undefined) this.#newcomers.observe(row);
      else if (row.period > this.model.lastPeriod(series))
        this.hot.observe(series, row, this.#closed.closedThrough(row.seriesId));
    }
  }

  /** Takes in plans of batches that are inside the artifact, in the order of their batches; rows of later ones come by `observe`. */
  readPlans(rows: readonly TailRow[]): void {
    for (const row of rows)
      if (row.batchSeq <= this.batchSeq) this.covariates.observe(row, this.cutoffOf(row.seriesId));
  }

  /** New series are followed always. */
  #follows(seriesId: string): boolean {
    return this.#wanted === undefined || !this.#index.has(seriesId) || this.#wanted(seriesId);
  }

  knows(seriesId: string): boolean {
    return this.#index.has(seriesId) || this.#newcomers.has(seriesId) || this.#canLaunch(seriesId);
  }

  /** Does what forecasts a series look at a column known ahead? The baseline looks at none. */
  looksAt(seriesId: string, column: string): boolean {
    if (!(this.model.knownColumns ?? []).includes(column)) return false;
    const series = this.#index.get(seriesId);
    if (series === undefined) return !this.#newcomers.has(seriesId) && this.#canLaunch(seriesId);
    return this.model.looksAhead?.(series) ?? true;
  }

  /** Is it one of the model's series? */
  hasLearnt(seriesId: string): boolean {
    return this.#index.has(seriesId);
  }

  /** A series without demand that the model can forecast from its attributes. */
  #canLaunch(seriesId: string): boolean {
    return this.model.forecastNew !== undefined && this.#described.has(seriesId);
  }

  /** All series that can be forecast: the model's, then new ones. */
  *seriesIds(): Iterable<string> {
    yield* this.model.seriesIds;
    for (const id of this.#newcomers.seriesIds()) if (!this.#index.has(id)) yield id;
    if (this.model.forecastNew === undefined) return;
    for (const id of this.#described.keys()) if (!this.#index.has(id) && !this.#newcomers.has(id)) yield id;
  }

  get seriesCount(): number {
    return this.#index.size;
  }

  /**
   * The forecast of one series after a cutoff, which it is closed through: the model's if it passes the guard, else the baseline's.
   * @returns undefined when nothing can be said: the series is unknown, or not one value of it is
   */
  forecast(seriesId: string, cutoff: number, ask: ForecastAsk): SourcedForecast | undefined {
    const made = this.#forecast(seriesId, cutoff, ask);
    const unfinished = made && this.#unfinished(seriesId);
    return unfinished === undefined ? made : { ...(made as SourcedForecast), unfinished };
  }

  #unfinished(seriesId: string): number | undefined {
    const series = this.#index.get(seriesId);
    const newest = series === undefined ? this.#newcomers.newest(seriesId) : this.hot.newest(series);
    return newest > this.#closed.closedThrough(seriesId) ? newest : undefined;
  }

  #forecast(seriesId: string, cutoff: number, ask: ForecastAsk): SourcedForecast | undefined {
    const series = this.#index.get(seriesId);
    if (series === undefined) {
      const reason = this.version ? 'new-series' : 'no-champion';
      const launch = this.#newcomers.has(seriesId) ? undefined : this.#launch(seriesId, cutoff, ask);
      if (launch !== undefined) return launch;
      return this.#baseline(this.#newcomers.window(seriesId, cutoff), ask, reason);
    }
    const { over, ended, silent } = this.#endOf(series, cutoff);
    const state = this.#stateAt(series, { cutoff, isOver: ended || silent });
    let reason: BaselineReason = 'too-far-behind';
    if (state) {
      const adapted = this.model.demandKind && ask.adapt?.(this.model.demandKind(series));
      const levels = adapted?.levels ?? ask.levels;
      const told = this.#asked(series, { seriesId, cutoff, over, silent }, ask);
      const forecast = this.model.forecast(series, state, { ...told, levels });
      const fault = this.fault(series, forecast, ask);
      const { mean, quantiles } = forecast;
      if (fault === undefined)
        return { mean, quantiles, source: 'model', reason: null, ended, silent, adapted };
      reason = fault;
    }
    const baseline = this.#baseline(this.hot.window(series, cutoff, this.#keep), ask, reason);
    return baseline && { ...baseline, ended, silent };
  }

  /** As what its demand has ended, and whether rows of it stay away. */
  #endOf(
    series: number,
    cutoff: number,
  ): { over: EndedStratum | undefined } & Pick<SeriesStanding, 'ended' | 'silent'> {
    const over = this.model.endedAs?.(series, this.hot.valuesSince(series, cutoff));
    const ended = over !== undefined;
    return { over, ended, silent: !ended && this.#isSilent(series, cutoff) };
  }

  /** How a series stands now. Cost: O(periods since the training). */
  standingOf(seriesId: string): SeriesStanding {
    const cutoff = this.cutoffOf(seriesId);
    const series = this.#index.get(seriesId);
    if (series === undefined) return { cutoff, isLearnt: false, ended: false, silent: false };
    const { ended, silent } = this.#endOf(series, cutoff);
    return { cutoff, isLearnt: true, ended, silent };
  }

  #isSilent(series: number, cutoff: number): boolean {
    if (this.project.gaps === 'zero') return false;
    const newest = this.hot.newest(series);
    // While nobody else reports either, rows are missing, and not this series.
    const isAlone = this.#index.size === 1 && this.#newest <= newest;
    const unreported = (isAlone ? cutoff : Math.min(cutoff, this.#newest)) - newest;
    if (unreported <= 0) return false;
    const since = this.hot.valuesSince(series, newest);
    return (
      this.model.isSilent?.(series, since, unreported) ??
      isSilent(reportsOf(this.hot.window(series, newest, this.#keep)), unreported, this.#season)
    );
  }

  /**
   * The features behind a forecast, to be logged with it; nothing when it is not in the sample, or enough of this version are
   * logged.
   * @param of.count series of the request
   */
  sample(
    of: Pick<PredictionRecord, 'id' | 'seriesId' | 'cutoff' | 'source'> & { readonly count: number },
    ask: ForecastAsk,
  ): Pick<PredictionRecord, 'features'> {
    const { features: featuresOf } = this.model;
    if (featuresOf === undefined || this.#samplesLeft === 0 || of.source !== 'model') return {};
    const series = this.#index.get(of.seriesId);
    if (series === undefined || !isSampled(of.id, of.count)) return {};
    const state = this.hot.stateAt(series, of.cutoff);
    const features = state && featuresOf(series, state, this.#toldOf(series, of, ask));
    if (features === undefined) return {};
    this.#samplesLeft--;
    return { features };
  }

  /** What has ended is forecast without a state, so however far it has fallen behind. */
  #stateAt(
    series: number,
    { cutoff, isOver }: { readonly cutoff: number; readonly isOver: boolean },
  ): Float64Array | undefined {
    return this.hot.stateAt(series, cutoff) ?? (isOver ? this.model.state(series) : undefined);
  }

  /** What the model is told, beside levels, of a series that it forecasts. */
  #asked(
    series: number,
    of: {
      readonly seriesId: string;
      readonly cutoff: number;
      readonly over: EndedStratum | undefined;
      readonly silent: boolean;
    },
    ask: ForecastAsk,
  ): ForecastAsk {
    const { cutoff, over, silent } = of;
    return {
      ...this.#toldOf(series, of, ask),
      advancedBy: cutoff - this.model.lastPeriod(series),
      ended: over ?? (silent ? 'ended' : undefined),
    };
  }

  /**
   * What drives the forecast of a series after a cutoff, as `forecast` makes it by the model; undefined where the model does not make it,
   * or cannot say.
   */
  explain(seriesId: string, cutoff: number, ask: ForecastAsk): Explains | undefined {
    const series = this.#index.get(seriesId);
    if (series === undefined) {
      const attributes = this.#newcomers.has(seriesId) ? undefined : this.#described.get(seriesId);
      return attributes && this.model.explainNew?.(attributes, { ...ask, after: cutoff });
    }
    const { over, ended, silent } = this.#endOf(series, cutoff);
    const state = this.#stateAt(series, { cutoff, isOver: ended || silent });
    const told = this.#asked(series, { seriesId, cutoff, over, silent }, ask);
    return state && this.model.explain?.(series, state.slice(), told);
  }

  /** With what became known of the model's columns since training. */
  #toldOf(
    series: number,
    { seriesId, cutoff }: { readonly seriesId: string; readonly cutoff: number },
    ask: ForecastAsk,
  ): ForecastAsk {
    if (this.model.covariates === undefined) return ask;
    const lastPeriod = this.model.lastPeriod(series);
    return { ...ask, since: this.covariates.since(seriesId, { series, lastPeriod, origin: cutoff }) };
  }

  /** The last values up to a cutoff, newest last, NaN = unknown: as many as the baseline goes by, or up to `count` if held. */
  recent(seriesId: string, cutoff: number, count: number = this.#keep): Float64Array {
    const series = this.#index.get(seriesId);
    if (series !== undefined) return this.hot.window(series, cutoff, count);
    return this.#newcomers.window(seriesId, cutoff) ?? new Float64Array(0);
  }

  /** The largest |demand| ever seen of a series, as far as is known; 0 = none was. */
  largest(seriesId: string, cutoff: number): number {
    const series = this.#index.get(seriesId);
    const all = [...this.recent(seriesId, cutoff), series === undefined ? 0 : this.hot.largest(series)];
    return Math.max(0, ...all.filter((value) => Number.isFinite(value)).map(Math.abs));
  }

  /** How errors of different leads went together for a series of the model; undefined when that is not known. */
  pathBlock(seriesId: string): PathBlock | undefined {
    const series = this.#index.get(seriesId);
    return series === undefined ? undefined : this.model.pathBlock?.(series);
  }

  /** By the model, of a series that has attributes and no demand yet. */
  #launch(seriesId: string, cutoff: number, ask: ForecastAsk): SourcedForecast | undefined {
    const attributes = this.#described.get(seriesId);
    if (attributes === undefined) return undefined;
    const forecast = this.model.forecastNew?.(attributes, { ...ask, after: cutoff });
    if (forecast === undefined) return undefined;
    const { nonNegative } = this.project;
    const fault = faultOf(forecast, { levelCount: ask.levels.length, nonNegative, largest: Number.NaN });
    return fault === undefined ? { ...forecast, source: 'model', reason: 'new-series' } : undefined;
  }

  /** What is wrong with a forecast of the model, if anything. */
  fault(series: number, forecast: SeriesForecast, ask: ForecastAsk): Fault | undefined {
    const { nonNegative } = this.project;
    return faultOf(forecast, {
      levelCount: ask.levels.length,
      nonNegative,
      largest: this.hot.largest(series),
    });
  }

  #baseline(
    recent: Float64Array | undefined,
    ask: ForecastAsk,
    reason: BaselineReason,
  ): SourcedForecast | undefined {
    const { nonNegative } = this.project;
    const forecast = recent && baselineForecast(recent, ask, { season: this.#season, nonNegative });
    return forecast && { ...forecast, source: 'baseline', reason };
  }
}
