// Accuracy on real demand: every stored prediction joined with the labels known now. Nothing is kept between questions,
// so a correction of old data restates every figure by itself.

import { AppError, type Clock, canonicalJson, type Project } from '../../core/index.ts';
import type { HistoryStore, PredictionRecord, PredictionStore } from '../../storage/ports/index.ts';
import type { SealedPast } from '../data/index.ts';
import { AccuracyCount, type AccuracyMoment } from './accuracy-count.ts';
import type { AccuracyQuery, AccuracyReport, ErrorsBySeries } from './accuracy-report.ts';
import { KnownClosed } from './known-closed.ts';
import { LabelClock } from './label-clock.ts';
import { cutoffSpanMax, type Label, LabelWindow } from './labels.ts';
import { predictionPages } from './prediction-pages.ts';
import { seriesColumn } from './series-column.ts';
import { StepsOnce } from './steps-once.ts';

export interface AccuracyMonitorOptions {
  readonly store: Pick<PredictionStore, 'scanPredictions' | 'predictionStats'> &
    Pick<
      HistoryStore,
      'readActuals' | 'historyTotals' | 'readClosings' | 'closingBatches' | 'readAttributes'
    >;
  /** Demand that has left the tail: the season before the first forecasts, which the baseline repeats. */
  readonly past: (
    project: string,
    range: { readonly from: number; readonly to: number },
    series?: readonly string[],
  ) => Promise<SealedPast>;
  readonly clock: Clock;
  /** Lets waiting I/O run; called after every page of predictions. */
  readonly breathe: () => Promise<void>;
}

/** A period of a series that somebody forecast, whoever it was. */
export interface ForecastStepMade {
  readonly seriesId: string;
  readonly period: number;
  /** What was known when it was forecast: demand up to here. */
  readonly cutoff: number;
}

/** A step of a prediction that was served. */
export interface ServedStep {
  readonly record: PredictionRecord;
  /** 1 = the first. */
  readonly lead: number;
  readonly period: number;
  readonly isDue: boolean;
  /** `unknown` while it is not due, whatever has come of it. */
  readonly label: Label;
}

/** A step whose label is due. */
export interface LabelledStep<T extends ForecastStepMade> {
  readonly step: T;
  readonly label: Label;
  /** What seasonal naive says from the same cutoff; undefined = it has no such history. */
  readonly naive: number | undefined;
}

/** Joins predictions with late labels, page by page. */
export class AccuracyMonitor {
  readonly #store: AccuracyMonitorOptions['store'];
  readonly #past: AccuracyMonitorOptions['past'];
  readonly #clock: Clock;
  readonly #breathe: () => Promise<void>;
  readonly #clocks: Map<string, LabelClock> = new Map();

  constructor(options: AccuracyMonitorOptions) {
    this.#store = options.store;
    this.#past = options.past;
    this.#clock = options.clock;
    this.#breathe = options.breathe;
  }

  /**
   * How good the forecasts made were, on the labels known now.
   * @throws AppError `monitor/invalid-window`, `monitor/unknown-column`
   * Cost: O(predictions in the window × horizon × levels), memory O(page + groups).
   */
  async accuracy(project: Project, query: AccuracyQuery = {}): Promise<AccuracyReport> {
    return (await this.#count(project, query)).report();
  }

  /** The same, of each series by itself and of all of them, in no order. */
  async errorsBySeries(
    project: Project,
    query: Pick<AccuracyQuery, 'fromPeriod' | 'toPeriod'>,
  ): Promise<ErrorsBySeries> {
    return (await this.#count(project, { ...query, groupBy: 'series' })).bySeries();
  }

  /**
   * Joins steps that are no stored predictions with their labels; those that are not due yet are left out.
   * @param pages by ascending period, each of a few hundred steps at most
   * Cost: O(steps), and for each page a task of the engine where its periods are sealed.
   */
  async *labelled<T extends ForecastStepMade>(
    project: Project,
    pages: AsyncIterable<readonly T[]>,
  ): AsyncIterable<readonly LabelledStep<T>[]> {
    const { moment, closed } = await this.#moment(project);
    const season = project.seasons[0] ?? 1;
    for await (const page of pages) {
      const due = page.filter(({ period }) => moment.labelClock.isDue(period, moment));
      const series = [...new Set(due.map(({ seriesId }) => seriesId))].sort();
      const labels = new LabelWindow({
        store: this.#store,
        project,
        latestPeriod: Math.max(moment.latestPeriod ?? moment.projectClock, moment.projectClock),
        closed,
        // The period itself is asked for as one before a cutoff is: rows that label no stored prediction may be sealed.
        season: season + project.horizonSteps,
        past: (range) => this.#past(project.name, range, series),
        breathe: this.#breathe,
      });
      for (const part of nearby(due)) {
        await labels.cover(part.map(({ seriesId, period }) => ({ seriesId, cutoff: period, mean: noSteps })));
        yield part.map((step) => {
          const { seriesId, period, cutoff } = step;
          const naive = labels.before(seriesId, period - season * Math.ceil((period - cutoff) / season));
          const label = labels.at(seriesId, period);
          return { step, label, naive: typeof naive === 'number' ? naive : undefined };
        });
      }
      await this.#breathe();
    }
  }

  /**
   * Every step of the predictions that were served, each once, with its label where it is due and has come.
   * @param query.oneIn only about one prediction in so many
   * Cost: O(predictions in the window × horizon)
   */
  async *steps(
    project: Project,
    query: Pick<AccuracyQuery, 'versionId' | 'fromPeriod' | 'toPeriod'> & { readonly oneIn?: number },
  ): AsyncIterable<readonly ServedStep[]> {
    const { moment, closed } = await this.#moment(project);
    const { fromPeriod = Number.NEGATIVE_INFINITY, toPeriod = Number.POSITIVE_INFINITY } = query;
    const labels = this.#labelWindow(project, moment, closed);
    const once = new StepsOnce();
    for await (const page of this.#pages(project, query)) {
      await labels.cover(page);
      const steps: ServedStep[] = [];
      for (const record of page) {
        for (let lead = once.firstLead(record); lead <= record.mean.length; lead++) {
          const period = record.cutoff + lead;
          if (period < fromPeriod || period > toPeriod) continue;
          const isDue = moment.labelClock.isDue(period, moment);
          const label = isDue ? labels.at(record.seriesId, period) : 'unknown';
          steps.push({ record, lead, period, isDue, label });
        }
      }
      yield steps;
      await this.#breathe();
    }
  }

  #labelWindow(project: Project, moment: AccuracyMoment, closed: KnownClosed): LabelWindow {
    const { latestPeriod, projectClock } = moment;
    return new LabelWindow({
      store: this.#store,
      project,
      latestPeriod: Math.max(latestPeriod ?? projectClock, projectClock),
      closed,
      season: project.seasons[0] ?? 1,
      past: (range) => this.#past(project.name, range),
      breathe: this.#breathe,
    });
  }

  async #moment(project: Project): Promise<{ moment: AccuracyMoment; closed: KnownClosed }> {
    const closed = await KnownClosed.read(this.#store, project);
    const { periodMax } = await this.#store.historyTotals(project.name);
    const moment = {
      latestPeriod: periodMax,
      projectClock: closed.projectClock,
      now: this.#clock.now(),
      labelClock: this.#labelClockOf(project),
    };
    return { moment, closed };
  }

  async #count(project: Project, query: AccuracyQuery): Promise<AccuracyCount> {
    if (query.fromPeriod !== undefined && query.toPeriod !== undefined && query.fromPeriod > query.toPeriod)
      throw new AppError(
        'monitor/invalid-window',
        `the window from period ${query.fromPeriod} to ${query.toPeriod} is reversed: swap them`,
      );
    const { moment, closed } = await this.#moment(project);
    const { column } = query;
    const columnOf =
      column === undefined
        ? undefined
        : await seriesColumn(this.#store, project, { column, breathe: this.#breathe });
    const count = new AccuracyCount(project, query, { ...moment, ...(columnOf && { columnOf }) });
    const labels = this.#labelWindow(project, moment, closed);
    for await (const page of this.#pages(project, query)) {
      await labels.cover(page);
      count.add(page, labels);
      await this.#breathe();
    }
    return count;
  }

  /** Zone tables are slow to open: one clock per grid and zone, which the settings bound. */
  #labelClockOf(project: Project): LabelClock {
    const key = canonicalJson([project.grid, project.timezone]);
    const known = this.#clocks.get(key) ?? new LabelClock(project);
    this.#clocks.set(key, known);
    return known;
  }

  /** Stored predictions that may have steps in the window. */
  async *#pages(
    project: Project,
    query: AccuracyQuery & { readonly oneIn?: number },
  ): AsyncIterable<readonly PredictionRecord[]> {
    const stats = await this.#store.predictionStats(project.name);
    if (stats.cutoffMin === null || stats.cutoffMax === null) return;
    // Step k of a forecast is for cutoff + k, so a target window reaches back by the horizon.
    const cutoffMin =
      query.fromPeriod === undefined ? stats.cutoffMin : query.fromPeriod - project.horizonSteps;
    const cutoffMax = query.toPeriod === undefined ? stats.cutoffMax : query.toPeriod - 1;
    const version = query.versionId === undefined ? {} : { versionId: query.versionId };
    yield* predictionPages(this.#store, project.name, {
      cutoffMin,
      cutoffMax,
      ...version,
      ...(query.oneIn === undefined ? {} : { oneIn: query.oneIn }),
    });
  }
}

const noSteps = new Float64Array(0);

/** Parts of steps, by ascending period, that one window of labels can cover. */
function* nearby<T extends ForecastStepMade>(steps: readonly T[]): Iterable<readonly T[]> {
  let from = 0;
  for (let i = 1; i <= steps.length; i++) {
    const first = steps[from] as T;
    if (i < steps.length && (steps[i] as T).period - first.period <= cutoffSpanMax) continue;
    yield steps.slice(from, i);
    from = i;
  }
}
