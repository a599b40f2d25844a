// What the edge needs of the services behind it, and the settings it runs with. No store: every route calls a service.

import type { Registry as MetricsRegistry } from 'prom-client';
import type { CheckResult, Clock, IdSource, Project, StoredEvent } from '../../core/index.ts';
import type { AlertRoutes, Alerts, noteNotification } from '../../services/alerts/index.ts';
import type { ContractFailures } from '../../services/contracts/index.ts';
import type { DataService } from '../../services/data/index.ts';
import type { DriftReports } from '../../services/drift/index.ts';
import type { ChangeFeed, EventFeed } from '../../services/feed/index.ts';
import type { Inference, OnnxModels } from '../../services/inference/index.ts';
import type { PipelineEngine } from '../../services/jobs/index.ts';
import type { Kpis } from '../../services/kpis/index.ts';
import type { Standing } from '../../services/learning/index.ts';
import type { AccuracyMonitor, CoverageMonitor } from '../../services/monitor/index.ts';
import type { Overrides } from '../../services/overrides/index.ts';
import type { Projects } from '../../services/projects/index.ts';
import type { Promotion, Registry } from '../../services/registry/index.ts';
import type { ForecastFiles } from '../../services/scoring/index.ts';
import type { SeriesService } from '../../services/series/index.ts';
import type { ForecastAnswer, Serving, ServingTimers } from '../../services/serving/index.ts';
import type { Sources, Webhooks } from '../../services/sources/index.ts';
import type { Streams } from '../../services/streams/index.ts';
import type { Tracking } from '../../services/tracking/index.ts';
import type { Health } from './contract.ts';
import type { Site } from './dashboard/site.ts';
import type { DemoControl } from './demo-contract.ts';
import type { AllowedSites } from './host-and-origin.ts';
import type { HttpLimits } from './limits.ts';

/** How a body of observations is written. */
export type BodyFormat = 'json' | 'ndjson' | 'csv' | 'xlsx';

export interface BodyOptions {
  readonly format: BodyFormat;
  readonly source: string;
  readonly idempotencyKey?: string;
  /** Of a workbook: what its parts may unpack to. */
  readonly unpackedBytesMax?: number;
}

/** What one ingest brought, as `data` counts it. */
export interface IngestOutcome {
  readonly replayed: boolean;
  readonly batch: {
    readonly id: string;
    readonly rowsAccepted: number;
    readonly rowsPlanned: number;
    readonly rowsDescribed: number;
    readonly rowsDuplicate: number;
    readonly rowsReplaced: number;
    readonly rowsAdded: number;
    readonly rowsQuarantined: number;
    readonly quarantinedByCode: Readonly<Record<string, number>>;
  };
  /** The first few quarantined rows. */
  readonly problems: readonly Pick<QuarantineEntry, 'row' | 'code' | 'reason'>[];
  /** Checks of the contract that failed and did not refuse the batch. */
  readonly failedChecks: readonly CheckResult[];
  readonly periodsOpen?: number;
}

export interface SnapshotSummary {
  readonly id: string;
  readonly project: string;
  readonly createdAt: number;
  readonly batchSeqMax: number;
  readonly segments: readonly unknown[];
  readonly rowCount: number;
  readonly seriesCount: number;
  readonly periodMin: number;
  readonly periodMax: number;
}

/** The part of `data` that has routes. */
export interface HttpData {
  ingestBody(
    project: Project,
    bytes: Uint8Array,
    options: BodyOptions & { closedThrough?: string },
  ): Promise<IngestOutcome>;
  ingestAttributesBody(project: Project, bytes: Uint8Array, options: BodyOptions): Promise<IngestOutcome>;
  listSnapshots(project: string, limit: number): Promise<readonly SnapshotSummary[]>;
  diffSnapshots(project: string, a: string, b: string): ReturnType<DataService['diffSnapshots']>;
  quarantine(
    project: string,
    options: { batchId?: string; code?: string; limit: number },
  ): Promise<readonly QuarantineEntry[]>;
  storedProfile(project: Project): Promise<StoredProfile>;
  storedContract(project: Project): ReturnType<DataService['storedContract']>;
  contractStates(projects: readonly Project[]): ReturnType<DataService['contractStates']>;
  repair(project: Project, request: Parameters<DataService['repair']>[1]): Promise<RepairOutcome>;
  withdraw(project: Project, request: WithdrawRows): Promise<WithdrawResult>;
  restoreWithdrawal(project: Project, id: string): Promise<WithdrawResult>;
  withdrawals(project: string): Promise<readonly WithdrawalRecord[]>;
  batches(project: string, query: Parameters<DataService['batches']>[1]): Promise<readonly ListedBatch[]>;
}

export type WithdrawRows = Parameters<DataService['withdraw']>[1];
export type WithdrawResult = Awaited<ReturnType<DataService['withdraw']>>;
export type ListedBatch = Awaited<ReturnType<DataService['batches']>>[number];
export type WithdrawalRecord = WithdrawResult['withdrawal'];

export type StoredProfile = Awaited<ReturnType<DataService['storedProfile']>>;

export type RepairOutcome = Awaited<ReturnType<DataService['repair']>>;

export interface QuarantineEntry {
  readonly batchId: string;
  readonly row: number;
  readonly code: string;
  readonly reason: string;
  readonly raw: unknown;
  readonly factor?: number;
  readonly repairedBy: string | null;
}

/** What happened, in order. */
export interface HttpEvents {
  readEvents(options: { afterSeq: number; project?: string; limit: number }): Promise<readonly StoredEvent[]>;
  lastEventSeq(): Promise<number>;
}

export interface HttpServices {
  readonly projects: Pick<
    Projects,
    | 'list'
    | 'find'
    | 'get'
    | 'record'
    | 'records'
    | 'removed'
    | 'add'
    | 'change'
    | 'remove'
    | 'restore'
    | 'purge'
    | 'onChange'
  >;
  readonly data: HttpData;
  readonly serving: Pick<Serving, 'answer' | 'replenish' | 'catchUp' | 'status'>;
  /** Every model, for the protocols that speak of tensors. */
  readonly inference: Pick<
    Inference,
    'index' | 'entries' | 'find' | 'findReady' | 'defaultName' | 'infer' | 'statistics' | 'load' | 'unload'
  >;
  /** Calls the listener with every forecast that `inference` answered: metrics count them with the others. */
  readonly onInferredForecast: (listener: (project: string, answer: ForecastAnswer) => void) => void;
  readonly monitor: Pick<AccuracyMonitor, 'accuracy'>;
  readonly series: Pick<SeriesService, 'list' | 'one' | 'explain' | 'exceptions' | 'totals' | 'risk'>;
  readonly standing: (project: Project) => Promise<Standing>;
  readonly drift: Pick<DriftReports, 'list' | 'one'>;
  readonly overrides: Pick<Overrides, 'set' | 'withdraw' | 'list' | 'value'>;
  readonly alerts: Pick<
    Alerts,
    'list' | 'get' | 'acknowledge' | 'silence' | 'unsilence' | 'resolve' | 'endOf' | 'totals'
  >;
  readonly alertRoutes: Pick<AlertRoutes, 'list' | 'test'>;
  readonly noteNotification: (of: Parameters<typeof noteNotification>[1]) => Promise<number>;
  readonly forecastFiles: Pick<ForecastFiles, 'begin' | 'open'>;
  readonly coverage: Pick<CoverageMonitor, 'measure' | 'latest'>;
  readonly jobs: Pick<PipelineEngine, 'enqueue' | 'get' | 'list' | 'log' | 'cancel'>;
  readonly registry: Pick<Registry, 'find' | 'get' | 'list' | 'aliases' | 'prediction' | 'why' | 'champion'>;
  /** How a version comes to serve. */
  readonly promotion: Pick<Promotion, 'promote' | 'rollback'>;
  /** Models that no project trained; a change is in effect in this process when `modelsFollowed` resolves. */
  readonly models: Pick<OnnxModels, 'register' | 'list' | 'promote' | 'rollback'>;
  readonly modelsFollowed: () => Promise<void>;
  readonly tracking: Pick<Tracking, 'get' | 'list'>;
  readonly streams: Pick<Streams, 'list' | 'failures'>;
  readonly sources: Pick<Sources, 'list' | 'failures' | 'begin' | 'resume'>;
  readonly webhooks: Pick<Webhooks, 'admit' | 'take'>;
  readonly events: HttpEvents;
  readonly kpis: Pick<
    Kpis,
    'objective' | 'countRequest' | 'countForecasts' | 'countRefusedConnection' | 'report'
  >;
  /** What failed checks of contracts came to, whichever way rows came. */
  readonly contractFailures: Pick<ContractFailures, 'of'>;
  /** Resolves when what must be durable can be written. */
  readonly check: () => Promise<void>;
  /** Who follows events, here and in the process that works in the background, and how far behind. */
  readonly feed: Pick<
    EventFeed,
    'head' | 'news' | 'lags' | 'lagsElsewhere' | 'failures' | 'failuresElsewhere'
  >;
  /** Resolves when the disk has the room that must stay free. */
  readonly room: () => Promise<void>;
  /** Of the disk of the data folder. */
  readonly disk: () => Promise<Exclude<Health['disk'], null>>;
  readonly others: OtherProcesses;
  readonly changes: Pick<ChangeFeed, 'told'>;
  /** True once everything up to that event is in effect in this process; false when it could not be taken in. */
  readonly reached: (seq: number) => Promise<boolean>;
}

/** The other processes of this server. */
export interface OtherProcesses {
  /** Shows them the metrics of this one. */
  share(own: MetricsRegistry): void;
  /** The metrics of all processes together; undefined where this one is alone. */
  metrics(): Promise<string | undefined>;
}

/** There are none. */
export const alone: OtherProcesses = {
  share: () => {},
  metrics: async () => undefined,
};

export interface HttpSettings extends AllowedSites {
  /** Version of the program, for `/openapi.json`. */
  readonly version: string;
  /** Largest body as sent, and after decompression. */
  readonly bodyBytesMax: number;
  readonly decompressedBytesMax: number;
  /** Addresses and networks of proxies whose `X-Forwarded-For` is believed; default: none. */
  readonly trustedProxies?: readonly string[];
  /** How long a closing server keeps connections for requests that are on their way; default: not at all. */
  readonly drainMs?: number;
  /** Other bounds than the default ones. */
  readonly limits?: Partial<HttpLimits>;
  readonly eventHeartbeatMs?: number;
  /** Also report CPU, memory and event-loop lag of the process; default true. */
  readonly processMetrics?: boolean;
}

export interface HttpLog {
  info(fields: object, message: string): void;
  error(fields: object, message: string): void;
  /** Lines that could not be written since the start. */
  linesLost(): number;
}

export interface HttpOptions {
  readonly services: HttpServices;
  readonly settings: HttpSettings;
  readonly clock: Clock;
  readonly ids: Pick<IdSource, 'next'>;
  readonly timers: ServingTimers;
  readonly log: HttpLog;
  /** The dashboard; without it `/` answers with links for programs alone. */
  readonly site?: Site;
  /** The demo's season, where this is its server. */
  readonly demo?: DemoControl;
}

export type RegisteredVersion = Awaited<ReturnType<OnnxModels['register']>>;
export type CoverageReport = Awaited<ReturnType<CoverageMonitor['measure']>>;
export type JobRecord = Awaited<ReturnType<PipelineEngine['get']>>;
export type ProjectRecord = Awaited<ReturnType<Projects['record']>>;
export type VersionRecord = Awaited<ReturnType<Registry['get']>>;
export type RunRecord = Awaited<ReturnType<Tracking['get']>>;
export type PredictionRecord = Awaited<ReturnType<Registry['why']>>['prediction'];
