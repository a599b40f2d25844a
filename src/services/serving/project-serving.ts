// What serves one project: a pointer to who answers for each arm, the versions that are loaded for that, and the changes of
// that pointer. Changes run one after another; forecasts never wait for them, they keep the lineup they began with.

import { AppError, type Arm, isSameRouting, type Project, type Routing } from '../../core/index.ts';
import type { VersionRecord } from '../../storage/ports/index.ts';
import { saysNothing } from '../registry/index.ts';
import type { LevelAdaptation } from './adaptation.ts';
import type { ForecastRequest } from './forecast-request.ts';
import { Lineup, numberOf, type Seat } from './lineup.ts';
import { type LoadedVersion, LoadedVersions } from './loaded-versions.ts';
import { RecentRequests } from './recent-requests.ts';
import type { ServedModel } from './served-model.ts';
import type { VersionSource } from './sources.ts';
import { type Failure, isFailure, messageOf } from './trial.ts';
import { VersionIntake } from './version-intake.ts';
import { VersionLoader, type VersionLoaderOptions } from './version-loader.ts';
import { VersionMemory } from './version-memory.ts';

export interface ProjectServingOptions extends Omit<VersionLoaderOptions, 'artifacts' | 'changed'> {
  readonly versions: VersionSource;
  /** Milliseconds of a clock that only goes forward. */
  readonly elapsedMs: () => number;
  /** About the memory for forecasts that may be asked again. */
  readonly cacheBytesMax: number;
}

/** An arm with what is to answer for it, or why that cannot. */
interface Taken {
  readonly seat: Seat;
  readonly named: VersionRecord | undefined;
  readonly failure: Failure | undefined;
}

export class ProjectServing {
  readonly project: Project;
  readonly #options: ProjectServingOptions;
  readonly #loader: VersionLoader;
  readonly #loaded: LoadedVersions = new LoadedVersions();
  #lineup: Lineup | undefined;
  /** Routings asked for so far: one that takes longer to load than the next one to come does not undo that. */
  #routings = 0;
  /** What is kept for each version that is loaded. */
  readonly memory: VersionMemory;
  readonly #requests: RecentRequests = new RecentRequests();
  readonly #intake: VersionIntake;
  #lastChange: Promise<unknown> = Promise.resolve();
  /** Why nothing can be forecast yet; undefined when it can. */
  loading: string | undefined = 'it is being loaded';
  #historyRead = false;

  constructor(options: ProjectServingOptions) {
    this.project = options.project;
    this.#options = options;
    this.memory = new VersionMemory(options.cacheBytesMax);
    this.#loader = new VersionLoader({ ...options, artifacts: options.versions, changed: this.memory });
    this.#intake = new VersionIntake({ ...options, loader: this.#loader, requests: this.#requests });
  }

  /** Who answers now. A request takes it once and keeps it. */
  get lineup(): Lineup {
    if (this.#lineup) return this.#lineup;
    throw new AppError(
      'serving/not-trained',
      `project "${this.project.name}" cannot forecast yet, ${this.loading}: wait until /ready answers 200`,
    );
  }

  /** The version that answers for the champion's arm. */
  get current(): ServedModel {
    return this.lineup.first.served;
  }

  /** As `lineup`, undefined while nothing has been loaded. */
  get answering(): Lineup | undefined {
    return this.#lineup;
  }

  /** As `current`, undefined while nothing has been loaded. */
  get serves(): ServedModel | undefined {
    return this.#lineup?.first.served;
  }

  get previous(): ServedModel | undefined {
    return this.#loaded.previous;
  }

  /** Why a version that the routing names does not serve, or not as it was trained; undefined when all is as promised. */
  get degraded(): string | undefined {
    return this.#lineup?.degraded;
  }

  /** Does a version answer in place of one that the routing names? */
  get standsIn(): boolean {
    return this.#lineup?.standsIn ?? false;
  }

  /** Notes a request that was answered: versions to come are tried with it. */
  remember(request: ForecastRequest): void {
    this.#requests.add(request);
  }

  /** What answers for a version, by its number: it must be loaded. */
  loaded(number: number): ServedModel {
    const found = this.#loaded.get(number);
    if (found) return found.served;
    const numbers = this.#loaded.all().map(numberOf).join(', ');
    throw new AppError(
      'serving/version-not-loaded',
      `version ${number} of project "${this.project.name}" is not loaded: only ${numbers} ${numbers.includes(',') ? 'are' : 'is'}`,
    );
  }

  /**
   * A version that answers does so from now on with these levels.
   * @returns false where the project wants none, the version does not answer, or has those levels already
   */
  adapt(adaptation: LevelAdaptation, versionId: string): boolean {
    if (this.project.adaptCoverage === false) return false;
    const { memory, answering } = this;
    const served = answering?.ofVersion(versionId);
    if (served === undefined) return false;
    if (JSON.stringify(adaptation) === JSON.stringify(memory.levelsOf(served).adaptation)) return false;
    memory.adapt(served, adaptation);
    return true;
  }

  /**
   * Has the versions serve that the routing names, or as near to it as can be: for the champion what serves already, else the
   * last version before it that has served, else the baseline; for another arm the champion. `degraded` says how far that is.
   * @throws AppError `store/…` when nobody can tell
   */
  settle(): Promise<void> {
    return this.#inTurn(async () => {
      try {
        await this.#settle();
        if (this.serves?.version) await this.#loader.catchUpBeside(this.serves);
        else if (!this.#historyRead) this.loading = 'its history is being read';
      } catch (error) {
        if (this.#lineup === undefined) this.loading = messageOf(error);
        throw error;
      }
    });
  }

  async #settle(): Promise<void> {
    const { versions, project } = this.#options;
    const turn = this.#routings;
    const routing = await versions.routing(project.name);
    if (routing === undefined) this.#flip(Lineup.sole(this.serves ?? (await this.#loader.nothing())));
    else if (!this.#isAsNamed(routing)) await this.#seatAll(routing, turn);
  }

  /** Takes in every arm's version, the champion's first, and has them answer. @returns those that cannot */
  async #seatAll(routing: Routing, turn: number): Promise<readonly Taken[]> {
    const [first, ...others] = routing.arms as readonly [Arm, ...Arm[]];
    const champion = await this.#takeChampion(first, routing);
    const taken: Taken[] = [];
    for (const arm of others) taken.push(await this.#take(arm, champion.seat.served));
    if (this.#lineup === undefined || turn === this.#routings)
      this.#flip(new Lineup(routing, [champion.seat, ...taken.map(({ seat }) => seat)]));
    return [champion, ...taken].filter(({ failure }) => failure !== undefined);
  }

  async #takeChampion(arm: Arm, routing: Routing): Promise<Taken> {
    const named = await this.#options.versions.version(this.project.name, arm.version);
    // What has never served shows first that it can, beside what has.
    const isNew = named.provenAt === null || named.refusal !== null;
    if (isNew && !this.serves?.version) await this.#serveFormer(routing);
    const loaded = await this.#takeIn(named);
    if (!isFailure(loaded)) return { seat: seatOf(arm, loaded), named, failure: undefined };
    if (!isNew && !this.serves?.version) await this.#serveFormer(routing);
    const served = this.serves ?? (await this.#loader.nothing());
    return { seat: { arm, served, degraded: wordsOf(named, loaded) }, named, failure: loaded };
  }

  async #take(arm: Arm, champion: ServedModel): Promise<Taken> {
    const named = await this.#options.versions.version(this.project.name, arm.version);
    const loaded = await this.#takeIn(named);
    if (!isFailure(loaded)) return { seat: seatOf(arm, loaded), named, failure: undefined };
    return { seat: { arm, served: champion, degraded: wordsOf(named, loaded) }, named, failure: loaded };
  }

  /** The last version before the named one that can be loaded answers for all arms. */
  async #serveFormer(routing: Routing): Promise<void> {
    const served = await this.#intake.former();
    if (served === undefined) return;
    const degraded = `version ${routing.arms[0]?.version} is being tried`;
    const [first, ...others] = routing.arms.map((arm) => ({ arm, served, degraded }));
    this.#flip(new Lineup(routing, [first as Seat, ...others]));
  }

  /** @returns the version, fit to serve, or why it must not, or cannot, serve */
  async #takeIn(named: VersionRecord): Promise<LoadedVersion | Failure> {
    return this.#loaded.ofId(named.id) ?? (await this.#intake.take(named, this.serves));
  }

  /** Applies rows committed since the last time, to every version that is loaded. */
  catchUp(): Promise<void> {
    return this.#inTurn(async () => {
      for (const served of this.#loaded.all()) await this.#loader.catchUp(served);
      if (this.serves === undefined) return;
      await this.#loader.catchUpBeside(this.serves);
      this.#historyRead = true;
      this.loading = undefined;
    });
  }

  /**
   * Tries a version beside the one that serves: load, verify, take in what came since, forecast a sample and the last real
   * requests. One that proves is kept for the routing that will name it.
   * @returns why it must not serve; undefined when it may
   * @throws AppError `store/unavailable`, `store/busy`: nothing was found out
   */
  async prove(version: VersionRecord): Promise<string | undefined> {
    // What is loaded has proved, and waits for no other change.
    if (this.#loaded.ofId(version.id) !== undefined) return undefined;
    return await this.#inTurn(async () => {
      // Somebody may have asked for the same meanwhile: a second copy would take the place of the one that answers.
      if (this.#loaded.ofId(version.id) !== undefined) return undefined;
      const tried = await this.#intake.tried(version, this.serves);
      if (isFailure(tried)) {
        if (saysNothing(tried.cause)) throw tried.cause;
        return tried.reason;
      }
      this.#loaded.prepare(tried);
      return undefined;
    });
  }

  /** Lets go of a version that proved and was not named since. */
  forgetPrepared(versionId: string): void {
    this.#loaded.forgetPrepared(versionId, this.#lineup);
  }

  /**
   * Divides requests by a routing: at once when its versions are loaded, else once each has proved that it can serve.
   * @throws AppError `serving/swap-refused`: what serves in place of the version goes on serving
   */
  async route(routing: Routing): Promise<void> {
    const turn = ++this.#routings;
    if (this.#isAsNamed(routing) || this.#flipAtOnce(routing)) return;
    await this.#inTurn(async () => {
      const [failed] = await this.#seatAll(routing, turn);
      if (failed?.named === undefined || failed.failure === undefined) return;
      const { reason, cause, refused } = failed.failure;
      if (saysNothing(cause)) throw cause;
      const { id: versionId, number } = failed.named;
      throw new AppError(
        'serving/swap-refused',
        `version ${number} of project "${this.project.name}" does not serve: ${reason}`,
        { cause, details: { versionId, number, reason, refused } },
      );
    });
  }

  #isAsNamed(routing: Routing): boolean {
    const lineup = this.#lineup;
    return lineup !== undefined && !lineup.standsIn && isSameRouting(routing, lineup.routing);
  }

  /** @returns false when a version has to be loaded first */
  #flipAtOnce(routing: Routing): boolean {
    const seats: Seat[] = [];
    for (const arm of routing.arms) {
      const loaded = this.#loaded.get(arm.version);
      if (loaded === undefined) return false;
      seats.push(seatOf(arm, loaded));
    }
    const [first, ...others] = seats;
    if (first !== undefined) this.#flip(new Lineup(routing, [first, ...others]));
    return first !== undefined;
  }

  #flip(next: Lineup): void {
    this.#loaded.serve(next, this.#lineup);
    this.memory.share(this.#loaded.all(), next, this.serves);
    this.#lineup = next;
    if (next.first.served.version !== null) this.loading = undefined;
  }

  /** Runs changes one at a time; a failed one does not stop the next. */
  #inTurn<T>(change: () => Promise<T>): Promise<T> {
    const turn = this.#lastChange.then(change, change);
    this.#lastChange = turn.catch(() => undefined);
    return turn;
  }
}

function seatOf(arm: Arm, { served, changed }: LoadedVersion): Seat {
  const degraded = changed === undefined ? undefined : `version ${arm.version} has changed: ${changed}`;
  return { arm, served, degraded };
}

function wordsOf({ number }: VersionRecord, { reason, refused }: Failure): string {
  return `version ${number} ${refused ? 'was refused' : 'could not be loaded'}: ${reason}`;
}
