// Accuracy on real demand: every stored prediction joined with the labels known now. Nothing is kept between questions,
// so a correction of old data restates every figure by itself.

import { AppError, type Clock, canonicalJson, type Project } from '../../core/index.ts';
import type { HistoryStore, PredictionRecord, PredictionStore } from '../../storage/ports/index.ts';
import type { SealedPast } from '../data/index.ts';
import {
  AccuracyCount,
  type AccuracyQuery,
  type AccuracyReport,
  type ErrorsBySeries,
} from './accuracy-count.ts';
import { KnownClosed } from './known-closed.ts';
import { LabelClock } from './label-clock.ts';
import { LabelWindow } from './labels.ts';
import { predictionPages } from './prediction-pages.ts';

export interface AccuracyMonitorOptions {
  readonly store: Pick<PredictionStore, 'scanPredictions' | 'predictionStats'> &
    Pick<HistoryStore, 'readActuals' | 'historyTotals' | 'readClosings' | 'closingBatches'>;
  /** Demand that has left the tail: the season before the first forecasts, which the baseline repeats. */
  readonly past: (
    project: string,
    range: { readonly from: number; readonly to: number },
  ) => Promise<SealedPast>;
  readonly clock: Clock;
  /** Lets waiting I/O run; called after every page of predictions. */
  readonly breathe: () => Promise<void>;
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
   * @throws AppError `monitor/invalid-window`
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

  async #count(project: Project, query: AccuracyQuery): Promise<AccuracyCount> {
    if (query.fromPeriod !== undefined && query.toPeriod !== undefined && query.fromPeriod > query.toPeriod)
      throw new AppError(
        'monitor/invalid-window',
        `the window from period ${query.fromPeriod} to ${query.toPeriod} is reversed: swap them`,
      );
    const closed = await KnownClosed.read(this.#store, project);
    const { projectClock } = closed;
    const { periodMax } = await this.#store.historyTotals(project.name);
    const count = new AccuracyCount(project, query, {
      latestPeriod: periodMax,
      projectClock,
      now: this.#clock.now(),
      labelClock: this.#labelClockOf(project),
    });
    const labels = new LabelWindow({
      store: this.#store,
      project,
      latestPeriod: Math.max(periodMax ?? projectClock, projectClock),
      closed,
      season: project.seasons[0] ?? 1,
      past: (range) => this.#past(project.name, range),
      breathe: this.#breathe,
    });
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
  async *#pages(project: Project, query: AccuracyQuery): AsyncIterable<readonly PredictionRecord[]> {
    const stats = await this.#store.predictionStats(project.name);
    if (stats.cutoffMin === null || stats.cutoffMax === null) return;
    // Step k of a forecast is for cutoff + k, so a target window reaches back by the horizon.
    const cutoffMin =
      query.fromPeriod === undefined ? stats.cutoffMin : query.fromPeriod - project.horizonSteps;
    const cutoffMax = query.toPeriod === undefined ? stats.cutoffMax : query.toPeriod - 1;
    const version = query.versionId === undefined ? {} : { versionId: query.versionId };
    yield* predictionPages(this.#store, project.name, { cutoffMin, cutoffMax, ...version });
  }
}
