// Serving of all projects: who answers, what changes it, and how it stands. Knows nothing of HTTP.

import { AppError, type Clock, type IdSource, type Project, periodLabel } from '../../core/index.ts';
import type { VersionRecord } from '../../storage/ports/index.ts';
import type { LevelAdaptation } from './adaptation.ts';
import type { Asker } from './asker.ts';
import { FairQueue } from './fair-queue.ts';
import type { CacheCounts } from './forecast-cache.ts';
import type { ForecastRequest, ForecastResponse } from './forecast-request.ts';
import { type ForecastAnswer, responseOf } from './forecast-response.ts';
import { decodeServable } from './from-forecaster.ts';
import type { HolidaySource } from './holiday-reader.ts';
import { PredictionLog } from './prediction-log.ts';
import type { ProjectServing } from './project-serving.ts';
import { replenish } from './replenish.ts';
import {
  checkPositions,
  type ReplenishmentRequest,
  type ReplenishmentResponse,
} from './replenishment-request.ts';
import { type AskedOf, RequestPath } from './request-path.ts';
import type { DecodeServable } from './servable.ts';
import type { ObservationSource, ServingStore, VersionSource } from './sources.ts';
import { breathe, type ServingTimers } from './timers.ts';
import { type ServingLog, WhatServes } from './what-serves.ts';

export interface ServingOptions {
  readonly store: ServingStore;
  readonly registry: VersionSource;
  readonly data: ObservationSource;
  readonly clock: Clock;
  readonly timers: ServingTimers;
  readonly ids: IdSource;
  readonly log: ServingLog;
  /** Series of one request at most; default: as many as fit into an answer. */
  readonly forecastSeriesMax?: number;
  /** What calendars say of periods. */
  readonly holidays: HolidaySource;
  /** Memory for forecasts that may be asked again, all projects together; 0 = none are kept. Default 64. */
  readonly cacheMegabytes?: number;
  /** A request that would wait longer is refused; default 5 s. */
  readonly waitMsMax?: number;
  /** Levels adapted to the labels known now; default: levels as they are. */
  readonly adaptation?: (project: Project) => Promise<LevelAdaptation>;
  /** Reads an artifact; default: the forecaster of `models`. */
  readonly decode?: DecodeServable;
}

/** What serves a project now. */
export interface ServingStatus {
  readonly project: string;
  /** False while the baseline answers for everything. */
  readonly trained: boolean;
  readonly version: { readonly id: string; readonly number: number } | null;
  readonly previous: { readonly id: string; readonly number: number } | null;
  readonly series: number;
  /** How far the project as a whole has come, as people write it: see `ServedModel.clock`; null before any data. */
  readonly cutoffAt: string | null;
  readonly cutoff: number | null;
  /** Batches up to this one are in the hot state. */
  readonly batchSeq: number;
  /** Corrections of periods inside the champion's snapshot: they count at the next training. */
  readonly correctionsInside: number;
  readonly predictionsWaiting: number;
  /** Series that requests wait to have computed. */
  readonly forecastsWaiting: number;
  /** Forecasts held for the next request. */
  readonly cache: CacheCounts;
  /** What is not as promised, in words; null when all is well. */
  readonly degraded: string | null;
  /** Why nothing can be forecast yet; null when it can. */
  readonly loading: string | null;
}

/** Quiet time after new rows before forecasts are made ready: rows of one day often come in several batches. */
const quietMs = 100;
const megabyte = 1024 * 1024;

export class Serving {
  readonly #options: ServingOptions;
  readonly #what: WhatServes;
  readonly #log: PredictionLog;
  readonly #queue: FairQueue;
  readonly #path: RequestPath;
  readonly #soon: Map<ProjectServing, unknown> = new Map();
  readonly #breathe: () => Promise<void>;
  #stopped = false;

  constructor(options: ServingOptions) {
    this.#options = options;
    const { timers, clock, ids, forecastSeriesMax = Number.POSITIVE_INFINITY } = options;
    this.#log = new PredictionLog(options);
    this.#queue = new FairQueue({ timers, waitMsMax: options.waitMsMax ?? 5_000 });
    this.#path = new RequestPath({
      log: this.#log,
      queue: this.#queue,
      clock,
      ids,
      timers,
      forecastSeriesMax,
    });
    this.#breathe = () => breathe(options.timers);
    const { registry: versions, data: observations, cacheMegabytes = 64, decode = decodeServable } = options;
    this.#what = new WhatServes({
      ...options,
      versions,
      observations,
      decode,
      cacheBytes: cacheMegabytes * megabyte,
      breathe: this.#breathe,
      onLoaded: (serving) => this.#adaptAtStart(serving),
      onSwapped: (serving) => this.#makeReadySoon(serving),
    });
  }

  /**
   * Loads every project's champion and replays what came after its snapshot. One that cannot be loaded is stood in for by the
   * version before it, by the baseline where there is none, and tried again; so is a store that does not answer.
   */
  async start(projects: readonly Project[]): Promise<void> {
    await this.#what.start(projects);
  }

  /** A restarted server forecasts as the one before it did; labels that cannot be read are no reason not to. */
  async #adaptAtStart(serving: ProjectServing): Promise<void> {
    const { adaptation, log } = this.#options;
    if (adaptation === undefined || serving.project.adaptCoverage === false) return;
    try {
      serving.adapt(await adaptation(serving.project));
    } catch (error) {
      log.error({ project: serving.project.name, reason: String(error) }, 'levels not adapted');
    }
  }

  /** Forecasts of a project from now on come with these levels. */
  adapt(projectName: string, adaptation: LevelAdaptation): void {
    const serving = this.project(projectName);
    if (serving.adapt(adaptation)) this.#makeReadySoon(serving);
  }

  /** The project with everything that serves it. @throws AppError `serving/unknown-project` */
  project(name: string): ProjectServing {
    return this.#what.project(name);
  }

  /**
   * Forecasts and stores the predictions; resolves when they are durable.
   * @throws AppError `serving/unknown-project`, `serving/unknown-series`, `serving/not-trained`,
   * `serving/horizon-too-long`, `serving/invalid-levels`, `serving/invalid-future`, `serving/request-too-large`, `serving/overloaded`,
   * `serving/deadline-exceeded`, `serving/abandoned`, `serving/version-not-loaded`, `serving/stopped`
   */
  async answer(projectName: string, request: ForecastRequest, by: AskedOf = {}): Promise<ForecastAnswer> {
    if (this.#stopped) throw new AppError('serving/stopped', 'the server is shutting down: ask again later');
    return await this.#path.answer(this.project(projectName), request, by);
  }

  /** As `answer`, in the shape of the API. */
  async forecast(projectName: string, request: ForecastRequest): Promise<ForecastResponse> {
    return responseOf(await this.answer(projectName, request));
  }

  /**
   * What to order, most urgent first, from forecasts that are stored as those of `answer` are.
   * @throws AppError as `answer`, and `serving/invalid-position`
   */
  async replenish(
    projectName: string,
    request: ReplenishmentRequest,
    asker: Asker = {},
  ): Promise<ReplenishmentResponse> {
    const { project, current: served } = this.project(projectName);
    const positions = checkPositions(project, request, (seriesId) => served.cutoffOf(seriesId));
    const { levels } = served.model;
    // Every level that was calibrated: the paths follow the whole curve.
    const answer = await this.answer(
      projectName,
      {
        series: positions.map(({ series }) => series),
        ...(levels.length === 0 ? {} : { quantiles: levels }),
      },
      asker,
    );
    return replenish({ served, positions, answer, breathe: this.#breathe });
  }

  /** Takes in what was committed since the last time. Call after an ingest to forecast from it at once. */
  async catchUp(projectName: string): Promise<void> {
    const serving = this.project(projectName);
    await serving.catchUp();
    this.#makeReadySoon(serving);
  }

  /** Once new rows have stopped coming, what they made too old is computed again before it is asked for. */
  #makeReadySoon(serving: ProjectServing): void {
    const { timers, log } = this.#options;
    timers.clearTimeout(this.#soon.get(serving));
    const handle = timers.setTimeout(() => {
      this.#soon.delete(serving);
      if (this.#stopped) return;
      this.#path.makeReady(serving).catch((error: unknown) => {
        log.error({ project: serving.project.name, reason: String(error) }, 'forecasts not made ready');
      });
    }, quietMs);
    this.#soon.set(serving, handle);
  }

  /** See `WhatServes.prove`. */
  prove(projectName: string, version: VersionRecord): Promise<string | undefined> {
    return this.#what.prove(projectName, version);
  }

  /** See `WhatServes.swap`. */
  swap(projectName: string, version: VersionRecord): Promise<void> {
    return this.#what.swap(projectName, version);
  }

  /** Has the version serve that the alias names now; see `WhatServes.swap`. */
  async follow(projectName: string): Promise<void> {
    const version = await this.#options.registry.champion(projectName);
    if (version !== undefined) await this.swap(projectName, version);
  }

  status(projectName: string): ServingStatus {
    const serving = this.project(projectName);
    const { serves, previous, project, degraded, loading } = serving;
    const cutoff = serves?.clock ?? Number.NEGATIVE_INFINITY;
    const hasData = Number.isFinite(cutoff);
    return {
      project: projectName,
      trained: serves?.version != null,
      version: brief(serves?.version),
      previous: brief(previous?.version),
      series: serves?.seriesCount ?? 0,
      cutoffAt: hasData ? periodLabel(project.grid, cutoff) : null,
      cutoff: hasData ? cutoff : null,
      batchSeq: serves?.batchSeq ?? 0,
      correctionsInside: serves?.hot.correctionsInside ?? 0,
      predictionsWaiting: this.#log.waiting,
      forecastsWaiting: this.#queue.waiting,
      cache: serving.memory.counts,
      degraded: degraded ?? null,
      loading: loading ?? null,
    };
  }

  /** Names of the projects served. */
  projectNames(): string[] {
    return this.#what.projectNames();
  }

  /** Stores what waits; later requests are refused. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#what.stop();
    for (const handle of this.#soon.values()) this.#options.timers.clearTimeout(handle);
    await this.#log.stop();
  }
}

function brief(version: VersionRecord | null | undefined): ServingStatus['version'] {
  return version ? { id: version.id, number: version.number } : null;
}
