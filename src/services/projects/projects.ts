// Which projects there are, with which settings: those that the configuration file names, as the file says, and those that the
// store keeps. Everybody who needs to know asks here or is told here; nobody keeps a list of their own.

import { AppError, type Clock, type Project } from '../../core/index.ts';
import type { JsonObject, ProjectRecord, ProjectStore } from '../../storage/ports/index.ts';
import type { Subscriber } from '../feed/index.ts';
import { mergeSettings } from './merge-settings.ts';
import { rowsPerWrite } from './purging.ts';

export interface ProjectsOptions {
  readonly store: Pick<
    ProjectStore,
    | 'putProject'
    | 'addProject'
    | 'changeProject'
    | 'removeProject'
    | 'restoreProject'
    | 'markPurging'
    | 'getProjectRecord'
    | 'listProjectRecords'
    | 'purgeSome'
  >;
  /** What the configuration file names: it owns them. */
  readonly ofFile: readonly Project[];
  /**
   * Settings checked as the configuration file is, and completed.
   * @throws AppError naming the settings at fault
   */
  readonly define: (name: string, settings: unknown) => Project;
  readonly clock: Clock;
}

/** A project is there, or has other settings than before; undefined = it is gone. */
export interface ProjectNews {
  readonly name: string;
  readonly project: Project | undefined;
}

/** Who asks for a change, and from which version of the settings. */
export interface Asked {
  readonly by: string;
  readonly ifVersion?: number | undefined;
}

type Listener = (news: ProjectNews) => Promise<void> | void;
type Kinds = 'project.added' | 'project.changed' | 'project.removed';

interface Known {
  readonly project: Project;
  /** Another one = taken in anew, even where the settings are equal: its data may not be those from before. */
  readonly edition: string;
}

export class Projects {
  readonly #options: ProjectsOptions;
  #known: ReadonlyMap<string, Known> = new Map();
  /** Told of and not taken in by all who listen. */
  readonly #unsettled: Set<string> = new Set();
  readonly #listeners: Listener[] = [];
  #lastChange: Promise<unknown> = Promise.resolve();
  /** Takes in what other processes do; what this one does is in effect when its call resolves. */
  readonly subscriber: Subscriber<Kinds> = {
    name: 'projects',
    kinds: ['project.added', 'project.changed', 'project.removed'],
    apply: ({ project }) => this.refresh(project),
  };

  constructor(options: ProjectsOptions) {
    this.#options = options;
  }

  /**
   * Writes down what the file names, and reads what the store keeps. What is left of a project that was being purged and is named
   * anew goes first: nothing could open before it has, and no job runs until something is open.
   * @throws AppError `store/project-changed`, `store/name-taken`, `projects/in-both`
   */
  async open(): Promise<void> {
    const { store, ofFile, clock } = this.#options;
    const before = new Map((await store.listProjectRecords()).map((record) => [record.project.name, record]));
    for (const project of ofFile) {
      if (before.get(project.name)?.removal?.purging === true)
        while (await store.purgeSome(project.name, { rowsMax: rowsPerWrite, now: clock.now() }));
      await store.putProject(project, clock.now());
    }
    await this.load();
  }

  /** Takes in what is in the store now. */
  async load(): Promise<void> {
    const records = await this.#options.store.listProjectRecords();
    const names = new Set([...records.map(({ project }) => project.name), ...this.#known.keys()]);
    const byName = new Map(records.map((record) => [record.project.name, record]));
    for (const name of names) await this.#inTurn(() => this.#take(name, byName.get(name)));
  }

  /** Those that are there: first the file's in its order, then the stored ones by name. */
  list(): readonly Project[] {
    return [...this.#known.values()].map(({ project }) => project);
  }

  find(name: string): Project | undefined {
    return this.#known.get(name)?.project;
  }

  /** @throws AppError `serving/unknown-project` */
  get(name: string): Project {
    const found = this.find(name);
    if (found !== undefined) return found;
    const shown = name.slice(0, 100);
    throw new AppError(
      'serving/unknown-project',
      `there is no project "${shown}": GET /v1/projects lists them`,
      { details: { project: shown } },
    );
  }

  /** As it is now, whether or not this process has taken in yet what another one changed; undefined = it is not there. */
  async getProject(name: string): Promise<Project | undefined> {
    return this.#editionOf(name, await this.#options.store.getProjectRecord(name))?.project;
  }

  /** The project with what is known of it. @throws AppError `serving/unknown-project` */
  async record(name: string): Promise<ProjectRecord> {
    const project = this.get(name);
    const record = await this.#options.store.getProjectRecord(name);
    if (record === undefined) this.#throwGone(name);
    return { ...record, project };
  }

  async records(): Promise<ProjectRecord[]> {
    const records = await this.#options.store.listProjectRecords();
    const byName = new Map(records.map((record) => [record.project.name, record]));
    return this.list().flatMap((project) => {
      const record = byName.get(project.name);
      return record === undefined ? [] : [{ ...record, project }];
    });
  }

  /** Those of which the data are kept, or are being deleted. */
  async removed(): Promise<ProjectRecord[]> {
    const records = await this.#options.store.listProjectRecords();
    return records.filter(({ removal }) => removal !== null);
  }

  /** Is told of what comes, changes and goes from now on; a change is in effect when it has resolved. May be told twice. */
  onChange(listener: Listener): void {
    this.#listeners.push(listener);
  }

  /**
   * @throws AppError what is wrong with the settings; `projects/exists`, `projects/in-file`, `projects/removed`,
   * `projects/being-purged`, `projects/too-many`, `store/name-taken`, `store/project-changed`
   */
  async add(name: string, settings: JsonObject, { by }: Asked): Promise<ProjectRecord> {
    const project = this.#options.define(name, settings);
    if (this.#isOfFile(name))
      throw new AppError('projects/exists', `project ${name} is in the configuration file already`, {
        details: { project: name },
      });
    const { store, clock } = this.#options;
    return await this.#done(store.addProject({ project, settings }, { by, now: clock.now() }));
  }

  /**
   * Changes the settings that are named, null sets one back to its default.
   * @throws AppError what is wrong with the settings; `serving/unknown-project`, `projects/in-file`,
   * `projects/changed-meanwhile`, `store/project-changed`
   */
  async change(name: string, change: JsonObject, { by, ifVersion }: Asked): Promise<ProjectRecord> {
    this.#checkOwn(name);
    const { store, clock, define } = this.#options;
    const old = await this.record(name);
    const settings = mergeSettings(old.settings ?? {}, change);
    const definition = { project: define(name, settings), settings };
    // Made from this version, so only over this version, whether or not the asker named one.
    if (ifVersion !== undefined && ifVersion !== old.version)
      throw new AppError(
        'projects/changed-meanwhile',
        `project ${name} has version ${old.version}, not ${ifVersion}: somebody has changed it meanwhile`,
        { details: { project: name, version: old.version } },
      );
    const write = { by, now: clock.now(), ifVersion: old.version };
    return await this.#done(store.changeProject(definition, write));
  }

  /**
   * Takes it out of service at once. Its data are kept, or go for good.
   * @throws AppError `serving/unknown-project`, `projects/in-file`, `projects/busy`, `projects/changed-meanwhile`
   */
  async remove(
    name: string,
    {
      by,
      ifVersion,
      data,
      jobs,
    }: Asked & { readonly data: 'keep' | 'purge'; readonly jobs: 'refuse' | 'cancel' },
  ): Promise<ProjectRecord> {
    this.#checkOwn(name);
    const { store, clock } = this.#options;
    const write = {
      by,
      now: clock.now(),
      ifVersion,
      cancelJobs: jobs === 'cancel',
      purging: data === 'purge',
    };
    return await this.#done(store.removeProject(name, write));
  }

  /** Puts a removed project back, with its data. @throws AppError `projects/not-removed`, `projects/being-purged` */
  async restore(name: string, { by }: Asked): Promise<ProjectRecord> {
    const { store, clock } = this.#options;
    return await this.#done(store.restoreProject(name, { by, now: clock.now() }));
  }

  /** Lets what is stored of a removed project go for good. @throws AppError `projects/not-removed` */
  async purge(name: string, { by }: Asked): Promise<ProjectRecord> {
    const { store, clock } = this.#options;
    return await this.#done(store.markPurging(name, { by, now: clock.now() }));
  }

  /** Takes in a project as it is in the store now; when it resolves, so have all who listen. */
  refresh(name: string): Promise<void> {
    return this.#inTurn(async () => {
      await this.#take(name, await this.#options.store.getProjectRecord(name));
    });
  }

  async #done(work: Promise<ProjectRecord>): Promise<ProjectRecord> {
    const record = await work;
    await this.refresh(record.project.name);
    return record;
  }

  async #take(name: string, record: ProjectRecord | undefined): Promise<void> {
    const now = this.#editionOf(name, record);
    const before = this.#known.get(name);
    if (now?.edition === before?.edition && !this.#unsettled.has(name)) return;
    this.#unsettled.add(name);
    const news = { name, project: now?.project };
    // What they do at once comes first: whoever finds the project finds it with all of them.
    const taken = this.#listeners.map(async (listener) => await listener(news));
    this.#known = this.#with(name, now);
    await Promise.all(taken);
    this.#unsettled.delete(name);
  }

  #editionOf(name: string, record: ProjectRecord | undefined): Known | undefined {
    const ofFile = this.#options.ofFile.find((project) => project.name === name);
    if (ofFile !== undefined) return { project: ofFile, edition: 'file' };
    // What a file owned that this process does not have is nobody's here: its data stay untouched.
    if (record === undefined || record.removal !== null || record.source === 'file') return undefined;
    return { project: record.project, edition: `${record.createdAt} ${record.version}` };
  }

  #with(name: string, now: Known | undefined): ReadonlyMap<string, Known> {
    const known = new Map(this.#known);
    if (now === undefined) known.delete(name);
    else known.set(name, now);
    const fromFile = this.#options.ofFile.map((project) => project.name);
    const stored = [...known.keys()].filter((each) => !fromFile.includes(each)).sort();
    return new Map(
      [...fromFile, ...stored].flatMap((each) => {
        const found = known.get(each);
        return found === undefined ? [] : [[each, found] as const];
      }),
    );
  }

  #isOfFile(name: string): boolean {
    return this.#options.ofFile.some((project) => project.name === name);
  }

  #checkOwn(name: string): void {
    this.get(name);
    if (!this.#isOfFile(name)) return;
    throw new AppError(
      'projects/in-file',
      `project ${name} belongs to the configuration file: edit it there and restart`,
      { details: { project: name } },
    );
  }

  #throwGone(name: string): never {
    throw new AppError('serving/unknown-project', `there is no project "${name}" any more`, {
      details: { project: name },
    });
  }

  /** One at a time; a failed one does not stop the next. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#lastChange.then(work, work);
    this.#lastChange = turn.catch(() => undefined);
    return turn;
  }
}
