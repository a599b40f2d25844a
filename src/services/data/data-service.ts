// The data service: everything other rooms may ask of the demand history.

import {
  AppError,
  type Clock,
  type IdSource,
  type Panel,
  type Project,
  periodLabel,
} from '../../core/index.ts';
import type {
  BlobStore,
  HistoryPage,
  LocalFiles,
  SeriesAttributes,
  SnapshotRecord,
  TailRow,
  WithdrawalRecord,
} from '../../storage/ports/index.ts';
import { type BatchQuery, type ListedBatch, listBatches } from './batches.ts';
import { RefusalsTold } from './contract-events.ts';
import { type ContractState, contractStates } from './contract-states.ts';
import type { DataContext, DataStore } from './data-options.ts';
import { DuckDb, type Timers } from './engine/duckdb.ts';
import type { SeriesFigures, SeriesFiguresInput } from './engine/figures-task.ts';
import type { RequestTable } from './engine/requests-task.ts';
import { type SourceLimits, sourceLimits } from './engine/source-kind.ts';
import type { Table } from './engine/table-columns.ts';
import type { Progress } from './engine/worker-messages.ts';
import { type FileReport, fileReport } from './file-report.ts';
import {
  type IngestBodyOptions,
  type IngestFileOptions,
  ingestBody,
  ingestFile,
  runIngest,
} from './ingest.ts';
import { ingestAttributes } from './ingest-attributes.ts';
import { ingestSource, type SourceIngest, type SourceRows } from './ingest-source.ts';
import { attributesSince, covariatesSince } from './known-ahead.ts';
import { observationsSince } from './observations-since.ts';
import { PeriodCloser } from './period-closer.ts';
import { type QuarantinedBatchRow, type QuarantineQuery, readQuarantine } from './quarantine.ts';
import { RecentBatches } from './recent-batches.ts';
import { RecentHighs } from './recent-highs.ts';
import { Remembered } from './remembered.ts';
import { type RepairRequest, type RepairResult, repairRows } from './repair.ts';
import { stalePeriods } from './rows/series-report.ts';
import { pruneTail, type SealResult, sealTail } from './seal.ts';
import { type SealedPast, SealedReader } from './sealed-past.ts';
import { type KnownPeriod, seriesFigures, seriesHistory } from './series-history.ts';
import { createSnapshot, diffSnapshots, readPanel, type SnapshotDiff } from './snapshots.ts';
import { noteStoredLook, type StoredContract, storedContract } from './stored-contract.ts';
import { type StoredProfile, storedProfile } from './stored-profile.ts';
import { readTable, type TableOptions } from './table.ts';
import type { Ingest, IngestResult } from './taken-batch.ts';
import { LatelySent } from './unit-history.ts';
import { restoreWithdrawal, type WithdrawRequest, type WithdrawResult, withdraw } from './withdraw.ts';

/** A stored file of requests. */
export interface RequestFile {
  readonly hash: string;
  /** What messages call it. */
  readonly name: string;
}

export interface DataServiceOptions {
  readonly store: DataStore;
  readonly blobs: Pick<BlobStore, 'put'>;
  /** Where blobs are for the engine, and where it writes those to be. */
  readonly files: LocalFiles;
  readonly ids: IdSource;
  readonly clock: Clock;
  readonly timers: Timers;
  /** Folder of this process for decompressed input and spilled tables, with room for a few times the largest file. */
  readonly scratchFolder: string;
  /** Of the data engine, per task; default 2 GiB and 2 threads. */
  readonly memoryBytesMax?: number;
  readonly threads?: number;
  readonly limits?: Partial<SourceLimits>;
  /** Refuses rows before the disk is full; default: none does. */
  readonly room?: DataContext['room'];
  /** Longest a task of the engine may take; default one hour. */
  readonly limitMs?: number;
}

/** Opens the data service; its workers start when first needed. */
export function openData(options: DataServiceOptions): DataService {
  const engine = new DuckDb({
    scratchFolder: options.scratchFolder,
    timers: options.timers,
    ...(options.memoryBytesMax === undefined ? {} : { memoryBytesMax: options.memoryBytesMax }),
    ...(options.threads === undefined ? {} : { threads: options.threads }),
  });
  return new DataService({
    store: options.store,
    blobs: options.blobs,
    files: options.files,
    ids: options.ids,
    clock: options.clock,
    engine,
    recent: new RecentBatches(),
    limits: { ...sourceLimits, ...options.limits },
    room: options.room ?? { check: async () => {} },
    limitMs: options.limitMs ?? 3_600_000,
  });
}

export class DataService {
  readonly #context: DataContext;
  readonly #contracts: Remembered<StoredContract>;
  readonly #profiles: Remembered<StoredProfile>;
  readonly #sealed: SealedReader;
  readonly #closer: PeriodCloser;
  readonly #ingest: Ingest;

  constructor(context: DataContext) {
    this.#context = context;
    this.#closer = new PeriodCloser(context);
    this.#contracts = new Remembered(context);
    this.#profiles = new Remembered(context);
    this.#sealed = new SealedReader(context);
    const refusals = new RefusalsTold(context);
    this.#ingest = {
      context,
      highs: new RecentHighs(context),
      closer: this.#closer,
      refusals,
      lately: new LatelySent(),
    };
  }

  /** A file often completes periods, so what it closes is closed before this resolves. */
  async ingestFile(project: Project, path: string, options: IngestFileOptions = {}): Promise<IngestResult> {
    const result = await ingestFile(this.#ingest, project, path, options);
    // The file is in: whoever looks next closes what cannot be closed now.
    if (!result.replayed) await this.#closer.close(project).catch(() => []);
    return result;
  }

  ingestBody(project: Project, bytes: Uint8Array, options: IngestBodyOptions): Promise<IngestResult> {
    return ingestBody(this.#ingest, project, bytes, options);
  }

  /** Rows of a source, each named for good; see `ingestSource`. */
  ingestSource(project: Project, bytes: Uint8Array, options: SourceRows): Promise<SourceIngest> {
    return ingestSource(this.#ingest, project, bytes, options);
  }

  /** A table of attributes, one row per series; see `ingestAttributes`. */
  ingestAttributesFile(
    project: Project,
    path: string,
    options: IngestFileOptions = {},
  ): Promise<IngestResult> {
    return ingestAttributes(this.#ingest, project, { path }, options);
  }

  ingestAttributesBody(
    project: Project,
    bytes: Uint8Array,
    options: IngestBodyOptions,
  ): Promise<IngestResult> {
    return ingestAttributes(this.#ingest, project, { bytes, options });
  }

  /** What `ingestFile` would do with the file, and what its histories look like; nothing lands. */
  async validateFile(project: Project, path: string, options: IngestFileOptions = {}): Promise<FileReport> {
    const run = {
      ...options,
      path,
      now: this.#context.clock.now(),
      output: null,
      tailAfter: null,
      asTable: true,
    };
    const found = await runIngest(this.#ingest, project, run);
    return fileReport(project, found);
  }

  /** What the checks of the contract come to on what is stored: see `storedContract`. Remembered while nothing is new. */
  storedContract(project: Project): Promise<StoredContract> {
    return this.#contracts.of(project, async () => {
      const found = await storedContract(this.#context, project);
      await noteStoredLook(this.#context, project, found);
      return found;
    });
  }

  /** The same for another contract than that of the project, which is only tried. */
  tryContract(project: Project): Promise<StoredContract> {
    return storedContract(this.#context, project);
  }

  /** How the contracts of those projects stand that have one: see `contractStates`. */
  contractStates(projects: readonly Project[]): Promise<ContractState[]> {
    return contractStates(this.#context, projects);
  }

  /** What is stored as a whole: see `storedProfile`. Remembered while nothing is new. */
  storedProfile(project: Project, onProgress?: (progress: Progress) => void): Promise<StoredProfile> {
    return this.#profiles.of(project, () => storedProfile(this.#context, project, onProgress));
  }

  /** Demand of some periods, of some series or all, as far as it is sealed: what the tail says of them came later. Remembered while nothing is sealed. */
  sealedPast(
    project: string,
    range: { readonly from: number; readonly to: number },
    series?: readonly string[],
  ): Promise<SealedPast> {
    return this.#sealed.read(project, range, series);
  }

  /** What is known of each series at a glance: see `seriesFigures`. */
  seriesFigures(project: Project, of: Omit<SeriesFiguresInput, 'stored'>): Promise<SeriesFigures> {
    return seriesFigures(this.#context, project, of);
  }

  /** What rows say of the periods of one series: see `seriesHistory`. */
  seriesHistory(
    project: Project,
    of: { readonly seriesId: string; readonly from: number; readonly to: number },
  ): Promise<KnownPeriod[]> {
    return seriesHistory(this.#context, project, of);
  }

  /** Removes sealed tail rows that label no prediction. @returns how many */
  prune(project: string): Promise<number> {
    return pruneTail(this.#context, project);
  }

  seal(project: string): Promise<SealResult> {
    return sealTail(this.#context, project);
  }

  /** Takes rows back: see `withdraw.ts`. */
  withdraw(project: Project, request: WithdrawRequest): Promise<WithdrawResult> {
    return withdraw(this.#ingest, project, request);
  }

  restoreWithdrawal(project: Project, id: string): Promise<WithdrawResult> {
    return restoreWithdrawal(this.#ingest, project, id);
  }

  /** Newest first. */
  withdrawals(project: string): Promise<WithdrawalRecord[]> {
    return this.#context.store.listWithdrawals(project);
  }

  /** What came when, newest first: see `listBatches`. */
  batches(project: string, query: BatchQuery): Promise<ListedBatch[]> {
    return listBatches(this.#context, project, query);
  }

  createSnapshot(project: string): Promise<SnapshotRecord> {
    return createSnapshot(this.#context, project);
  }

  /** Newest first. */
  listSnapshots(project: string, limit = 100): Promise<SnapshotRecord[]> {
    return this.#context.store.listSnapshots(project, limit);
  }

  diffSnapshots(project: string, from: string, to: string): Promise<SnapshotDiff> {
    return diffSnapshots(this.#context, project, { from, to });
  }

  readPanel(project: Project, snapshotId: string): Promise<Panel> {
    return readPanel(this.#context, project, snapshotId);
  }

  /**
   * By the project clock: one series that goes on reporting does not make the others fresh before their periods are closed.
   * @throws AppError `data/stale-history` when the contract says so and the newest period closed for the project is too old
   */
  async checkFresh(project: Project, snapshot: Pick<SnapshotRecord, 'periodMax'>): Promise<void> {
    const { stalePeriodsMax } = project.contract;
    const periodMax = (await this.projectClock(project.name)) ?? snapshot.periodMax;
    const behind = stalePeriods(project, { now: this.#context.clock.now(), periodMax });
    if (stalePeriodsMax <= 0 || behind === null || behind <= stalePeriodsMax) return;
    throw new AppError(
      'data/stale-history',
      `the history of ${project.name} is closed through ${periodLabel(project.grid, periodMax)}, ` +
        `${behind} periods behind; ${stalePeriodsMax} are allowed`,
    );
  }

  quarantine(project: string, query: QuarantineQuery): Promise<QuarantinedBatchRow[]> {
    return readQuarantine(this.#context, project, query);
  }

  /** Sends quarantined rows again, mended or accepted: see `repairRows`. */
  repair(project: Project, request: RepairRequest): Promise<RepairResult> {
    return repairRows(this.#ingest, project, request);
  }

  observationsSince(project: string, batchSeq: number): AsyncIterable<HistoryPage> {
    return observationsSince(this.#context, project, batchSeq);
  }

  /** Nothing is kept in memory of a project that is gone, or of which the settings have changed. */
  async forget(project: string): Promise<void> {
    this.#context.recent.forget(project);
    this.#ingest.highs.forget(project);
    this.#contracts.forget(project);
    this.#profiles.forget(project);
    this.#sealed.forget(project);
    await this.#closer.forget(project);
  }

  /** Closes periods whose usual reporters have come, or that have waited long enough. @returns how many closings were committed */
  async closePeriods(project: Project): Promise<number> {
    return (await this.#closer.close(project)).length;
  }

  /** The newest period closed for the whole project; null before the first closing. O(1). */
  projectClock(project: string): Promise<number | null> {
    return this.#context.store.projectClock(project);
  }

  /** Covariates of rows after a batch, of periods from `periodMin` on: see `covariatesSince`. */
  covariatesSince(
    project: string,
    from: { readonly afterSeq: number; readonly periodMin: number },
  ): AsyncIterable<TailRow[]> {
    return covariatesSince(this.#context, project, from);
  }

  attributesSince(
    project: string,
    from: { readonly afterSeq: number; readonly batchSeqMax?: number },
  ): AsyncIterable<SeriesAttributes[]> {
    return attributesSince(this.#context, project, from);
  }

  /**
   * A file of requests: series, and what is planned for some periods.
   * @throws AppError `data/*` for a file that cannot be read, and for its first row that makes no sense
   */
  async readRequests(
    project: Project,
    file: RequestFile,
    of: { readonly from: number; readonly to: number },
  ): Promise<RequestTable> {
    const { engine, files, limits, limitMs } = this.#context;
    const path = await files.localPath(file.hash);
    return await engine.run('readRequests', { path, name: file.name, project, ...of, limits }, { limitMs });
  }

  readTable(options: TableOptions): Promise<Table> {
    return readTable(this.#context.engine, { limits: this.#context.limits, ...options });
  }

  close(): Promise<void> {
    return this.#context.engine.close();
  }
}
