// What the steps of a batch scoring are given.

import type { Clock, Project } from '../../core/index.ts';
import type {
  BlobStore,
  HistoryStore,
  JobFileStore,
  OverrideStore,
  SnapshotStore,
} from '../../storage/ports/index.ts';
import type { DataService } from '../data/index.ts';
import type { Projects } from '../projects/index.ts';
import type { Registry } from '../registry/index.ts';
import type { LevelAdaptation } from '../serving/index.ts';

export interface ScoringOptions {
  readonly projects: Pick<Projects, 'getProject'>;
  readonly store: Pick<HistoryStore, 'historyTotals' | 'readClosings'> &
    Pick<SnapshotStore, 'getSnapshot'> &
    Pick<OverrideStore, 'lastOverrideSeq'> &
    JobFileStore;
  readonly registry: Pick<Registry, 'find' | 'champion' | 'get'>;
  readonly blobs: Pick<BlobStore, 'put' | 'get' | 'stream' | 'has' | 'delete'>;
  readonly data: Pick<DataService, 'readRequests'>;
  /** Of the data: when forecasts were made. */
  readonly clock: Clock;
  /** The champion's levels, adapted to the labels known now. */
  readonly adaptation: (project: Project) => Promise<LevelAdaptation>;
  /** Threads that forecast, ≥ 1. */
  readonly threads: number;
  /** The script of such a thread, which calls `scoreShare`, and what it opens its services from. */
  readonly thread: { readonly script: URL; readonly setup: unknown };
}
