// Forecasts of many series that can be made again: by one version, from what was known as of one batch, whatever came later.
// They are those that a request would have been answered with at that moment, bit for bit.

import { AppError } from '../../core/index.ts';
import type { HistoryPage, SeriesAttributes, VersionRecord } from '../../storage/ports/index.ts';
import { adaptFor, type LevelAdaptation } from './adaptation.ts';
import { askOf, type ForecastRequest } from './forecast-request.ts';
import { FuturePlans } from './future-plans.ts';
import type { FutureRequest } from './future-request.ts';
import type { HolidaySource } from './holiday-reader.ts';
import type { ForecastAsk } from './servable.ts';
import type { ServedModel, SourcedForecast } from './served-model.ts';
import type { ObservationSource, SnapshotSource } from './sources.ts';
import { VersionLoader, type VersionLoaderOptions } from './version-loader.ts';

/** Rows and attributes as they were when a batch was the last. */
export interface PinnedSource extends Required<ObservationSource> {
  attributesSince(
    project: string,
    from: { readonly afterSeq: number; readonly batchSeqMax?: number },
  ): AsyncIterable<readonly SeriesAttributes[]>;
}

export interface PinnedForecastsOptions
  extends Pick<VersionLoaderOptions, 'project' | 'artifacts' | 'decode' | 'breathe'> {
  readonly version: VersionRecord | undefined;
  readonly observations: PinnedSource;
  readonly snapshots: SnapshotSource;
  /** What calendars say of periods. */
  readonly holidays: HolidaySource;
  /** The last batch whose rows count. */
  readonly batchSeqMax: number;
  /** Levels as labels had adapted them; {} = as they are. */
  readonly adaptation: LevelAdaptation;
  /**
   * Series of the model that will be asked for; its others are not followed, which saves their states. Called once, with all of
   * them. New series are always followed. Default: all.
   */
  readonly wanted?: (seriesIds: readonly string[]) => (seriesId: string) => boolean;
}

/** A forecast with what it looked at of the periods to come; see `FuturePlans`. */
export interface PinnedForecast extends SourcedForecast {
  /** The newest closed period of the series as of the batch: step 1 is the one after it. */
  readonly cutoff: number;
  /** Columns known ahead of which some step was unknown. */
  readonly missing: readonly string[];
  readonly covariates: ReturnType<FuturePlans['of']>['record'] | undefined;
}

export class PinnedForecasts {
  readonly #served: ServedModel;
  readonly #adaptation: LevelAdaptation;

  private constructor(served: ServedModel, { adaptation }: Pick<PinnedForecastsOptions, 'adaptation'>) {
    this.#served = served;
    this.#adaptation = adaptation;
  }

  /** @throws AppError whatever the artifact, its snapshot or the rows since cannot be read for: the baseline does not step in */
  static async open(options: PinnedForecastsOptions): Promise<PinnedForecasts> {
    const { version, wanted } = options;
    const loader = new VersionLoader({
      ...options,
      wanted: wanted && (({ seriesIds }) => wanted(seriesIds)),
      observations: upTo(options),
      // Nothing is asked twice, so nothing is kept that could grow old.
      changed: { forget: () => {}, clear: () => {} },
    });
    const served = version === undefined ? await loader.nothing() : await loader.load(version);
    const golden = served.model.goldenFault?.();
    if (golden !== undefined)
      throw new AppError('serving/swap-refused', `version ${version?.number} has changed: ${golden}`);
    await loader.catchUp(served);
    await loader.catchUpBeside(served);
    return new PinnedForecasts(served, options);
  }

  /** Number of the version; 0 = none, the baseline answers. */
  get version(): number {
    return this.#served.version?.number ?? 0;
  }

  /** Every series that can be forecast: the model's in its order, then new ones by id. */
  seriesIds(): string[] {
    const { seriesIds } = this.#served.model;
    const fresh: string[] = [];
    for (const id of this.#served.seriesIds()) if (!this.#served.hasLearnt(id)) fresh.push(id);
    return [...seriesIds, ...fresh.sort()];
  }

  knows(seriesId: string): boolean {
    return this.#served.knows(seriesId);
  }

  /** The period before the first step of a series. */
  cutoffOf(seriesId: string): number {
    return this.#served.cutoffOf(seriesId);
  }

  /** @throws AppError `serving/horizon-too-long`, `serving/invalid-levels` */
  askOf(request: ForecastRequest): ForecastAsk {
    const ask = askOf(this.#served.project, request, this.#served.model.levels);
    return { ...ask, adapt: adaptFor(ask.levels, this.#adaptation) };
  }

  /**
   * Makes the forecasts of some series, one at a time; undefined where nothing can be said.
   * @param of.future plans that come before those of the data
   * @throws AppError `serving/invalid-future`
   */
  *forecasts(of: {
    readonly seriesIds: readonly string[];
    readonly ask: ForecastAsk;
    readonly future?: FutureRequest | undefined;
  }): Generator<PinnedForecast | undefined> {
    const served = this.#served;
    const { project, covariates: planned } = served;
    const { seriesIds, ask, future } = of;
    const columns = served.model.knownColumns ?? [];
    const cutoffs = seriesIds.map((seriesId) => served.cutoffOf(seriesId));
    const { horizon } = ask;
    const plans = new FuturePlans(project, { columns, planned, horizon, seriesIds, cutoffs, future });
    for (const [i, seriesId] of seriesIds.entries()) {
      const cutoff = cutoffs[i] as number;
      const ahead = columns.length > 0 ? plans.of(seriesId, cutoff) : undefined;
      const told = ahead ? { ...ask, future: ahead.values } : ask;
      const forecast = served.forecast(seriesId, cutoff, told);
      yield forecast && {
        ...forecast,
        cutoff,
        missing: ahead?.missing ?? [],
        covariates: forecast.source === 'model' ? ahead?.record : undefined,
      };
    }
  }
}

/** The source as it was when that batch was the last. */
function upTo({
  observations: source,
  batchSeqMax,
}: Pick<PinnedForecastsOptions, 'observations' | 'batchSeqMax'>): ObservationSource {
  async function* cut<Row extends { readonly batchSeq: number }>(
    pages: AsyncIterable<readonly Row[]>,
  ): AsyncGenerator<Row[]> {
    for await (const page of pages) {
      yield page.filter((row) => row.batchSeq <= batchSeqMax);
      // Rows come in the order of their batches.
      if ((page.at(-1)?.batchSeq ?? 0) > batchSeqMax) return;
    }
  }
  async function* cutPages(pages: AsyncIterable<HistoryPage>): AsyncGenerator<HistoryPage> {
    for await (const { rows, closings } of pages) {
      yield {
        rows: rows.filter((row) => row.batchSeq <= batchSeqMax),
        closings: closings.filter(({ seq }) => seq <= batchSeqMax),
      };
      if ((rows.at(-1)?.batchSeq ?? 0) > batchSeqMax) return;
    }
  }
  return {
    observationsSince: (project, batchSeq) => cutPages(source.observationsSince(project, batchSeq)),
    covariatesSince: (project, from) => cut(source.covariatesSince(project, from)),
    attributesSince: (project, from) => source.attributesSince(project, { ...from, batchSeqMax }),
  };
}
