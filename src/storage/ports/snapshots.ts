// Immutable dataset versions.

import type { SegmentRecord } from './history.ts';

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
