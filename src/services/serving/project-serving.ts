// What serves one project: a pointer to the version that answers, the one before it, and the changes of that pointer.
// Changes run one after another; forecasts never wait for them, they keep the version they began with.

import { AppError, type Project } from '../../core/index.ts';
import type { VersionRecord } from '../../storage/ports/index.ts';
import { saysNothing, walkBack } from '../registry/index.ts';
import type { LevelAdaptation } from './adaptation.ts';
import type { ForecastRequest } from './forecast-request.ts';
import { reasonToRefuse } from './proof.ts';
import { RecentRequests } from './recent-requests.ts';
import type { ServedModel } from './served-model.ts';
import type { VersionSource } from './sources.ts';
import { type Failure, isFailure, loadOr, messageOf, tryVersion } from './trial.ts';
import { VersionLoader, type VersionLoaderOptions } from './version-loader.ts';
import { VersionMemory } from './version-memory.ts';

export interface ProjectServingOptions extends Omit<VersionLoaderOptions, 'artifacts' | 'changed'> {
  readonly versions: VersionSource;
  /** Milliseconds of a clock that only goes forward. */
  readonly elapsedMs: () => number;
  /** About the memory for forecasts that may be asked again. */
  readonly cacheBytesMax: number;
}

export class ProjectServing {
  readonly project: Project;
  readonly #options: ProjectServingOptions;
  readonly #loader: VersionLoader;
  #current: ServedModel | undefined;
  #previous: ServedModel | undefined;
  /** Has proved that it can serve, and waits for the alias to move. */
  #prepared: ServedModel | undefined;
  /** What is kept for each version that is loaded. */
  readonly memory: VersionMemory;
  readonly #requests: RecentRequests = new RecentRequests();
  #lastChange: Promise<unknown> = Promise.resolve();
  /** Why the version that the alias names does not serve, or not as it was trained; undefined when all is as promised. */
  degraded: string | undefined;
  /** Does a version answer in place of the one that the alias names? */
  standsIn = false;
  /** Why nothing can be forecast yet; undefined when it can. */
  loading: string | undefined = 'it is being loaded';
  #historyRead = false;

  constructor(options: ProjectServingOptions) {
    this.project = options.project;
    this.#options = options;
    this.memory = new VersionMemory(options.cacheBytesMax);
    this.#loader = new VersionLoader({ ...options, artifacts: options.versions, changed: this.memory });
  }

  /** The version that answers now. A request takes it once and keeps it. */
  get current(): ServedModel {
    if (this.#current) return this.#current;
    throw new AppError(
      'serving/not-trained',
      `project "${this.project.name}" cannot forecast yet, ${this.loading}: wait until /ready answers 200`,
    );
  }

  /** As `current`, undefined while nothing has been loaded. */
  get serves(): ServedModel | undefined {
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

  /** The version that serves forecasts from now on with these levels. @returns false where the project wants none, or has those already */
  adapt(adaptation: LevelAdaptation): boolean {
    if (this.project.adaptCoverage === false) return false;
    const { current, memory } = this;
    if (JSON.stringify(adaptation) === JSON.stringify(memory.levelsOf(current).adaptation)) return false;
    memory.adapt(current, adaptation);
    return true;
  }

  /**
   * Has the version serve that the alias names, or as near to it as can be: what serves already, else the last version before
   * it that has served, else the baseline. `degraded` says how far that is.
   * @throws AppError `store/…` when nobody can tell
   */
  settle(): Promise<void> {
    return this.#inTurn(async () => {
      try {
        await this.#settle();
        if (this.#current?.version) await this.#loader.catchUpBeside(this.#current);
        else if (!this.#historyRead) this.loading = 'its history is being read';
      } catch (error) {
        if (this.#current === undefined) this.loading = messageOf(error);
        throw error;
      }
    });
  }

  async #settle(): Promise<void> {
    const { versions, project } = this.#options;
    const named = await versions.champion(project.name);
    if (named === undefined || named.id === this.#current?.version?.id) {
      this.#current ??= await this.#loader.nothing();
      if (named === undefined || this.standsIn) this.#asPromised();
      return;
    }
    // What has never served shows first that it can, beside what has.
    const isNew = named.provenAt === null || named.refusal !== null;
    if (isNew && !this.#current?.version) await this.#serveFormer();
    const failure = await this.#takeIn(named);
    if (failure === undefined) return;
    if (!isNew && !this.#current?.version) await this.#serveFormer();
    this.#current ??= await this.#loader.nothing();
    this.#standIn(named, failure);
  }

  /** The last version before the named one that can be loaded; none of them may have been refused. */
  async #serveFormer(): Promise<void> {
    const { versions, project, breathe } = this.#options;
    const former = await versions.formerChampions(project.name);
    const served = await walkBack(former, async (version) => {
      const loaded = await this.#loader.load(version);
      const mayServe =
        version.provenAt !== null || (await reasonToRefuse(loaded, undefined, breathe)) === undefined;
      return mayServe ? loaded : undefined;
    });
    if (served !== undefined) this.#flip(served);
  }

  /** Makes the version serve that the alias names. @returns why not; undefined when it does */
  async #takeIn(named: VersionRecord): Promise<Failure | undefined> {
    const ready = this.#upToDate(named.id);
    if (ready !== undefined) return this.#flip(ready);
    const { versions } = this.#options;
    // Whatever it was refused for may only show with requests.
    if (named.refusal !== null && this.#requests.all().length === 0)
      return { reason: named.refusal.reason, refused: true };
    const isProven = named.provenAt !== null && named.refusal === null;
    if (isProven && !this.#current?.version) {
      // It served before: better it than an older one, and somebody should know.
      const served = await loadOr(this.#loader, named);
      if (isFailure(served)) return served;
      this.#flip(served);
      const golden = served.model.goldenFault?.();
      if (golden !== undefined) this.degraded = `version ${named.number} has changed: ${golden}`;
      return undefined;
    }
    const tried = await this.#tried(named);
    if (isFailure(tried)) {
      if (tried.refused) await versions.markRefused(named.id, tried.reason);
      return tried;
    }
    await versions.markProven(named.id);
    return this.#flip(tried);
  }

  /** Applies rows committed since the last time, to every version that is loaded. */
  catchUp(): Promise<void> {
    return this.#inTurn(async () => {
      for (const served of [this.#current, this.#previous, this.#prepared])
        if (served !== undefined) await this.#loader.catchUp(served);
      if (this.#current === undefined) return;
      await this.#loader.catchUpBeside(this.#current);
      this.#historyRead = true;
      this.loading = undefined;
    });
  }

  /**
   * Tries a version beside the one that serves: load, verify, take in what came since, forecast a sample and the last real
   * requests. One that proves is kept for the swap.
   * @returns why it must not serve; undefined when it may
   * @throws AppError `store/unavailable`, `store/busy`: nothing was found out
   */
  async prove(version: VersionRecord): Promise<string | undefined> {
    // What serves, or did a moment ago, waits for no other change.
    if (this.#upToDate(version.id) !== undefined) return undefined;
    return await this.#inTurn(async () => {
      const tried = await this.#tried(version);
      if (isFailure(tried)) {
        if (saysNothing(tried.cause)) throw tried.cause;
        return tried.reason;
      }
      this.#prepared = tried;
      return undefined;
    });
  }

  /** Lets go of a version that proved and was not made the champion. */
  forgetPrepared(versionId: string): void {
    if (this.#prepared?.version?.id === versionId) this.#prepared = undefined;
  }

  /**
   * Makes the version serve that the alias names: at once when it is loaded, else once it has proved that it can.
   * @throws AppError `serving/swap-refused`; whatever serves goes on serving
   */
  async swap(version: VersionRecord): Promise<{ changed: boolean }> {
    if (this.#current?.version?.id === version.id) {
      if (this.standsIn) this.#asPromised();
      return { changed: false };
    }
    const ready = this.#upToDate(version.id);
    if (ready !== undefined) {
      this.#flip(ready);
      return { changed: true };
    }
    return await this.#inTurn(async () => {
      const failure = await this.#takeIn(version);
      if (failure === undefined) return { changed: true };
      if (saysNothing(failure.cause)) throw failure.cause;
      this.#standIn(version, failure);
      const { reason, cause, refused } = failure;
      throw new AppError(
        'serving/swap-refused',
        `version ${version.number} of project "${this.project.name}" does not serve: ${reason}`,
        { cause, details: { versionId: version.id, reason, refused } },
      );
    });
  }

  #upToDate(versionId: string): ServedModel | undefined {
    return [this.#current, this.#previous, this.#prepared].find((one) => one?.version?.id === versionId);
  }

  #flip(next: ServedModel): undefined {
    if (next !== this.#current) this.#previous = this.#current;
    if (next === this.#prepared) this.#prepared = undefined;
    this.#current = next;
    this.memory.serves(next, [next, this.#previous, this.#prepared]);
    this.loading = undefined;
    this.#asPromised();
  }

  #asPromised(): void {
    this.degraded = undefined;
    this.standsIn = false;
  }

  #standIn({ number }: VersionRecord, { reason, refused }: Failure): void {
    this.degraded = `version ${number} ${refused ? 'was refused' : 'could not be loaded'}: ${reason}`;
    this.standsIn = true;
  }

  #tried(version: VersionRecord): Promise<ServedModel | Failure> {
    const { breathe, elapsedMs } = this.#options;
    const of = { loader: this.#loader, requests: this.#requests.all(), breathe, elapsedMs };
    return tryVersion(version, { ...of, serving: this.#current });
  }

  /** Runs changes one at a time; a failed one does not stop the next. */
  #inTurn<T>(change: () => Promise<T>): Promise<T> {
    const turn = this.#lastChange.then(change, change);
    this.#lastChange = turn.catch(() => undefined);
    return turn;
  }
}
