// What serves one project: a pointer to the version that answers, the one before it, and the changes of that pointer.
// Changes run one after another; forecasts never wait for them, they keep the version they began with.

import { AppError, isAppError, type Project } from '../../core/index.ts';
import type { AttributeValues } from '../../forecasting/models/index.ts';
import type { VersionRecord } from '../../storage/ports/index.ts';
import type { LevelAdaptation } from './adaptation.ts';
import { ForecastCache } from './forecast-cache.ts';
import type { ForecastRequest } from './forecast-request.ts';
import type { HolidaySource } from './holiday-reader.ts';
import { reasonToRefuse } from './proof.ts';
import { RecentRequests } from './recent-requests.ts';
import { reasonFromRequests } from './replay-proof.ts';
import { type DecodeServable, nothingLearnt, type Servable } from './servable.ts';
import { ServedModel } from './served-model.ts';
import type { ArtifactSource, ObservationSource, SnapshotSource } from './sources.ts';

export interface ProjectServingOptions {
  readonly project: Project;
  readonly artifacts: ArtifactSource;
  readonly observations: ObservationSource;
  readonly snapshots: SnapshotSource;
  readonly holidays: HolidaySource;
  readonly decode: DecodeServable;
  readonly breathe: () => Promise<void>;
  /** Milliseconds of a clock that only goes forward. */
  readonly elapsedMs: () => number;
  /** About the memory for forecasts that may be asked again. */
  readonly cacheBytesMax: number;
  /** Series of a version that will be asked for: the states of its others are not followed. Default: all. */
  readonly wanted?: ((model: Servable) => (seriesId: string) => boolean) | undefined;
}

export class ProjectServing {
  readonly project: Project;
  readonly #options: ProjectServingOptions;
  #current: ServedModel | undefined;
  #previous: ServedModel | undefined;
  /** Forecasts of the version that serves, as long as nothing of their series changes. */
  readonly cache: ForecastCache;
  readonly #requests: RecentRequests = new RecentRequests();
  /** Attributes of series that the serving model does not know. */
  readonly #described: Map<string, AttributeValues> = new Map();
  #describedSeq = 0;
  #lastChange: Promise<unknown> = Promise.resolve();
  /** Levels adapted to the labels that have come; {} = levels as they are. */
  adaptation: LevelAdaptation = {};
  /** Counts the changes of `adaptation`: equal numbers mean equal levels. */
  calibration = 0;
  /** Why the champion named by the registry does not serve; undefined when it does or there is none. */
  degraded: string | undefined;

  constructor(options: ProjectServingOptions) {
    this.project = options.project;
    this.#options = options;
    this.cache = new ForecastCache(options.cacheBytesMax);
  }

  /** The version that answers now. A request takes it once and keeps it. */
  get current(): ServedModel {
    if (!this.#current)
      throw new AppError(
        'serving/not-trained',
        `project "${this.project.name}" has not been started: wait until /ready answers 200`,
      );
    return this.#current;
  }

  /** Notes a request that was answered: versions to come are tried with it. */
  remember(request: ForecastRequest): void {
    this.#requests.add(request);
  }

  get previous(): ServedModel | undefined {
    return this.#previous;
  }

  /** What answers for a version, by its number: only the one that serves and the one before it are loaded. */
  loaded(number: number): ServedModel {
    const found = [this.#current, this.#previous].find((served) => served?.version?.number === number);
    if (found) return found;
    throw new AppError(
      'serving/version-not-loaded',
      `version ${number} of project "${this.project.name}" is not loaded: only the champion and the version before it are`,
    );
  }

  /** Forecasts from now on with these levels. @returns false where the project wants none, or has those already */
  adapt(adaptation: LevelAdaptation): boolean {
    if (this.project.adaptCoverage === false) return false;
    if (JSON.stringify(adaptation) === JSON.stringify(this.adaptation)) return false;
    this.adaptation = adaptation;
    this.calibration++;
    return true;
  }

  /** Loads what serves first: the champion, or the baseline while there is none or it cannot be loaded. */
  start(champion: VersionRecord | undefined): Promise<void> {
    return this.#inTurn(async () => {
      if (champion) {
        try {
          this.#current = await this.#load(champion);
          await this.#catchUpBeside(this.#current);
          // It served before: better it than the baseline, and somebody should know.
          const golden = this.#current.model.goldenFault?.();
          if (golden !== undefined) this.degraded = `version ${champion.number} has changed: ${golden}`;
          return;
        } catch (error) {
          this.degraded = `version ${champion.number} could not be loaded: ${messageOf(error)}`;
        }
      }
      this.#current = await this.#openNothing();
    }).then(() => {
      // A history without a champion may be long: it is read while forecasts wait for their first rows.
      if (!this.#current?.version) this.#catchUpLater();
    });
  }

  #catchUpLater(): void {
    this.catchUp().catch((error: unknown) => {
      this.degraded = `recent rows could not be read: ${messageOf(error)}`;
    });
  }

  /** Applies rows committed since the last time, to the version that serves and to the one before it. */
  catchUp(): Promise<void> {
    return this.#inTurn(() => this.#catchUp());
  }

  /**
   * Makes a version serve: load, verify, take in what came since, forecast a sample and the last real requests, check, and
   * only then move the pointer.
   * @throws AppError `serving/swap-refused`; whatever serves goes on serving
   */
  swap(version: VersionRecord): Promise<{ changed: boolean }> {
    return this.#inTurn(async () => {
      if (this.#current?.version?.id === version.id) return { changed: false };
      if (this.#previous?.version?.id === version.id) {
        this.#flip(this.#previous);
        return { changed: true };
      }
      const candidate = await this.#prove(version);
      await this.#catchUpOne(candidate);
      this.#flip(candidate);
      return { changed: true };
    });
  }

  /**
   * Goes back to the version before, which is still loaded and up to date: no store, no network, at once.
   * @throws AppError `serving/no-rollback`
   */
  rollback(): VersionRecord {
    const previous = this.#previous;
    if (!previous?.version)
      throw new AppError(
        'serving/no-rollback',
        `project "${this.project.name}" has no earlier version loaded: promote one by its number`,
      );
    this.#flip(previous);
    return previous.version;
  }

  #flip(next: ServedModel): void {
    this.#previous = this.#current;
    this.#current = next;
    this.degraded = undefined;
  }

  async #prove(version: VersionRecord): Promise<ServedModel> {
    let reason: string | undefined;
    let cause: unknown;
    try {
      const candidate = await this.#load(version);
      const { breathe, elapsedMs } = this.#options;
      reason = await reasonToRefuse(candidate, this.#current, breathe);
      if (reason === undefined && this.#current?.version) {
        const requests = this.#requests.all();
        const of = { requests, breathe, elapsedMs };
        reason = await reasonFromRequests(candidate, this.#current, of);
      }
      if (reason === undefined) return candidate;
    } catch (error) {
      // A store that cannot be reached says nothing about the version: whoever asked tries again.
      if (isAppError(error, 'store/unavailable') || isAppError(error, 'store/busy')) throw error;
      cause = error;
      reason = messageOf(error);
    }
    this.degraded = `version ${version.number} was refused: ${reason}`;
    throw new AppError(
      'serving/swap-refused',
      `version ${version.number} of project "${this.project.name}" does not serve: ${reason}`,
      { cause, details: { versionId: version.id, reason } },
    );
  }

  async #load(version: VersionRecord): Promise<ServedModel> {
    const { artifacts, snapshots, decode, breathe } = this.#options;
    const model = await decode(await artifacts.loadArtifact(version), breathe);
    const snapshot = await snapshots.getSnapshot(version.snapshotId ?? 'none');
    if (!snapshot)
      throw new AppError(
        'serving/swap-refused',
        `snapshot ${version.snapshotId} of version ${version.number} is not in the store`,
      );
    const { batchSeqMax: batchSeq, periodMax } = snapshot;
    const served = await ServedModel.open({
      project: this.project,
      version,
      model,
      batchSeq,
      periodMax,
      described: this.#described,
      holidays: this.#options.holidays,
      wanted: this.#options.wanted?.(model),
      breathe,
    });
    await this.#readPlans(served);
    await this.#catchUpOne(served);
    return served;
  }

  #openNothing(): Promise<ServedModel> {
    return ServedModel.open({
      project: this.project,
      version: null,
      model: nothingLearnt,
      batchSeq: 0,
      periodMax: Number.NEGATIVE_INFINITY,
      described: this.#described,
      holidays: this.#options.holidays,
      breathe: this.#options.breathe,
    });
  }

  async #catchUp(): Promise<void> {
    if (this.#current) await this.#catchUpOne(this.#current);
    if (this.#previous) await this.#catchUpOne(this.#previous);
    if (this.#current) await this.#catchUpBeside(this.#current);
  }

  /** Plans that are older than a version's snapshot and reach past it: of new series they are in no artifact. */
  async #readPlans(served: ServedModel): Promise<void> {
    const { observations, breathe } = this.#options;
    if (!served.looksBesideDemand || observations.covariatesSince === undefined) return;
    const from = { afterSeq: 0, periodMin: served.cutoff + 1 };
    for await (const rows of observations.covariatesSince(this.project.name, from)) {
      served.readPlans(rows);
      if ((rows.at(-1)?.batchSeq ?? 0) > served.batchSeq) return;
      await breathe();
    }
  }

  /** Attributes of series that the serving model does not know. */
  async #catchUpBeside(served: ServedModel): Promise<void> {
    const { observations, breathe } = this.#options;
    const { name, columns } = this.project;
    if ((columns.static ?? []).length === 0 || observations.attributesSince === undefined) return;
    let newest = this.#describedSeq;
    for await (const rows of observations.attributesSince(name, { afterSeq: this.#describedSeq })) {
      for (const { seriesId, attributes, batchSeq } of rows) {
        if (!served.hasLearnt(seriesId)) this.#described.set(seriesId, attributes);
        this.cache.forget(seriesId);
        newest = Math.max(newest, batchSeq);
      }
      await breathe();
    }
    // Only now: the rows come by series, not by batch.
    this.#describedSeq = newest;
  }

  async #catchUpOne(served: ServedModel): Promise<void> {
    let newest = served.batchSeq;
    for await (const { rows } of this.#options.observations.observationsSince(
      this.project.name,
      served.batchSeq,
    )) {
      const { sharedChanges } = served.covariates;
      served.observe(rows);
      for (const { seriesId } of rows) this.cache.forget(seriesId);
      if (served.covariates.sharedChanges !== sharedChanges) this.cache.clear();
      newest = Math.max(newest, rows.at(-1)?.batchSeq ?? newest);
      await this.#options.breathe();
    }
    // Only now: a page may end in the middle of a batch.
    served.batchSeq = newest;
  }

  /** Runs changes one at a time; a failed one does not stop the next. */
  #inTurn<T>(change: () => Promise<T>): Promise<T> {
    const turn = this.#lastChange.then(change, change);
    this.#lastChange = turn.catch(() => undefined);
    return turn;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
