// The request path: one answer from the version that serves, durable before it is given. Knows nothing of HTTP.

import { AppError, type Clock, type IdSource, type Project, periodLabel } from '../core/index.ts';
import type { PredictionRecord, VersionRecord } from '../store/ports.ts';
import { askOf, checkSize, type ForecastRequest, type ForecastResponse } from './forecast-request.ts';
import { type ForecastAnswer, responseOf } from './forecast-response.ts';
import { decodeServable } from './from-forecaster.ts';
import { FuturePlans, type HolidaySource } from './future-plans.ts';
import { PredictionLog } from './prediction-log.ts';
import { ProjectServing } from './project-serving.ts';
import { replenish } from './replenish.ts';
import {
  checkPositions,
  type ReplenishmentRequest,
  type ReplenishmentResponse,
} from './replenishment-request.ts';
import type { DecodeServable, ForecastAsk } from './servable.ts';
import type { BaselineReason, ServedModel } from './served-model.ts';
import type { ArtifactSource, ObservationSource, ServingStore } from './sources.ts';
import { breathe, type ServingTimers } from './timers.ts';

export interface ServingLog {
  info(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface ServingOptions {
  readonly store: ServingStore;
  readonly registry: ArtifactSource;
  readonly data: ObservationSource;
  readonly clock: Clock;
  readonly timers: ServingTimers;
  readonly ids: IdSource;
  readonly log: ServingLog;
  /** Series of one request at most; default: as many as fit into an answer. */
  readonly forecastSeriesMax?: number;
  /** What calendars say of the periods ahead; default: nothing. */
  readonly holidays?: HolidaySource;
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
  /** Newest period, as people write it; null before any data. */
  readonly cutoffAt: string | null;
  readonly cutoff: number | null;
  /** Batches up to this one are in the hot state. */
  readonly batchSeq: number;
  /** Corrections of periods inside the champion's snapshot: they count at the next training. */
  readonly correctionsInside: number;
  readonly predictionsWaiting: number;
  /** What is not as promised, in words; null when all is well. */
  readonly degraded: string | null;
}

const arm = 'champion';
/** Version id of answers given while there is no champion. */
const noVersion = 'baseline';
/** Series forecast between two breaths. */
const sliceSize = 128;
const unknownShown = 5;

export class Serving {
  readonly #options: ServingOptions;
  readonly #projects: Map<string, ProjectServing> = new Map();
  readonly #log: PredictionLog;
  readonly #breathe: () => Promise<void>;
  #stopped = false;

  constructor(options: ServingOptions) {
    this.#options = options;
    this.#log = new PredictionLog(options);
    this.#breathe = () => breathe(options.timers);
  }

  /** Loads every project's champion and replays what came after its snapshot. A project without one is served by the baseline. */
  async start(projects: readonly Project[]): Promise<void> {
    const { registry, store, data, log, decode = decodeServable } = this.#options;
    for (const project of projects) {
      const serving = new ProjectServing({
        project,
        artifacts: registry,
        observations: data,
        snapshots: store,
        decode,
        breathe: this.#breathe,
      });
      await serving.start(await registry.champion(project.name));
      if (serving.degraded)
        log.error({ project: project.name, reason: serving.degraded }, 'champion not loaded');
      this.#projects.set(project.name, serving);
    }
  }

  /** The project with everything that serves it. @throws AppError `serving/unknown-project` */
  project(name: string): ProjectServing {
    const serving = this.#projects.get(name);
    if (serving) return serving;
    const names = [...this.#projects.keys()].slice(0, 20).join(', ') || 'none';
    throw new AppError('serving/unknown-project', `no project "${name}": there is ${names}`, {
      details: { project: name },
    });
  }

  /**
   * Forecasts and stores the predictions; resolves when they are durable.
   * @throws AppError `serving/unknown-project`, `serving/unknown-series`, `serving/not-trained`,
   * `serving/horizon-too-long`, `serving/invalid-levels`, `serving/invalid-future`, `serving/request-too-large`, `serving/overloaded`, `serving/stopped`
   */
  async answer(projectName: string, request: ForecastRequest): Promise<ForecastAnswer> {
    if (this.#stopped) throw new AppError('serving/stopped', 'the server is shutting down: ask again later');
    const { project, current: served, planned } = this.project(projectName);
    const ask = askOf(project, request, served.model.levels);
    const seriesIds = seriesOf(served, request);
    const { forecastSeriesMax = Number.POSITIVE_INFINITY, holidays = () => null } = this.#options;
    checkSize(seriesIds.length, ask.horizon, forecastSeriesMax);
    const { horizon } = ask;
    const { cutoff } = served;
    const plans = new FuturePlans(project, {
      columns: served.model.knownColumns ?? [],
      planned,
      cutoff,
      horizon,
      seriesIds,
      future: request.future,
      holidays,
    });
    const answer = await this.#forecastAll(served, seriesIds, { ask, cutoff, plans });
    await this.#log.append(answer.predictions);
    return answer;
  }

  /** As `answer`, in the shape of the API. */
  async forecast(projectName: string, request: ForecastRequest): Promise<ForecastResponse> {
    return responseOf(await this.answer(projectName, request));
  }

  /**
   * What to order, most urgent first, from forecasts that are stored as those of `answer` are.
   * @throws AppError as `answer`, and `serving/invalid-position`
   */
  async replenish(projectName: string, request: ReplenishmentRequest): Promise<ReplenishmentResponse> {
    const { project, current: served } = this.project(projectName);
    const positions = checkPositions(project, request, served.cutoff);
    const { levels } = served.model;
    // Every level that was calibrated: the paths follow the whole curve.
    const answer = await this.answer(projectName, {
      series: positions.map(({ series }) => series),
      ...(levels.length === 0 ? {} : { quantiles: levels }),
    });
    return replenish({ served, positions, answer, breathe: this.#breathe });
  }

  async #forecastAll(
    served: ServedModel,
    seriesIds: readonly string[],
    // The cutoff is taken once: rows that arrive while a long request is under way do not change it.
    { ask, cutoff, plans }: { ask: ForecastAsk; cutoff: number; plans: FuturePlans },
  ): Promise<ForecastAnswer> {
    const { ids, clock } = this.#options;
    const { project, version } = served;
    const looksAhead = (served.model.knownColumns ?? []).length > 0;
    const requestId = ids.next('req');
    const madeAt = clock.now();
    const versionId = version?.id ?? noVersion;
    const predictions: PredictionRecord[] = [];
    const reasons: (BaselineReason | null)[] = [];
    const unknown: string[] = [];
    for (const [i, seriesId] of seriesIds.entries()) {
      if (i > 0 && i % sliceSize === 0) await this.#breathe();
      const future = looksAhead ? plans.of(seriesId) : undefined;
      const told = future ? { ...ask, future: future.values } : ask;
      const forecast = served.forecast(seriesId, cutoff, told);
      if (!forecast) {
        unknown.push(seriesId);
        continue;
      }
      const { mean, quantiles, source, reason } = forecast;
      const id = ids.next('prd');
      const { levels } = ask;
      const base = { id, requestId, project: project.name, seriesId, versionId, arm, source };
      const covariates = source === 'model' && future ? { covariates: future.record } : {};
      const sample = served.sample({ id, seriesId, cutoff, source, count: seriesIds.length }, told);
      predictions.push({ ...base, cutoff, madeAt, levels, mean, quantiles, ...covariates, ...sample });
      reasons.push(reason);
    }
    if (unknown.length > 0) throw unknownSeries(served, unknown);
    const model = { name: project.name, version: version?.number ?? 0, arm };
    const missingCovariates = [...plans.missing];
    const { levels } = ask;
    return { requestId, model, grid: project.grid, cutoff, levels, predictions, reasons, missingCovariates };
  }

  /** Takes in what was committed since the last time. Call after an ingest to forecast from it at once. */
  catchUp(projectName: string): Promise<void> {
    return this.project(projectName).catchUp();
  }

  /**
   * Makes a version serve, by proof, and tells the world (`swap.done`, `swap.refused`).
   * @throws AppError `serving/swap-refused`: what served before goes on serving
   */
  async swap(projectName: string, version: VersionRecord): Promise<void> {
    const serving = this.project(projectName);
    const { clock, log } = this.#options;
    const from = clock.now();
    const about = { project: projectName, versionId: version.id, number: version.number };
    try {
      if (!(await serving.swap(version)).changed) return;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      log.error({ ...about, reason }, 'swap refused');
      await this.#emit(projectName, 'swap.refused', { versionId: version.id, reason });
      throw error;
    }
    const ms = clock.now() - from;
    log.info({ ...about, ms }, 'swapped');
    await this.#emit(projectName, 'swap.done', { versionId: version.id, ms });
  }

  /**
   * Goes back to the version before at once; the caller then moves the alias.
   * @throws AppError `serving/no-rollback`
   */
  rollback(projectName: string): VersionRecord {
    return this.project(projectName).rollback();
  }

  async #emit(project: string, type: string, data: Record<string, string | number>): Promise<void> {
    await this.#options.store.appendEvent({ at: this.#options.clock.now(), project, type, data });
  }

  status(projectName: string): ServingStatus {
    const serving = this.project(projectName);
    const { current, previous, project, degraded } = serving;
    const hasData = Number.isFinite(current.cutoff);
    return {
      project: projectName,
      trained: current.version !== null,
      version: brief(current.version),
      previous: brief(previous?.version),
      series: current.seriesCount,
      cutoffAt: hasData ? periodLabel(project.grid, current.cutoff) : null,
      cutoff: hasData ? current.cutoff : null,
      batchSeq: current.batchSeq,
      correctionsInside: current.hot.correctionsInside,
      predictionsWaiting: this.#log.waiting,
      degraded: degraded ?? null,
    };
  }

  /** Names of the projects served. */
  projectNames(): string[] {
    return [...this.#projects.keys()];
  }

  /** Stores what waits; later requests are refused. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#log.stop();
  }
}

/** The series asked for, once each. */
function seriesOf(served: ServedModel, request: ForecastRequest): readonly string[] {
  const all = request.series === undefined;
  const ids = [...new Set(request.series ?? served.seriesIds())];
  if (!Number.isFinite(served.cutoff) || (all && ids.length === 0)) throw notTrained(served);
  const unknown = ids.filter((id) => !served.knows(id));
  if (unknown.length > 0) throw unknownSeries(served, unknown);
  return ids;
}

function unknownSeries(served: ServedModel, unknown: readonly string[]): AppError {
  if (!served.version && served.seriesCount === 0 && !Number.isFinite(served.cutoff))
    return notTrained(served);
  const shown = unknown.slice(0, unknownShown);
  const names = shown.map((id) => `"${id.slice(0, 100)}"`).join(', ');
  const more = unknown.length > shown.length ? ` and ${unknown.length - shown.length} more` : '';
  return new AppError(
    'serving/unknown-series',
    `nothing is known of series ${names}${more} in project "${served.project.name}": send observations first`,
    { details: { series: shown.map((id) => id.slice(0, 100)), count: unknown.length } },
  );
}

function notTrained(served: ServedModel): AppError {
  return new AppError(
    'serving/not-trained',
    `project "${served.project.name}" has no champion, and no recent rows of it have been read: send history if there is none, and train it`,
    { details: { project: served.project.name, retryAfterSeconds: 10 } },
  );
}

function brief(version: VersionRecord | null | undefined): ServingStatus['version'] {
  return version ? { id: version.id, number: version.number } : null;
}
