// The tables of series that are kept: one per project, made behind the requests when something new has come, and those that cursors
// still go through.

import type { Clock, CovariateValues, Project } from '../../core/index.ts';
import type { HistoryStore, PredictionStore } from '../../storage/ports/index.ts';
import type { DataService } from '../data/index.ts';
import type { AccuracyMonitor } from '../monitor/index.ts';
import type { ProjectServing } from '../serving/index.ts';
import { buildTable } from './build-table.ts';
import { listSeries, revisionOf, type SeriesPage, type SeriesQuery } from './list-series.ts';
import { priceColumn } from './price-column.ts';
import type { SeriesTable } from './series-table.ts';
import type { Pause } from './slices.ts';
import { latelyPeriods, valuePeriods, yearBack } from './windows.ts';

export interface SeriesCatalogOptions {
  readonly store: Pick<HistoryStore, 'historyTotals' | 'projectClock'> &
    Pick<PredictionStore, 'scanPredictions'>;
  readonly data: Pick<DataService, 'seriesFigures' | 'attributesSince'>;
  readonly monitor: Pick<AccuracyMonitor, 'errorsBySeries'>;
  readonly serving: (project: string) => Pick<ProjectServing, 'serves'>;
  readonly clock: Clock;
  readonly pause: Pause;
}

interface Kept {
  readonly project: Project;
  readonly basis: string;
  readonly table: SeriesTable;
  /** Milliseconds that it took to make, and when, by the clock that only goes forward, it was done. */
  readonly tookMs: number;
  readonly doneAt: number;
}

/** A table that is made faster than this is waited for, so that what was sent a moment ago is in it. */
const quickMs = 300;
/** One that takes longer is made no more often than this many times as long. */
const restFactor = 10;
const predictionPage = 128;
/** Tables that cursors go through, and for how long. */
const pagedMax = 4;
const pagedMs = 600_000;

export class SeriesCatalog {
  readonly #options: SeriesCatalogOptions;
  readonly #kept: Map<string, Kept> = new Map();
  readonly #running: Map<string, Promise<SeriesTable>> = new Map();
  /** By revision, the one that was read last at the end. */
  readonly #paged: Map<number, { readonly table: SeriesTable; at: number }> = new Map();
  #revision: number;

  constructor(options: SeriesCatalogOptions) {
    this.#options = options;
    // Another process, or this one started anew, gives other numbers.
    this.#revision = options.clock.now() * 1000;
  }

  /** One page of the series of a project. @throws AppError `series/invalid-cursor` */
  async list(project: Project, query: SeriesQuery): Promise<{ table: SeriesTable; page: SeriesPage }> {
    const { pause } = this.#options;
    const revision = revisionOf(query);
    const table = this.#pagedTable(project, revision) ?? (await this.table(project));
    const page = await listSeries(table, query, pause);
    if (page.next !== null) this.#keepPaged(table);
    return { table, page };
  }

  /** All series as they stand: of the newest rows where the table is made quickly, else of some time before. */
  async table(project: Project): Promise<SeriesTable> {
    const { pause } = this.#options;
    const kept = this.#kept.get(project.name);
    const basis = await this.#basisOf(project);
    if (kept?.project === project && kept.basis === basis) return kept.table;
    const isRested = kept === undefined || pause.elapsedMs() - kept.doneAt >= restFactor * kept.tookMs;
    const mustWait = kept === undefined || kept.project !== project || kept.tookMs < quickMs;
    if (!mustWait && !isRested) return kept.table;
    const running = this.#running.get(project.name) ?? this.#make(project, basis);
    if (mustWait) return await running;
    // What fails is tried again by who asks next.
    running.catch(() => undefined);
    return kept.table;
  }

  /** Nothing is kept of a project that is gone, or of which the settings have changed. */
  forget(project: string): void {
    this.#kept.delete(project);
    for (const [revision, { table }] of this.#paged)
      if (table.project.name === project) this.#paged.delete(revision);
  }

  #make(project: Project, basis: string): Promise<SeriesTable> {
    const { pause } = this.#options;
    const began = pause.elapsedMs();
    const making = this.#build(project)
      .then((table) => {
        const doneAt = pause.elapsedMs();
        this.#kept.set(project.name, { project, basis, table, tookMs: doneAt - began, doneAt });
        return table;
      })
      .finally(() => this.#running.delete(project.name));
    this.#running.set(project.name, making);
    return making;
  }

  /** What a table depends on, as a text. */
  async #basisOf({ name }: Project): Promise<string> {
    const { store, serving } = this.#options;
    const [{ batchSeq }, clock] = await Promise.all([store.historyTotals(name), store.projectClock(name)]);
    return [batchSeq, clock, serving(name).serves?.version?.id, serving(name).serves?.batchSeq].join();
  }

  async #build(project: Project): Promise<SeriesTable> {
    const { store, data, monitor, serving, clock, pause } = this.#options;
    const { name } = project;
    const served = serving(name).serves;
    const { batchSeq, periodMax } = await store.historyTotals(name);
    const closed = served?.clock ?? Number.NEGATIVE_INFINITY;
    const to = Number.isFinite(closed) ? closed : ((await store.projectClock(name)) ?? periodMax);
    const price = priceColumn(project.columns);
    const attributes = new Map<string, CovariateValues>();
    if ((project.columns.static ?? []).length > 0)
      for await (const rows of data.attributesSince(name, { afterSeq: 0 })) {
        for (const row of rows) attributes.set(row.seriesId, row.attributes);
        await pause.breathe();
      }
    const back = yearBack(project);
    // Without years nothing is asked of the year before.
    const before =
      to === null || back === null
        ? { from: 0, to: -1 }
        : { from: to + 1 - back, to: to + project.horizonSteps - back };
    const figures =
      to === null || periodMax === null
        ? null
        : await data.seriesFigures(project, {
            from: to - valuePeriods(project) + 1,
            to,
            before,
            price: price?.kind === 'varying' ? price.name : null,
          });
    const errors =
      to === null
        ? null
        : await monitor.errorsBySeries(project, { fromPeriod: to - latelyPeriods(project) + 1 });
    const revision = ++this.#revision;
    const ahead = to === null ? new Map<string, Float64Array>() : await this.#ahead(project, to);
    const lastYear = back === null ? null : before;
    const at = clock.now();
    return await buildTable(
      { project, revision, at, batchSeq, served, figures, errors, attributes, ahead, lastYear },
      pause,
    );
  }

  /** The whole horizon that was forecast from a cutoff, by series, as they were served. Cost: O(forecasts of that cutoff). */
  async #ahead(project: Project, cutoff: number): Promise<Map<string, Float64Array>> {
    const { store, pause } = this.#options;
    const found = new Map<string, Float64Array>();
    for (let after: { cutoff: number; id: string } | undefined; ; ) {
      const page = await store.scanPredictions(project.name, {
        cutoffMin: cutoff,
        cutoffMax: cutoff,
        purpose: 'served',
        limit: predictionPage,
        ...(after === undefined ? {} : { after }),
      });
      for (const { seriesId, mean } of page)
        if (mean.length >= project.horizonSteps) found.set(seriesId, mean.slice(0, project.horizonSteps));
      const last = page.at(-1);
      if (last === undefined || page.length < predictionPage) return found;
      after = { cutoff: last.cutoff, id: last.id };
      await pause.breathe();
    }
  }

  #pagedTable(project: Project, revision: number | undefined): SeriesTable | undefined {
    if (revision === undefined) return undefined;
    const found = this.#paged.get(revision);
    if (found?.table.project !== project) return undefined;
    this.#keepPaged(found.table);
    return found.table;
  }

  #keepPaged(table: SeriesTable): void {
    const at = this.#options.pause.elapsedMs();
    this.#paged.delete(table.revision);
    this.#paged.set(table.revision, { table, at });
    for (const [revision, one] of this.#paged)
      if (this.#paged.size > pagedMax || at - one.at > pagedMs) this.#paged.delete(revision);
  }
}
