// What commands need of an opened data folder. `main.ts` builds more; this is the part that the command line uses.

import type { AppError, Project } from '../../core/index.ts';
import type { AlertRoutes, Alerts } from '../../services/alerts/index.ts';
import type { DataService } from '../../services/data/index.ts';
import type { DriftReports } from '../../services/drift/index.ts';
import type { OnnxModels } from '../../services/inference/index.ts';
import type { PipelineEngine } from '../../services/jobs/index.ts';
import type { Copied, VerifyReport } from '../../services/keeping/index.ts';
import type { Standing } from '../../services/learning/index.ts';
import type { AccuracyMonitor, CoverageMonitor } from '../../services/monitor/index.ts';
import type { Overrides } from '../../services/overrides/index.ts';
import type { Projects } from '../../services/projects/index.ts';
import type { Promotion, Registry } from '../../services/registry/index.ts';
import type { Retention } from '../../services/retention/index.ts';
import type { ForecastFiles } from '../../services/scoring/index.ts';
import type { SeriesService } from '../../services/series/index.ts';
import type { Serving, SnapshotSource } from '../../services/serving/index.ts';
import type { Sources } from '../../services/sources/index.ts';
import type { Streams } from '../../services/streams/index.ts';
import type { Tracking } from '../../services/tracking/index.ts';

export interface CliServices {
  readonly projects: Pick<
    Projects,
    'list' | 'find' | 'record' | 'records' | 'removed' | 'add' | 'change' | 'remove' | 'restore' | 'purge'
  >;
  readonly data: Pick<
    DataService,
    | 'ingestFile'
    | 'ingestAttributesFile'
    | 'validateFile'
    | 'storedContract'
    | 'tryContract'
    | 'contractStates'
    | 'storedProfile'
    | 'createSnapshot'
    | 'listSnapshots'
    | 'diffSnapshots'
    | 'quarantine'
    | 'repair'
    | 'withdraw'
    | 'restoreWithdrawal'
    | 'withdrawals'
    | 'batches'
    | 'seal'
    | 'observationsSince'
    | 'covariatesSince'
    | 'attributesSince'
    | 'readPanel'
  >;
  readonly snapshots: SnapshotSource;
  /** Takes jobs once started; a server that runs beside takes them too. */
  readonly jobs: Pick<PipelineEngine, 'enqueue' | 'get' | 'list' | 'log' | 'cancel' | 'waitFor' | 'start'>;
  readonly forecastFiles: Pick<ForecastFiles, 'keep' | 'open'>;
  readonly tracking: Pick<Tracking, 'get' | 'list' | 'loadArtifact'>;
  readonly registry: Pick<
    Registry,
    'find' | 'get' | 'list' | 'aliases' | 'setAlias' | 'champion' | 'loadArtifact' | 'prediction' | 'why'
  >;
  /** How a version comes to serve. */
  readonly promotion: Pick<Promotion, 'promote' | 'rollback'>;
  /** Models that no project trained. */
  readonly models: Pick<OnnxModels, 'register' | 'list' | 'promote' | 'rollback'>;
  readonly serving: Pick<Serving, 'take' | 'forecast' | 'replenish' | 'projectNames' | 'project'>;
  readonly monitor: Pick<AccuracyMonitor, 'accuracy'>;
  readonly series: Pick<SeriesService, 'list' | 'one' | 'explain' | 'exceptions' | 'totals' | 'risk'>;
  readonly standing: (project: Project) => Promise<Standing>;
  readonly overrides: Pick<Overrides, 'set' | 'withdraw' | 'list' | 'value'>;
  readonly alerts: Pick<
    Alerts,
    'list' | 'get' | 'acknowledge' | 'silence' | 'unsilence' | 'resolve' | 'endOf'
  >;
  readonly alertRoutes: Pick<AlertRoutes, 'list' | 'test'>;
  readonly drift: Pick<DriftReports, 'list' | 'one'>;
  readonly streams: Pick<Streams, 'list' | 'replay'>;
  readonly sources: Pick<Sources, 'list' | 'jobOf' | 'resume'>;
  readonly coverage: Pick<CoverageMonitor, 'measure' | 'latest'>;
  readonly retention: Pick<Retention, 'preview' | 'run' | 'past'>;
  /** Which parts of the program cannot take in what has happened, a sentence each. */
  readonly followFailures: () => Promise<readonly string[]>;
  /** Starts serving, the worker and HTTP; the address it is reached at. */
  listen(): Promise<{ url: string }>;
  /** Finishes what is under way and lets go of the data folder. */
  close(): Promise<void>;
}

type OnProgress = (fraction: number, message: string) => void;

/** What can be done with a data folder as a whole, whether or not a server could start on it. */
export interface CliKeeping {
  /** False where nothing has been kept yet. */
  holdsData(): boolean;
  /** What would keep a server from starting on it, as far as it is seen without opening it. */
  fault(): AppError | undefined;
  /** Makes what is there the whole. @returns what was wrong; empty = nothing was */
  acceptLoss(): Promise<readonly AppError[]>;
  /** Looks at all of it, or of a backup. */
  verify(options: { folder?: string; onProgress: OnProgress }): Promise<VerifyReport>;
  /** Copies it, also while a server runs. */
  backup(options: { to: string; onProgress: OnProgress }): Promise<Copied & { readonly to: string }>;
  /** Makes it of a backup. @returns `before`: where what was there has been moved */
  restore(options: {
    from: string;
    replace: boolean;
    onProgress: OnProgress;
  }): Promise<Copied & { readonly to: string; readonly before: string | null }>;
}

export type SnapshotRecord = Awaited<ReturnType<DataService['createSnapshot']>>;
export type WithdrawResult = Awaited<ReturnType<DataService['withdraw']>>;
export type WithdrawalRecord = WithdrawResult['withdrawal'];
export type ProjectRecord = Awaited<ReturnType<Projects['record']>>;
export type JobRecord = Awaited<ReturnType<PipelineEngine['get']>>;
export type VersionRecord = Awaited<ReturnType<Registry['get']>>;
export type RegisteredVersion = Awaited<ReturnType<OnnxModels['register']>>;
export type RunRecord = Awaited<ReturnType<Tracking['get']>>;
export type Lineage = Awaited<ReturnType<Registry['why']>>;
export type CoverageReport = Awaited<ReturnType<CoverageMonitor['measure']>>;
export type { AccuracyGroupBy } from '../../services/monitor/index.ts';
export type AccuracyReport = Awaited<ReturnType<AccuracyMonitor['accuracy']>>;
export type SourceStatus = Awaited<ReturnType<Sources['list']>>[number];
export type StreamStatus = Awaited<ReturnType<Streams['list']>>[number];
