// Which version serves each project, and what changes that: the start, a promotion, the alias moved by another process, and
// tries again of what could not be taken in. Changes of one project run one after another; see `ProjectServing`.

import {
  AppError,
  type Clock,
  type EventData,
  isAppError,
  type NewEvent,
  type Project,
  type Routing,
} from '../../core/index.ts';
import type { VersionRecord } from '../../storage/ports/index.ts';
import { BackOff } from './back-off.ts';
import type { Lineup } from './lineup.ts';
import { ProjectServing, type ProjectServingOptions } from './project-serving.ts';
import type { ServingStore } from './sources.ts';
import type { ServingTimers } from './timers.ts';
import { messageOf } from './trial.ts';

export interface ServingLog {
  info(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface WhatServesOptions
  extends Pick<ProjectServingOptions, 'versions' | 'observations' | 'holidays' | 'decode' | 'breathe'> {
  readonly store: Pick<ServingStore, 'getSnapshot' | 'readClosings' | 'readUnsettled' | 'appendEvent'>;
  readonly clock: Clock;
  readonly timers: ServingTimers;
  readonly log: ServingLog;
  /** Memory for forecasts that may be asked again, all projects together. */
  readonly cacheBytes: number;
  /** Called when a project can be asked for the first time; it answers nobody before that resolves. */
  readonly onLoaded: (serving: ProjectServing) => Promise<void>;
  /** Called when other versions serve, or for others. */
  readonly onRouted: (serving: ProjectServing) => void;
}

interface Refusal {
  readonly versionId: string;
  readonly number: number;
  readonly reason: string;
  readonly refused: boolean;
}

/** A version that proved waits this long for its promotion. */
const preparedMs = 60_000;

export class WhatServes {
  readonly #options: WhatServesOptions;
  readonly #projects: Map<string, ProjectServing> = new Map();
  readonly #again: BackOff<ProjectServing>;
  readonly #prepared: Set<unknown> = new Set();
  /** What serves nobody any more, though a change of it may be under way. */
  readonly #gone: WeakSet<ProjectServing> = new WeakSet();
  #stopped = false;

  constructor(options: WhatServesOptions) {
    this.#options = options;
    this.#again = new BackOff(options.timers);
  }

  /** See `Serving.start`. */
  async start(projects: readonly Project[]): Promise<void> {
    // All of them at first, so that each knows its share of the memory.
    const added = projects
      .filter(({ name }) => !this.#projects.has(name))
      .map((project) => this.#make(project, projects.length));
    for (const serving of added) {
      this.#projects.set(serving.project.name, serving);
      await this.#settle(serving);
    }
  }

  /**
   * Serves a project that has been added, or has other settings than before: what served it goes on until the new one can.
   * @throws AppError `serving/not-trained` while that cannot be loaded; what served before goes on
   */
  async take(project: Project): Promise<void> {
    const old = this.#projects.get(project.name);
    const serving = this.#make(project, this.#projects.size + (old === undefined ? 1 : 0));
    if (old === undefined) this.#projects.set(project.name, serving);
    this.#shareMemory();
    await this.#settle(serving);
    // Without a champion a history may be there all the same: whoever added the project asks of it next.
    if (old === undefined) return await serving.catchUp();
    try {
      // What came meanwhile went to the old one.
      await serving.catchUp();
      if (serving.serves === undefined)
        throw new AppError('serving/not-trained', `project "${project.name}": ${serving.loading}`);
    } catch (error) {
      this.#letGo(serving);
      throw error;
    }
    // Dropped while it was loaded.
    if (this.#projects.get(project.name) !== old) return this.#letGo(serving);
    this.#projects.set(project.name, serving);
    this.#letGo(old);
    await serving.catchUp();
    // Another version may have been named while this one was loaded: it was told to the old one.
    await this.#settle(serving);
  }

  /** Nobody is answered any more who asks for the project. @returns what served it */
  drop(name: string): ProjectServing | undefined {
    const serving = this.#projects.get(name);
    if (serving === undefined) return undefined;
    this.#projects.delete(name);
    this.#letGo(serving);
    this.#shareMemory();
    return serving;
  }

  #make(project: Project, count: number): ProjectServing {
    const { store, timers, cacheBytes } = this.#options;
    return new ProjectServing({
      ...this.#options,
      project,
      snapshots: store,
      elapsedMs: () => timers.elapsedMs(),
      cacheBytesMax: cacheBytes / count,
    });
  }

  #letGo(serving: ProjectServing): void {
    this.#gone.add(serving);
    this.#again.done(serving);
  }

  #shareMemory(): void {
    for (const { memory } of this.#projects.values())
      memory.resize(this.#options.cacheBytes / this.#projects.size);
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

  projectNames(): string[] {
    return [...this.#projects.keys()];
  }

  /** Brings a project to what is to serve it, and comes back until that has been done. */
  async #settle(serving: ProjectServing): Promise<void> {
    const { log } = this.#options;
    const { degraded: before, answering: old } = serving;
    const about = { project: serving.project.name };
    try {
      await serving.settle();
      const { degraded, serves } = serving;
      if (degraded !== undefined && degraded !== before)
        log.error({ ...about, reason: degraded }, 'the champion does not serve');
      if (serves?.version == null && serving.loading !== undefined) this.#readHistory(serving);
      if (old === undefined) await this.#options.onLoaded(serving);
      else await this.#tellRouted(serving, old, 0);
    } catch (error) {
      log.error({ ...about, reason: messageOf(error) }, 'a project could not be loaded');
      return this.#settleLater(serving);
    }
    if (serving.standsIn) this.#settleLater(serving);
    else if (serving.loading === undefined) this.#again.done(serving);
  }

  #settleLater(serving: ProjectServing): void {
    if (!this.#stopped && !this.#gone.has(serving))
      this.#again.later(serving, () => void this.#settle(serving));
  }

  /** A history without a champion may be long: it is read while forecasts wait for their first rows. */
  #readHistory(serving: ProjectServing): void {
    serving.catchUp().catch((error: unknown) => {
      serving.loading = `its history cannot be read: ${messageOf(error)}`;
      this.#settleLater(serving);
    });
  }

  /**
   * Tries a version beside the one that serves, and keeps it for its promotion.
   * @returns why it must not serve; undefined when it may
   * @throws AppError `store/unavailable`, `store/busy`, `serving/not-proven`: nothing was found out
   */
  async prove(projectName: string, version: VersionRecord): Promise<string | undefined> {
    const serving = this.project(projectName);
    const { timers, log } = this.#options;
    if (serving.serves === undefined)
      throw new AppError(
        'serving/not-proven',
        `project "${projectName}" serves nothing yet: ${serving.loading}`,
      );
    const reason = await serving.prove(version);
    const about = { project: projectName, versionId: version.id, number: version.number };
    if (reason !== undefined) {
      log.error({ ...about, reason }, 'a version was refused');
      return reason;
    }
    const handle = timers.setTimeout(() => {
      this.#prepared.delete(handle);
      serving.forgetPrepared(version.id);
    }, preparedMs);
    this.#prepared.add(handle);
    return undefined;
  }

  /**
   * Divides requests by a routing, once its versions have proved that they can serve, and tells the world (`swap.done`,
   * `swap.refused`).
   * @throws AppError `serving/swap-refused`: what stands in for the version goes on serving, and it is tried again later
   */
  async route(projectName: string, routing: Routing): Promise<void> {
    const serving = this.project(projectName);
    const { clock, log } = this.#options;
    const from = clock.now();
    const old = serving.answering;
    try {
      await serving.route(routing);
    } catch (error) {
      if (!isAppError(error, 'serving/swap-refused')) throw error;
      const { versionId, number, reason, refused } = error.details as object as Refusal;
      log.error({ project: projectName, versionId, number, reason }, 'swap refused');
      // What a proof refused is told of where it is written down.
      if (!refused) await this.#emit(projectName, 'swap.refused', { versionId, reason });
      this.#settleLater(serving);
      throw error;
    }
    this.#again.done(serving);
    await this.#tellRouted(serving, old, clock.now() - from);
  }

  /** @param old who answered before */
  async #tellRouted(serving: ProjectServing, old: Lineup | undefined, ms: number): Promise<void> {
    if (serving.answering === old) return;
    this.#options.onRouted(serving);
    const { version, project } = serving.current;
    if (version === null || serving.current === old?.first.served) return;
    const { id: versionId, number } = version;
    this.#options.log.info({ project: project.name, versionId, number, ms }, 'swapped');
    await this.#emit(project.name, 'swap.done', { versionId, ms });
  }

  async #emit<T extends 'swap.done' | 'swap.refused'>(
    project: string,
    type: T,
    data: EventData[T],
  ): Promise<void> {
    const event = { at: this.#options.clock.now(), project, type, data };
    await this.#options.store.appendEvent(event as NewEvent);
  }

  /** Nothing is tried again. */
  stop(): void {
    this.#stopped = true;
    this.#again.stop();
    for (const handle of this.#prepared) this.#options.timers.clearTimeout(handle);
  }
}
