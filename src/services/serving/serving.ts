// Serving of all projects: who answers, what changes it, and how it stands. Knows nothing of HTTP.

import { AppError, type Clock, type IdSource, type Project, type Split } from '../../core/index.ts';
import type { PredictionRecord, VersionRecord } from '../../storage/ports/index.ts';
import type { LevelAdaptation } from './adaptation.ts';
import type { Asker } from './asker.ts';
import { ExposureLog } from './exposure-log.ts';
import { FairQueue } from './fair-queue.ts';
import { foldedPositions, foldedRequest } from './folded-request.ts';
import type { ForecastRequest, ForecastResponse } from './forecast-request.ts';
import { type ForecastAnswer, responseOf } from './forecast-response.ts';
import { decodeServable } from './from-forecaster.ts';
import { GroupCommit } from './group-commit.ts';
import type { HolidaySource } from './holiday-reader.ts';
import { type Preview, previewOf } from './preview.ts';
import type { ProjectServing } from './project-serving.ts';
import { replenish } from './replenish.ts';
import {
  checkPositions,
  type ReplenishmentRequest,
  type ReplenishmentResponse,
} from './replenishment-request.ts';
import { type AskedOf, RequestPath } from './request-path.ts';
import type { DecodeServable } from './servable.ts';
import type { ServedModel } from './served-model.ts';
import { type ServingStatus, statusOf } from './serving-status.ts';
import type { ObservationSource, OverrideSource, ServingStore, VersionSource } from './sources.ts';
import { breathe, type ServingTimers } from './timers.ts';
import { type ServingLog, WhatServes } from './what-serves.ts';
import { standingIn } from './with-overrides.ts';

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
  /** Levels of a version adapted to the labels known now; default: levels as they are. */
  readonly adaptation?: (project: Project, versionId: string) => Promise<LevelAdaptation>;
  /** Reads an artifact; default: the forecaster of `models`. */
  readonly decode?: DecodeServable;
  /** Which arm a unit has, where a routing has several; default: by its bucket. */
  readonly split?: Split;
  /** Numbers of people beside those of models; default: there are none. */
  readonly overrides?: OverrideSource;
}

/** Quiet time after new rows before forecasts are made ready: rows of one day often come in several batches. */
const quietMs = 100;
const megabyte = 1024 * 1024;

export class Serving {
  readonly #options: ServingOptions;
  readonly #what: WhatServes;
  readonly #log: GroupCommit<PredictionRecord>;
  readonly #exposures: ExposureLog;
  readonly #queue: FairQueue;
  readonly #path: RequestPath;
  readonly #soon: Map<ProjectServing, unknown> = new Map();
  readonly #breathe: () => Promise<void>;
  #stopped = false;

  constructor(options: ServingOptions) {
    this.#options = options;
    const { store, timers, clock, ids, split, forecastSeriesMax = Number.POSITIVE_INFINITY } = options;
    this.#log = new GroupCommit({
      what: 'forecasts',
      write: (predictions) => store.appendPredictions(predictions),
      timers,
    });
    this.#exposures = new ExposureLog({ store, clock, timers });
    this.#queue = new FairQueue({ timers, waitMsMax: options.waitMsMax ?? 5_000 });
    this.#path = new RequestPath({
      log: this.#log,
      exposures: this.#exposures,
      queue: this.#queue,
      clock,
      ids,
      timers,
      forecastSeriesMax,
      split,
      overrides: options.overrides,
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
      onLoaded: (serving) => this.#adaptAll(serving),
      onRouted: (serving) => {
        void this.#adaptAll(serving);
        this.#makeReadySoon(serving);
      },
    });
  }

  /**
   * Loads every project's champion and replays what came after its snapshot. One that cannot be loaded is stood in for by the
   * version before it, by the baseline where there is none, and tried again; so is a store that does not answer.
   */
  async start(projects: readonly Project[]): Promise<void> {
    await this.#what.start(projects);
    for (const { name } of projects) await this.#loadOverrides(name);
  }

  /** Serves a project that was added, or has other settings; see `WhatServes.take`. */
  async take(project: Project): Promise<void> {
    await this.#what.take(project);
    await this.#loadOverrides(project.name);
  }

  /** The project is served no more: who asks for it is told that there is none. */
  drop(projectName: string): void {
    const serving = this.#what.drop(projectName);
    if (serving === undefined) return;
    this.#options.timers.clearTimeout(this.#soon.get(serving));
    this.#soon.delete(serving);
  }

  /** Where they cannot be read now, who follows their events reads them as soon as they can be. */
  async #loadOverrides(projectName: string): Promise<void> {
    const { overrides, log } = this.#options;
    try {
      await overrides?.load(projectName);
    } catch (error) {
      log.error({ project: projectName, reason: String(error) }, 'overrides not loaded');
    }
  }

  /** A restarted server forecasts as the one before it did; labels that cannot be read are no reason not to. */
  async #adaptAll(serving: ProjectServing): Promise<void> {
    const { adaptation, log } = this.#options;
    const { project, answering } = serving;
    if (adaptation === undefined || project.adaptCoverage === false) return;
    try {
      for (const versionId of answering?.versionIds() ?? [])
        if (serving.adapt(await adaptation(project, versionId), versionId)) this.#makeReadySoon(serving);
    } catch (error) {
      log.error({ project: project.name, reason: String(error) }, 'levels not adapted');
    }
  }

  /** Forecasts of a version, which one of the arms has, from now on come with these levels. */
  adapt(projectName: string, adaptation: LevelAdaptation, versionId: string): void {
    const serving = this.project(projectName);
    if (serving.adapt(adaptation, versionId)) this.#makeReadySoon(serving);
  }

  /** The versions that answer for a project, by id; none while the baseline does. */
  versionsOf(projectName: string): readonly string[] {
    return this.project(projectName).answering?.versionIds() ?? [];
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
    const serving = this.project(projectName);
    return await this.#path.answer(serving, foldedRequest(serving.project, request), by);
  }

  /** What one series would be answered now, stored nowhere; see `previewOf`. */
  preview(projectName: string, request: ForecastRequest & { readonly series: readonly [string] }): Preview {
    const serving = this.project(projectName);
    const { split, overrides } = this.#options;
    const preview = previewOf(serving, foldedRequest(serving.project, request), split);
    const standing = request.future === undefined ? overrides?.of(projectName, preview.seriesId) : undefined;
    const { cutoff, ask } = preview;
    return { ...preview, overrides: standingIn(standing, { cutoff, steps: ask.horizon }) };
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
    const { project, current, lineup } = this.project(projectName);
    const positions = checkPositions(project, foldedPositions(project, request), (seriesId) =>
      current.cutoffOf(seriesId),
    );
    // Every level that was calibrated: the paths follow the whole curve.
    const levels = lineup.levels();
    const answer = await this.answer(
      projectName,
      {
        series: positions.map(({ series }) => series),
        ...(levels.length === 0 ? {} : { quantiles: levels }),
      },
      asker,
    );
    const servedOf = (versionId: string): ServedModel => lineup.ofVersion(versionId) ?? current;
    return replenish({ project, servedOf, positions, answer, breathe: this.#breathe });
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

  /** Divides requests as the registry says now; see `WhatServes.route`. Before the first promotion nothing changes. */
  async follow(projectName: string): Promise<void> {
    const routing = await this.#options.registry.routing(projectName);
    if (routing !== undefined) await this.#what.route(projectName, routing);
  }

  status(projectName: string): ServingStatus {
    const waiting = { predictionsWaiting: this.#log.waiting, forecastsWaiting: this.#queue.waiting };
    return statusOf(this.project(projectName), waiting);
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
    await Promise.all([this.#log.stop(), this.#exposures.stop()]);
  }
}
