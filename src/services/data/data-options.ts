// What the services of this room are given: exactly the ports and sources they use.

import type { Clock, IdSource } from '../../core/index.ts';
import type {
  BlobStore,
  ContractStore,
  EventStore,
  HistoryStore,
  LocalFiles,
  PredictionStore,
  SnapshotStore,
  SourceStore,
  WithdrawalStore,
} from '../../storage/ports/index.ts';
import type { DuckDb } from './engine/duckdb.ts';
import type { SourceLimits } from './engine/source-kind.ts';
import type { RecentBatches } from './recent-batches.ts';

export type DataStore = HistoryStore &
  SnapshotStore &
  WithdrawalStore &
  Pick<SourceStore, 'advanceSource' | 'lastSourceRows'> &
  Pick<PredictionStore, 'predictionStats'> &
  ContractStore &
  Pick<EventStore, 'appendEvent'>;

export interface DataContext {
  readonly store: DataStore;
  readonly blobs: Pick<BlobStore, 'put'>;
  readonly files: LocalFiles;
  readonly ids: IdSource;
  readonly clock: Clock;
  readonly engine: DuckDb;
  readonly recent: RecentBatches;
  readonly limits: SourceLimits;
  /** @throws AppError `store/full` when no rows may be taken in for want of room on the disk */
  readonly room: { check(): Promise<void> };
  /** For one task of the engine. */
  readonly limitMs: number;
}
