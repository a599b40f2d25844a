// All sources of an installation: reading them, what is known of them, and letting one be read again that was paused.

import {
  AppError,
  type Clock,
  type ErrorCode,
  isAppError,
  type Project,
  projectMapped,
  type ReadSourceSettings,
  type SourceSettings,
} from '../../core/index.ts';
import type {
  HistoryStore,
  JobRecord,
  JsonObject,
  LocalFiles,
  SourceRecord,
  SourceStore,
} from '../../storage/ports/index.ts';
import type { DataService } from '../data/index.ts';
import type { PipelineEngine } from '../jobs/index.ts';
import type { Projects } from '../projects/index.ts';
import { openPostgres } from './postgres.ts';
import { readObjects } from './read-objects.ts';
import { type ReadCounts, readRows } from './read-rows.ts';
import { S3Bucket } from './s3-client.ts';
import { type SourceStatus, statusOf } from './source-status.ts';

export interface SourcesOptions {
  readonly sources: readonly SourceSettings[];
  readonly projects: Pick<Projects, 'find' | 'getProject'>;
  readonly store: SourceStore & Pick<HistoryStore, 'findBatch'>;
  readonly data: ReadingData;
  /** For files on their way in. */
  readonly files: Pick<LocalFiles, 'scratchPath'>;
  readonly jobs: Pick<PipelineEngine, 'enqueue'>;
  readonly clock: Clock;
  /** What an environment variable holds. */
  readonly secretOf: (variable: string) => string | undefined;
}

type ReadingData = Pick<
  DataService,
  'ingestSource' | 'ingestFile' | 'withdraw' | 'restoreWithdrawal' | 'withdrawals'
>;

export interface SourceJob {
  readonly pipeline: string;
  readonly project: string;
  readonly input: JsonObject;
  readonly singleFlightKey: string;
}

/** Only people can judge these: reading on would guess. */
const pausesAt: ReadonlySet<ErrorCode> = new Set([
  'sources/schema-changed',
  'sources/bad-query',
  'sources/bad-key',
  'sources/row-too-large',
]);

interface OneReading {
  readonly project: Project;
  readonly record: SourceRecord;
  readonly again: boolean;
  readonly signal: AbortSignal;
  readonly onProgress: (message: string) => void;
}

export class Sources {
  readonly #options: SourcesOptions;

  constructor(options: SourcesOptions) {
    this.#options = options;
  }

  /** @throws AppError `sources/unknown-source` */
  #find(name: string): SourceSettings {
    const { sources } = this.#options;
    const found = sources.find((source) => source.name === name);
    if (found !== undefined) return found;
    throw new AppError(
      'sources/unknown-source',
      `no source is called ${name}; there are: ${sources.map((source) => source.name).join(', ') || 'none'}`,
    );
  }

  /** @throws AppError `sources/unknown-source`, `sources/not-read` */
  #findRead(name: string): ReadSourceSettings {
    const found = this.#find(name);
    if (found.kind !== 'webhook') return found;
    throw new AppError('sources/not-read', `source ${name} is a webhook: its sender posts what is new`);
  }

  async list(): Promise<SourceStatus[]> {
    const records = new Map((await this.#options.store.listSources()).map((record) => [record.name, record]));
    return this.#options.sources.map((settings) => this.#status(settings, records.get(settings.name)));
  }

  async status(name: string): Promise<SourceStatus> {
    const settings = this.#find(name);
    return this.#status(settings, await this.#options.store.readSource(name));
  }

  /** Why sources are not being read, in words; [] when all is well. */
  async failures(): Promise<string[]> {
    const list = await this.list();
    return list.flatMap(({ state, reason }) =>
      reason === null ? [] : [state === 'paused' ? `${reason} (paused)` : reason],
    );
  }

  /** Puts a reading in; one that waits or runs already is that. @throws as `jobOf` */
  async begin(
    name: string,
    options: { again?: boolean } = {},
  ): Promise<{ job: JobRecord; created: boolean }> {
    const { pipeline, project, input, singleFlightKey } = await this.jobOf(name, options);
    const reason = options.again === true ? 'asked for, from the beginning' : 'asked for';
    const told = { ...input, trigger: 'request', reason };
    return await this.#options.jobs.enqueue(pipeline, project, told, { singleFlightKey });
  }

  /**
   * The job that reads a source now.
   * @param options.again from the beginning: rows that say what they said are recognised
   * @throws AppError `sources/unknown-source`, `sources/paused`
   */
  async jobOf(name: string, options: { again?: boolean } = {}): Promise<SourceJob> {
    const { store } = this.#options;
    const settings = this.#findRead(name);
    const record = await store.readSource(name);
    if (record?.paused === true)
      throw new AppError(
        'sources/paused',
        `source ${name} is paused: ${record.problem?.message ?? 'unknown'}`,
      );
    const input = { source: name, ...(options.again === true ? { again: true } : {}) };
    return { pipeline: 'source', project: settings.project, input, singleFlightKey: flightKey(name) };
  }

  /**
   * Lets a paused source be read again, with the columns that it has now.
   * @throws AppError `sources/unknown-source`
   */
  async resume(name: string): Promise<SourceStatus> {
    const { store, clock } = this.#options;
    this.#find(name);
    const record = await store.readSource(name);
    if (record?.paused === true) {
      const { columns: _, ...position } = record.position;
      await store.resumeSource({ name, position, now: clock.now() });
      await this.begin(name);
    }
    return await this.status(name);
  }

  /** Whether it may be read by the clock. */
  async mayRun(name: string): Promise<boolean> {
    return (await this.#options.store.readSource(name))?.paused !== true;
  }

  /**
   * Reads a source to its end, or for as long as one reading may last. What fails is noted with the source.
   * @throws AppError `sources/*`, and what taking rows in may throw
   */
  async read(
    name: string,
    run: { again: boolean; signal: AbortSignal; onProgress: (message: string) => void },
  ): Promise<ReadCounts> {
    const { store, clock } = this.#options;
    try {
      return await this.#read(this.#findRead(name), run);
    } catch (error) {
      // Stopped or taken over: nothing is wrong with the source.
      if (run.signal.aborted || isAppError(error, 'sources/position-moved')) throw error;
      const code = isAppError(error) ? error.code : 'unknown';
      const text = error instanceof Error ? error.message : String(error);
      const message = text.includes(`source ${name}`) ? text : `source ${name}: ${text}`;
      const pause = isAppError(error) && (pausesAt.has(error.code) || isOfContent(error));
      await store.noteSourceProblem({ name, code, message, pause, now: clock.now() });
      throw error;
    }
  }

  async #read(
    settings: ReadSourceSettings,
    run: { again: boolean; signal: AbortSignal; onProgress: (message: string) => void },
  ): Promise<ReadCounts> {
    const { projects, store, clock } = this.#options;
    const { name } = settings;
    const project = await projects.getProject(settings.project);
    if (project === undefined)
      throw new AppError(
        'serving/unknown-project',
        `source ${name}: there is no project ${settings.project}`,
      );
    const record = await store.openSource({ name, project: project.name, identity: identityOf(settings) });
    if (record.paused) throw new AppError('sources/paused', `source ${name} is paused`);
    const readAt = clock.now();
    const counts = await this.#readWhole(settings, { project, record, ...run });
    if (counts.isWhole) await store.noteSourceRead({ name, readAt, now: clock.now() });
    return counts;
  }

  async #readWhole(settings: ReadSourceSettings, of: OneReading): Promise<ReadCounts> {
    const { store, data, files, clock, secretOf } = this.#options;
    const { project, record, signal } = of;
    if (settings.kind === 's3') {
      const bucket = await S3Bucket.open(settings, { secretOf, signal, clock });
      const { mapping } = settings;
      const reading = mapping === undefined ? project : projectMapped(project, mapping);
      return await readObjects({ settings, bucket, store, data, files, ...of, project: reading });
    }
    const { position } = record;
    const reading = await openPostgres(settings, { project, position, secretOf, again: of.again, signal });
    try {
      const counts = await readRows({
        reading,
        record,
        store,
        data,
        clock,
        signal,
        onProgress: of.onProgress,
      });
      const unread = counts.more ? undefined : await reading.finish();
      if (unread !== undefined) throw unread;
      return counts;
    } finally {
      await reading.close();
    }
  }

  #status(settings: SourceSettings, record: SourceRecord | undefined): SourceStatus {
    const { projects, clock } = this.#options;
    return statusOf(settings, {
      record,
      isThere: projects.find(settings.project) !== undefined,
      now: clock.now(),
    });
  }
}

/** At most one reading of a source is queued or under way. */
export function flightKey(name: string): string {
  return `source:${name}`;
}

/** A refusal of rows for what is in them: the same rows would be refused again. */
function isOfContent({ code, heals }: AppError): boolean {
  return code.startsWith('data/') && !heals;
}

/** What names of rows mean: with another key they would all be new, and be counted twice. */
function identityOf(settings: ReadSourceSettings): string {
  if (settings.kind === 's3') return `files of bucket ${settings.bucket}`;
  return `${settings.kind}, key ${settings.key.join(', ')}, watermark ${settings.watermark}`;
}
