// The API's types: what goes in and what comes out of every route. Types only, so the client and the dashboard can import
// them; `schemas.ts` holds the schemas, which the compiler checks against these.

import type { EventType } from '../../core/index.ts';
import type { ContractState } from './data-contract.ts';
import type { StepOverride } from './override-contract.ts';

export type * from './accuracy-contract.ts';
export type * from './alert-contract.ts';
export type * from './data-contract.ts';
export type * from './demo-contract.ts';
export type * from './drift-contract.ts';
export type * from './explain-contract.ts';
export type * from './job-contract.ts';
export type * from './kpi-contract.ts';
export type * from './override-contract.ts';
export type * from './profile-contract.ts';
export type * from './reading-contract.ts';
export type * from './replenishment-contract.ts';
export type * from './series-contract.ts';
export type * from './snapshot-contract.ts';
export type * from './standing-contract.ts';

/** Every error, whatever the route (RFC 9457, application/problem+json). */
export interface Problem {
  /** Where the code is explained. */
  type: string;
  title: string;
  status: number;
  /** What happened, to what, and what to do. */
  detail: string;
  /** The path asked for. */
  instance: string;
  /** As in docs/reference/errors.md. */
  code: string;
  hint: string;
  /** Fields at fault, when the request did not match its schema. */
  errors?: { field: string; message: string }[];
  details?: Record<string, unknown>;
  requestId: string;
}

export interface Health {
  status: 'ok';
  /** Id of the process that answered. */
  pid: number;
  /** Of Almanac. */
  version: string;
  uptimeSeconds: number;
  /** Of the disk that the data folder lies on; null = it cannot be read. */
  disk: { freeBytes: number; totalBytes: number; keptFreeBytes: number } | null;
  /** What is not as promised, and still answered. */
  degraded: string[];
  /** Of every project that has a data contract. */
  contracts: ContractState[];
}

export interface Ready {
  ready: boolean;
  projects: ProjectStatus[];
  /** Why it is not ready, or what is not as promised. */
  reasons: string[];
}

/** What serves a project now. */
export interface ProjectStatus {
  project: string;
  trained: boolean;
  version: { id: string; number: number } | null;
  previous: { id: string; number: number } | null;
  series: number;
  /** The newest period; null before any data. */
  cutoffAt: string | null;
  batchSeq: number;
  /** Corrections of periods inside the champion's snapshot: they count at the next training. */
  correctionsInside: number;
  /** Why the version that is to serve does not. */
  degraded: string | null;
  /** Why nothing can be forecast yet. */
  loading: string | null;
}

export interface ProjectView {
  name: string;
  frequency: string;
  timezone: string;
  horizonSteps: number;
  seasons: number[];
  levels: number[];
  gaps: string;
  retrainEveryPeriods: number;
  /** Who owns the settings: the configuration file, or the server itself. */
  source: 'file' | 'stored';
  /** One more with every change. */
  version: number;
  /** As they were written, without defaults; null = the configuration file has them. */
  settings: Record<string, unknown> | null;
  createdAt: string;
  updatedAt: string;
  status: ProjectStatus;
}

/** A project to be added. */
export interface ProjectDraft {
  name: string;
  /** As those of a project in the configuration file. */
  settings?: Record<string, unknown>;
}

/** Settings that are not named stay; null sets one back to its default. */
export interface ProjectChange {
  settings?: Record<string, unknown>;
  /** Only while the project has this version. */
  version?: number;
}

export interface RemovedProject {
  name: string;
  version: number;
  settings: Record<string, unknown> | null;
  removedAt: string;
  removedBy: string;
  /** What is stored of it is being deleted: it cannot be restored any more. */
  purging: boolean;
  /** The job that deletes it, where it was just asked for. */
  purgeJob: string | null;
}

export interface ForecastRequest {
  /** Default: every series known. */
  series?: string[];
  /** Steps ahead; default and most: the project's horizon. */
  horizon?: number;
  /** Levels in (0, 1); default: the project's. */
  quantiles?: number[];
  /** Plans for the steps, by column or by series and column: they come before those in the data; null = as planned there. */
  future?: Record<string, FutureColumns[string] | FutureColumns>;
  /** `served` is graded, `whatIf` never; default: `whatIf` with plans of its own, else `served`. */
  purpose?: 'served' | 'whatIf';
  /** Whom the forecasts are for: where requests are divided among versions, the same unit has the same one. Default: each series is its own. */
  unit?: string;
  /** Milliseconds the answer may take, else 504; default: no limit of its own. */
  timeoutMs?: number;
}

/** By column that is known ahead, one value per step after the series' cutoff, or per period of the project's time column. */
export type FutureColumns = Record<string, (number | string | boolean | null)[]>;

export interface Forecast {
  requestId: string;
  /** Who made all forecasts that do not say otherwise. */
  model: { name: string; version: number; arm: string };
  /** The newest period up to which every series of the answer is closed. */
  cutoffAt: string;
  /** Columns known ahead that the model looks at, and that were unknown for some step of some series. */
  missingCovariates?: string[];
  /** Columns that the request plans and that the model of some series does not look at: they change nothing there. */
  ignoredCovariates?: string[];
  /** Why the version that is to serve does not, and another answers; absent when all is as promised. */
  degraded?: string;
  /** What would be under the request's own plans: not graded. Absent = served. */
  purpose?: 'whatIf';
  forecasts: SeriesForecast[];
}

export interface SeriesForecast {
  series: string;
  predictionId: string;
  /** The newest closed period of the series: demand is known up to it, and step 1 is the one after it. */
  cutoffAt: string;
  source: 'model' | 'baseline';
  /** Why the baseline answered; with source `model`, `new-series` says that it went by attributes alone. */
  reason?: string;
  /** True: its demand has ended, as far as its own silence tells; absent = it has not, or nobody can tell. */
  ended?: boolean;
  /** True: no row of it has come for longer than its own rows explain, where a period without one is unknown. */
  silent?: boolean;
  /** The newest period of which rows are known and that is not over: they are no part of the forecast. Absent = there is none. */
  unfinishedAt?: string;
  /** By which version and arm, where the request was divided and it is another than the answer's. */
  model?: { version: number; arm: string };
  steps: {
    timestamp: string;
    mean: number;
    quantiles: Record<string, number>;
    /** What somebody says in place of the mean; absent = nobody does. */
    override?: StepOverride;
  }[];
}

export type JobState = 'queued' | 'running' | 'done' | 'failed' | 'cancelled';

/** Why it began: `api` and `cli` where somebody asked, else the trigger. */
export interface Cause {
  trigger: string;
  reason: string;
}

export interface Job {
  id: string;
  pipeline: string;
  project: string;
  state: JobState;
  step: string;
  progress: { fraction: number; message: string };
  /** Null in jobs of older versions. */
  cause: Cause | null;
  /** The job that it was started again from; null = it was not. */
  parent: string | null;
  input: Record<string, unknown>;
  /** What finished steps returned, by step. */
  results: Record<string, unknown>;
  attempts: number;
  error: string | null;
  createdAt: string;
  startedAt: string | null;
  endedAt: string | null;
}

export interface TrainAccepted {
  jobId: string;
  /** False when a training of this project was under way already: this is that job. */
  created: boolean;
}

export interface ForecastFileOptions {
  /** Default: `parquet`. */
  format?: 'parquet' | 'csv' | 'ndjson';
  /** Texts in CSV; default `safe`: an apostrophe before what a spreadsheet would run as a formula. */
  csv?: 'safe' | 'exact';
  /** Steps ahead; default and most: the project's horizon. */
  horizon?: number;
  /** Levels in (0, 1); default: the project's. */
  quantiles?: number[];
  /** Number, id or alias; default: the champion. */
  version?: string | number;
  /** What becomes of series that nothing is known of; default: `refuse`. */
  unknown?: 'refuse' | 'skip';
  /** Store the forecasts as predictions too, to be graded when demand comes; default: no. */
  log?: boolean;
}

export interface ForecastFileAccepted {
  jobId: string;
  /** False when the same request was under way already: this is that job. */
  created: boolean;
  /** Where the file is when the job is done. */
  fileUrl: string;
}

export interface ModelVersion {
  id: string;
  project: string;
  number: number;
  aliases: string[];
  /** Null for versions that no run made. */
  runId: string | null;
  snapshotId: string | null;
  artifactHash: string;
  artifactBytes: number;
  createdAt: string;
  metrics: Record<string, number | null>;
  gate: Record<string, unknown> | null;
  /** When it first proved that it can serve; null = it never has. */
  provenAt: string | null;
  /** Why it must not serve, as the last proof of it found. */
  refusal: { at: string; reason: string } | null;
}

/** One version of a model that was registered as a file. */
export interface RegisteredModelVersion {
  id: string;
  name: string;
  number: number;
  aliases: string[];
  artifactHash: string;
  artifactBytes: number;
  createdAt: string;
  /** `trees` (Almanac's own) or `onnxruntime-web`. */
  runBy: string;
  inputs: RegisteredSpec[];
  outputs: RegisteredSpec[];
  operators: string[];
  /** What the check found that one should know. */
  notes: string[];
  /** As of versions that a project trained. */
  provenAt: string | null;
  refusal: { at: string; reason: string } | null;
}

export interface RegisteredSpec {
  name: string;
  datatype: string;
  /** −1: free. */
  shape: number[];
  columns?: string[];
}

export interface RegisteredModel {
  name: string;
  /** Newest first. */
  versions: RegisteredModelVersion[];
}

export interface Promotion {
  alias: string;
  version: ModelVersion;
}

export interface Run {
  id: string;
  experiment: string;
  project: string;
  kind: string;
  status: string;
  startedAt: string;
  endedAt: string | null;
  snapshotId: string | null;
  /** Null in runs of older versions. */
  cause: Cause | null;
  seed: number;
  codeVersion: string;
  environment: Record<string, unknown>;
  params: Record<string, unknown>;
  metrics: Record<string, number | null>;
  durationMs: number | null;
  cpuSeconds: number | null;
  memoryBytesPeak: number | null;
  artifacts: { name: string; hash: string; sizeBytes: number }[];
  error: string | null;
}

export interface Snapshot {
  id: string;
  project: string;
  createdAt: string;
  batchSeqMax: number;
  segments: number;
  rowCount: number;
  seriesCount: number;
  periodMin: number;
  periodMax: number;
}

/** Rows to take back: of a batch, a series, or both. */
export interface WithdrawRequest {
  batch?: string;
  series?: string;
  /** First and last period. */
  from?: string;
  to?: string;
  reason?: string;
}

/** Rows that were taken back. */
export interface Withdrawal {
  id: string;
  at: string;
  reason: string;
  /** How many there were. */
  rows: number;
  /** The number of their batch; null = of any. */
  batchSeq: number | null;
  series: string | null;
  from: string | null;
  to: string | null;
  /** When they began to count again; null = they do not. */
  undoneAt: string | null;
}

export interface WithdrawnRows {
  withdrawal: Withdrawal;
  /** The batch that says what is known now. */
  batchId: string;
  /** Periods that are known otherwise than before. */
  changed: number;
}

/** A row that did not land, with the reason. */
export interface QuarantinedRow {
  batchId: string;
  row: number;
  code: string;
  reason: string;
  raw: unknown;
  /** What it was held back for another unit by: 12 = it came twelve times as large. */
  factor?: number;
  /** The batch that brought it again, mended or accepted; null = it waits. */
  repairedBy: string | null;
}

export interface Prediction {
  id: string;
  requestId: string;
  project: string;
  series: string;
  versionId: string;
  arm: string;
  purpose: 'served' | 'whatIf';
  source: string;
  cutoffAt: string;
  madeAt: string;
  /** What was known ahead, by column: a value per step, or one for all; absent when the model looked at nothing. */
  covariates?: Record<string, unknown>;
  /** By level, what the model was asked for in its place; absent when no labels could adapt it. */
  adaptedLevels?: Record<string, number>;
  steps: { timestamp: string; mean: number; quantiles: Record<string, number> }[];
}

/** Prediction → version → run → snapshot → batches. Null where no model answered. */
export interface Lineage {
  prediction: Prediction;
  version: Record<string, unknown> | null;
  /** The change that had put the version into traffic. */
  promotedBy: Record<string, unknown> | null;
  run: Record<string, unknown> | null;
  snapshot: Record<string, unknown> | null;
  /** Batches the model learnt from: how many, and the newest. */
  trainedOn: { count: number; newest: Record<string, unknown>[] };
  /** Batches that came later and before the forecast. */
  observedSince: { count: number; newest: Record<string, unknown>[] };
}

/** Names of events that this version writes. */
export type EventName = EventType;

/** What happened, in order; the data of one server-sent event. */
export interface AlmanacEvent {
  seq: number;
  at: string;
  project: string;
  type: string;
  data: Record<string, unknown>;
}

export interface Page<T> {
  items: T[];
}
