// What may be asked of the series of a project.

import type { MoneyAtRisk, Project } from '../../core/index.ts';
import { type ExceptionKind, type Exceptions, exceptionKinds, exceptionsOf } from './exceptions.ts';
import { type ExplainedSeries, type ExplainRequest, explainSeries } from './explain-series.ts';
import type { SeriesPage, SeriesQuery } from './list-series.ts';
import { moneyAtRisk } from './money-at-risk.ts';
import { type OneSeries, type OneSeriesOptions, oneSeries } from './one-series.ts';
import { SeriesCatalog, type SeriesCatalogOptions } from './series-catalog.ts';
import type { SeriesTable } from './series-table.ts';
import { type Totals, totalsOf } from './totals.ts';

export interface SeriesServiceOptions
  extends Omit<SeriesCatalogOptions, 'serving' | 'store' | 'data'>,
    Omit<OneSeriesOptions, 'catalog' | 'store' | 'data'> {
  readonly store: SeriesCatalogOptions['store'] & OneSeriesOptions['store'];
  readonly data: SeriesCatalogOptions['data'] & OneSeriesOptions['data'];
}

export class SeriesService {
  readonly #options: SeriesServiceOptions;
  readonly #catalog: SeriesCatalog;

  constructor(options: SeriesServiceOptions) {
    this.#options = options;
    const { serving } = options;
    this.#catalog = new SeriesCatalog({ ...options, serving: (project) => serving.project(project) });
  }

  /** A page of the series; see `SeriesCatalog.list`. */
  list(project: Project, query: SeriesQuery): Promise<{ table: SeriesTable; page: SeriesPage }> {
    return this.#catalog.list(project, query);
  }

  /** One series with all that is known of it; see `oneSeries`. */
  one(
    project: Project,
    of: { readonly series: string; readonly from?: number | undefined; readonly to?: number | undefined },
  ): Promise<OneSeries> {
    return oneSeries({ ...this.#options, catalog: this.#catalog }, project, of);
  }

  /** Which series need a person; see `exceptionsOf`. */
  async exceptions(
    project: Project,
    of: { readonly kinds?: readonly ExceptionKind[] | undefined; readonly limit: number },
  ): Promise<Exceptions> {
    const { kinds = exceptionKinds, limit } = of;
    return exceptionsOf(await this.#catalog.table(project), { kinds, limit }, this.#options.pause);
  }

  /** What wrong forecasts are expected to cost; see `moneyAtRisk`. */
  async risk(project: Project): Promise<MoneyAtRisk> {
    return moneyAtRisk(await this.#catalog.table(project), this.#options.pause);
  }

  /** Totals over series, by what names them or their attributes; see `totalsOf`. */
  async totals(
    project: Project,
    of: { readonly by: readonly string[]; readonly limit: number },
  ): Promise<Totals> {
    return totalsOf(await this.#catalog.table(project), of, this.#options.pause);
  }

  /** Why the forecast of a series is what it is; see `explainSeries`. */
  explain(project: Project, request: ExplainRequest): Promise<ExplainedSeries> {
    return explainSeries(this.#options, project, request);
  }

  /** Nothing is kept of a project that is gone, or of which the settings have changed. */
  forget(project: string): void {
    this.#catalog.forget(project);
  }
}
