// What services ask of storage, and the records they exchange with it. No service knows more than this;
// `sqlite/` and `files/` implement it, `test/conformance/stores.test.ts` holds every implementation to it.
// Times ending in `At` are UTC milliseconds; periods are integers on the project's time grid.

import type { CovariateValues, ObservationStatus, Project } from '../../core/index.ts';
import type { StreamAdvance, StreamStore } from './stream-ports.ts';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

// ---------------------------------------------------------------- blobs

export interface BlobRef {
  /** SHA-256 of the bytes, hex: the name of the blob. */
  readonly hash: string;
  readonly sizeBytes: number;
}

/** Content-addressed, write-once bytes. A blob is whole and on disk (fsync) before `put` or `adopt` resolves. */
export interface BlobStore {
  put(bytes: Uint8Array): Promise<BlobRef>;
  /** Takes over a finished file by moving it; the path must be on the same file system (see `scratchPath`). */
  adopt(path: string): Promise<BlobRef>;
  /** Reads and verifies; `store/blob-missing`, `store/blob-corrupt`. */
  get(hash: string): Promise<Uint8Array>;
  has(hash: string): Promise<boolean>;
  /** A local path other programs (DuckDB) may read; verified on first use in this process. */
  localPath(hash: string): Promise<string>;
  /** A fresh path for a file being written; leftovers are removed at the next start. */
  scratchPath(suffix: string): string;
}

// ---------------------------------------------------------------- demand history

/**
 * One accepted row on the grid. `value` is NaN unless `status` is observed, or stockout with a lower bound. A row with status
 * `plan` says nothing of demand: whoever reads demand leaves it out.
 */
export interface ObservationRow {
  readonly seriesId: string;
  readonly period: number;
  readonly value: number;
  readonly status: ObservationStatus;
  /** What the row says beside demand, known and past columns; absent = nothing. */
  readonly covariates?: CovariateValues | undefined;
}

/** What is known of a series whatever the period, as far as a batch says. */
export interface AttributeRow {
  readonly seriesId: string;
  readonly attributes: CovariateValues;
}

/**
 * A Parquet file of accepted rows: columns series_id, period, value, status, batch_seq, and `covariate_…` for each known or
 * past column that its batches brought.
 */
export interface SegmentRecord {
  readonly hash: string;
  readonly rows: number;
  readonly periodMin: number;
  readonly periodMax: number;
  /** Batches whose rows are inside: from and to, inclusive. */
  readonly batchSeqMin: number;
  readonly batchSeqMax: number;
}

/** What one ingest brought. `seq` orders batches: of two values for one series and period, the later batch wins. */
export interface BatchRecord {
  readonly seq: number;
  readonly id: string;
  readonly project: string;
  readonly idempotencyKey: string;
  /** SHA-256 of the bytes received: the same key with other bytes is refused. */
  readonly contentHash: string;
  /** File name or `http`. */
  readonly source: string;
  readonly receivedAt: number;
  /** Observations and plans. */
  readonly rowsAccepted: number;
  /** Of the accepted: plans, which say what is known ahead and are no part of the history. */
  readonly rowsPlanned: number;
  /** Accepted rows of a table of attributes, one per series. */
  readonly rowsDescribed: number;
  /** Rows identical to another row of the batch: collapsed, not quarantined. */
  readonly rowsDuplicate: number;
  readonly rowsQuarantined: number;
  readonly quarantinedByCode: Readonly<Record<string, number>>;
  /** NDJSON blob with every quarantined row: `{row, code, reason, raw}`; null when there was none. */
  readonly quarantineHash: string | null;
  /** Of the observations, without plans; null when there is none. */
  readonly periodMin: number | null;
  readonly periodMax: number | null;
  /** False while the rows live in the relational tail only. */
  readonly sealed: boolean;
}

export interface BatchCommit {
  readonly batch: Omit<BatchRecord, 'seq'>;
  /** Messages that the batch was made from: their positions move in the same transaction. Absent = not from a stream. */
  readonly advance?: StreamAdvance | undefined;
  /** Rows for the relational tail: all rows of a small batch, or those of a file that may be labels of predictions. */
  readonly tail: readonly ObservationRow[];
  /** For a file batch already written as Parquet; its batch_seq column is filled at read time from the record. */
  readonly segment: Omit<SegmentRecord, 'batchSeqMin' | 'batchSeqMax'> | null;
  /** Attributes of series: what they say is added to what is known already. Absent = none. */
  readonly attributes?: readonly AttributeRow[];
}

/** All that is known of a series whatever the period. */
export interface SeriesAttributes extends AttributeRow {
  /** The batch that changed them last. */
  readonly batchSeq: number;
}

/** An observation as known from the relational tail. */
export interface TailRow extends ObservationRow {
  readonly batchSeq: number;
  readonly knownAt: number;
}

export interface HistoryStore {
  /**
   * One transaction: batch, tail rows, segment, attributes, positions of a stream, event `batch.committed`. A known idempotency
   * key returns the old batch; `streams/position-moved` as `advanceStream`, and then nothing of it lands.
   */
  commitBatch(commit: BatchCommit): Promise<{ batch: BatchRecord; replayed: boolean }>;
  findBatch(project: string, idempotencyKey: string): Promise<BatchRecord | undefined>;
  getBatch(id: string): Promise<BatchRecord | undefined>;
  /** Ascending by seq. */
  listBatches(project: string, options: { afterSeq: number; limit: number }): Promise<BatchRecord[]>;
  /**
   * Tail rows of batches after `afterSeq`, ascending by batchSeq, about `limit` of them: batches come whole, so that the
   * last batchSeq can continue the reading; one batch alone may be more than `limit`.
   */
  readTail(
    project: string,
    options: { afterSeq: number; unsealedOnly: boolean; limit: number },
  ): Promise<TailRow[]>;
  /** Latest known value per series and period from `periodMin` on (later batch wins); plans are none. */
  readActuals(
    project: string,
    options: { periodMin: number; periodMax: number; seriesIds?: readonly string[] },
  ): Promise<TailRow[]>;
  /**
   * Tail rows with covariates of periods from `periodMin` on, plans among them, of batches after `afterSeq`, ascending by
   * batchSeq, period and series: what is known ahead. At most `limit` of them; `afterRow` continues after the last one.
   */
  readCovariates(
    project: string,
    options: {
      afterSeq: number;
      periodMin: number;
      limit: number;
      afterRow?: Pick<TailRow, 'batchSeq' | 'period' | 'seriesId'> | undefined;
    },
  ): Promise<TailRow[]>;
  /** The newest period of all observations, plans left out; null without any. */
  lastObserved(project: string): Promise<number | null>;
  /**
   * What batches up to `batchSeqMax` say of each series, ascending by id from after `afterId`; only series that a batch after
   * `afterSeq` changed.
   */
  readAttributes(
    project: string,
    options: { batchSeqMax: number; afterSeq: number; afterId: string; limit: number },
  ): Promise<SeriesAttributes[]>;
  /** The last batch up to `batchSeqMax` that changed attributes; 0 = none did. */
  lastAttributesSeq(project: string, batchSeqMax: number): Promise<number>;
  /**
   * Marks the batches as sealed and adds the segment, in one transaction. Doing it again is a no-op; another segment
   * with a batch that is sealed already is `store/conflict`.
   */
  sealBatches(project: string, batchSeqs: readonly number[], segment: SegmentRecord): Promise<void>;
  listSegments(project: string, options: { batchSeqMax: number }): Promise<SegmentRecord[]>;
  /** Removes sealed tail rows before `periodMin`, at most `rowsMax` of them; returns how many. */
  pruneTail(project: string, options: { periodMin: number; rowsMax: number }): Promise<number>;
}

/** An immutable dataset version; `id` is the hash of the canonical manifest. */
export interface SnapshotRecord {
  readonly id: string;
  readonly project: string;
  readonly createdAt: number;
  /** The last batch inside. */
  readonly batchSeqMax: number;
  readonly segments: readonly SegmentRecord[];
  readonly rowCount: number;
  readonly seriesCount: number;
  readonly periodMin: number;
  readonly periodMax: number;
}

export interface SnapshotStore {
  /** One transaction: the record and event `snapshot.created`. Storing the same manifest again is a no-op. */
  putSnapshot(snapshot: SnapshotRecord): Promise<void>;
  getSnapshot(id: string): Promise<SnapshotRecord | undefined>;
  /** Newest first. */
  listSnapshots(project: string, limit: number): Promise<SnapshotRecord[]>;
}

// ---------------------------------------------------------------- predictions

/** What a model was asked for in place of the levels of a prediction, so that they hold: adapted to the labels of its kind. */
export interface AdaptedLevels {
  /** The kind of demand that the series is of. */
  readonly demand: string;
  /** One per level of the prediction, ascending. */
  readonly levels: readonly number[];
}

/** One series' forecast as it was answered. */
export interface PredictionRecord {
  readonly id: string;
  readonly requestId: string;
  readonly project: string;
  readonly seriesId: string;
  readonly versionId: string;
  readonly arm: string;
  /** `model`, or which fallback answered. */
  readonly source: string;
  /** Last observed period: step k is for period cutoff + k. */
  readonly cutoff: number;
  readonly madeAt: number;
  readonly levels: readonly number[];
  /** Shape [horizon]. */
  readonly mean: Float64Array;
  /** Shape [levels × horizon], row per level. */
  readonly quantiles: Float64Array;
  /**
   * What was known ahead and used, by column: one value per step, or a single value that holds for all; null = unknown.
   * Absent when nothing was.
   */
  readonly covariates?: JsonObject | undefined;
  /** Absent when labels could adapt none of its levels: the baseline answered, or a model that knows the series by its attributes only. */
  readonly adapted?: AdaptedLevels | undefined;
  /** The features behind it, for a sample of predictions: written with it, read by `featureSamples` only. */
  readonly features?: Float64Array | undefined;
}

/** The features that serving computed for a prediction, as `featureSample` of the models lays them out. */
export type FeatureSample = Pick<PredictionRecord, 'id' | 'seriesId' | 'cutoff' | 'covariates'> & {
  readonly features: Float64Array;
};

export interface PredictionStore {
  /** Durable when it resolves. A prediction whose id is there already is left as it is. */
  appendPredictions(predictions: readonly PredictionRecord[]): Promise<void>;
  getPrediction(id: string): Promise<PredictionRecord | undefined>;
  /** By cutoff then id, ascending; `after` continues a scan. */
  scanPredictions(
    project: string,
    options: {
      cutoffMin: number;
      cutoffMax: number;
      versionId?: string;
      seriesId?: string;
      after?: { cutoff: number; id: string };
      limit: number;
      /** Only about one in so many, scattered evenly and always the same ones; default 1 = all. */
      oneIn?: number;
    },
  ): Promise<PredictionRecord[]>;
  /** Of a version, newest first. */
  featureSamples(project: string, versionId: string, limit: number): Promise<FeatureSample[]>;
  predictionStats(
    project: string,
  ): Promise<{ count: number; cutoffMin: number | null; cutoffMax: number | null }>;
}

// ---------------------------------------------------------------- tracking and registry

export type RunStatus = 'running' | 'finished' | 'failed';

export interface RunRecord {
  readonly id: string;
  readonly experiment: string;
  readonly project: string;
  readonly kind: string;
  readonly status: RunStatus;
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly snapshotId: string | null;
  readonly seed: number;
  readonly codeVersion: string;
  readonly environment: JsonObject;
  readonly params: JsonObject;
  /** Flat names such as `dotm.rmsse` or `selected.wape`; null = could not be had. */
  readonly metrics: Readonly<Record<string, number | null>>;
  readonly durationMs: number | null;
  readonly cpuSeconds: number | null;
  readonly memoryBytesPeak: number | null;
  readonly artifacts: readonly { readonly name: string; readonly hash: string; readonly sizeBytes: number }[];
  readonly error: string | null;
}

export interface TrackingStore {
  putRun(run: RunRecord): Promise<void>;
  getRun(id: string): Promise<RunRecord | undefined>;
  /** Newest first; `before` is the id of the last run of the previous page. */
  listRuns(options: { project?: string; before?: string; limit: number }): Promise<RunRecord[]>;
}

export interface VersionRecord {
  readonly id: string;
  /** `forecaster`: trained by a project; `onnx`: a file that somebody registered. */
  readonly kind: 'forecaster' | 'onnx';
  /** The project, or the name the model was registered under; both share one namespace. */
  readonly project: string;
  /** Counts up from 1 per project, never reused. */
  readonly number: number;
  /** What it was trained by and on; null for what no project trained. */
  readonly runId: string | null;
  readonly snapshotId: string | null;
  readonly artifactHash: string;
  readonly artifactBytes: number;
  readonly createdAt: number;
  readonly metrics: Readonly<Record<string, number | null>>;
  /** Gate results that led to its stage; the last one decides. */
  readonly gate: JsonObject | null;
  /** What a registered model takes and gives; null for forecasters. */
  readonly signature: JsonObject | null;
}

/** `none` as version id takes an alias away. */
export interface AliasChange {
  readonly seq: number;
  readonly project: string;
  readonly alias: string;
  readonly versionId: string;
  readonly at: number;
  readonly by: string;
  readonly reason: string;
}

export interface RegistryStore {
  /**
   * One transaction: number, record, event `version.registered`. Registering the same run twice, or the same file with the
   * same signature, returns the first version. `store/name-taken` when a project has the name of a registered model, or
   * the other way round.
   */
  addVersion(version: Omit<VersionRecord, 'number'>): Promise<VersionRecord>;
  /** Replaces the gate results of a version; `store/conflict` when it does not exist. */
  setVersionGate(id: string, gate: JsonObject): Promise<void>;
  getVersion(id: string): Promise<VersionRecord | undefined>;
  getVersionByNumber(project: string, number: number): Promise<VersionRecord | undefined>;
  /** Newest first. */
  listVersions(project: string, limit: number): Promise<VersionRecord[]>;
  /** Names with versions of a kind, ascending. */
  listVersionNames(kind: VersionRecord['kind']): Promise<string[]>;
  /** One transaction: the alias, its history, event `alias.changed`. Setting what is set already changes nothing. */
  setAlias(change: Omit<AliasChange, 'seq'>): Promise<AliasChange>;
  getAlias(project: string, alias: string): Promise<VersionRecord | undefined>;
  listAliases(project: string): Promise<readonly { alias: string; versionId: string }[]>;
  /** Newest first. */
  aliasHistory(project: string, alias: string, limit: number): Promise<AliasChange[]>;
}

// ---------------------------------------------------------------- jobs

export type JobState = 'queued' | 'running' | 'done' | 'failed' | 'cancelled';

export interface JobRecord {
  readonly id: string;
  readonly pipeline: string;
  readonly project: string;
  /** At most one queued or running job has a given key. */
  readonly singleFlightKey: string;
  readonly state: JobState;
  /** The step to run next or running now; '' until the first lease of a new job: the pipeline's first. */
  readonly step: string;
  readonly input: JsonObject;
  /** What finished steps returned, by step name. */
  readonly results: JsonObject;
  /** How often the current step was started, and how often its worker vanished. */
  readonly attempts: number;
  readonly crashes: number;
  readonly runAfter: number;
  readonly leaseToken: number;
  readonly leaseUntil: number | null;
  readonly workerId: string | null;
  /** 0 to 1 over the whole pipeline, and what is being done. */
  readonly progress: { readonly fraction: number; readonly message: string };
  readonly error: string | null;
  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
}

export interface JobStore {
  /** Returns the active job when one has the same singleFlightKey. */
  enqueueJob(
    job: Pick<
      JobRecord,
      'id' | 'pipeline' | 'project' | 'singleFlightKey' | 'step' | 'input' | 'createdAt' | 'runAfter'
    >,
  ): Promise<{ job: JobRecord; created: boolean }>;
  /** Takes the oldest due job, queued or with an expired lease (which counts a crash; past `crashesMax` it fails instead). */
  leaseJob(options: {
    now: number;
    leaseMs: number;
    workerId: string;
    pipelines: readonly { readonly name: string; readonly firstStep: string }[];
    crashesMax: number;
    /** Jobs this worker is running itself: never taken over from it, whatever the clock says. */
    excludeIds: readonly string[];
  }): Promise<JobRecord | undefined>;
  /** Event `job.progress` when the message or the whole percent changed. False when the lease was lost: the worker must stop. */
  renewLease(
    id: string,
    leaseToken: number,
    options: { now: number; leaseUntil: number; progress: JobRecord['progress'] },
  ): Promise<boolean>;
  /** Lets a lease end earlier, because its worker is known to be gone. False when the lease is not that one any more. */
  shortenLease(id: string, leaseToken: number, leaseUntil: number): Promise<boolean>;
  /** One transaction: result stored, next step due (or the job done), event `job.step` or `job.done`. False when the lease was lost. */
  completeStep(
    id: string,
    leaseToken: number,
    options: { result: Json; nextStep: string | null; now: number },
  ): Promise<boolean>;
  /**
   * Retry at `retryAt`, or fail for good when null (event `job.failed`). Without an error the step is handed back by a
   * worker that stops: that is no attempt. False when the lease was lost.
   */
  failStep(
    id: string,
    leaseToken: number,
    options: { error: string | null; retryAt: number | null; now: number },
  ): Promise<boolean>;
  getJob(id: string): Promise<JobRecord | undefined>;
  listJobs(options: { project?: string; state?: JobState; limit: number }): Promise<JobRecord[]>;
  /** Ends a queued or running job (event `job.cancelled`); false when it had ended already. */
  cancelJob(id: string, now: number): Promise<boolean>;
}

// ---------------------------------------------------------------- streams

export type { StreamAdvance, StreamPosition, StreamRecord, StreamStore } from './stream-ports.ts';

// ---------------------------------------------------------------- projects and events

export interface ProjectStore {
  /**
   * Stores the definition; changing frequency, week start or time zone of a project with data is `store/project-changed`,
   * the name of a registered model `store/name-taken`.
   */
  putProject(project: Project, now: number): Promise<void>;
  getProject(name: string): Promise<Project | undefined>;
  listProjects(): Promise<Project[]>;
}

/** What happened, in order: servers learn of changes from here and clients follow it. */
export interface EventRecord {
  readonly seq: number;
  readonly at: number;
  readonly project: string;
  /** `batch.committed`, `snapshot.created`, `job.step`, `job.done`, `job.failed`, `version.registered`, `alias.changed`, `swap.done`, … */
  readonly type: string;
  readonly data: JsonObject;
}

export interface EventStore {
  appendEvent(event: Omit<EventRecord, 'seq'>): Promise<EventRecord>;
  readEvents(options: { afterSeq: number; project?: string; limit: number }): Promise<EventRecord[]>;
  lastEventSeq(): Promise<number>;
}

/** All relational ports over one database. */
export interface ControlStore
  extends ProjectStore,
    HistoryStore,
    SnapshotStore,
    PredictionStore,
    TrackingStore,
    RegistryStore,
    JobStore,
    StreamStore,
    EventStore {
  /** Answers when the database can be written; `store/unavailable` otherwise. */
  check(): Promise<void>;
  close(): Promise<void>;
}
