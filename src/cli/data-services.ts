// The part of `data` that commands use.

import type { Panel, Project } from '../core/index.ts';

/** How the rows of a file fared. */
export interface RowCounts {
  readonly rowsAccepted: number;
  readonly rowsDuplicate: number;
  readonly rowsQuarantined: number;
  readonly quarantinedByCode: Readonly<Record<string, number>>;
  readonly periodMin: number | null;
  readonly periodMax: number | null;
}

/** What one ingest brought. */
export interface IngestOutcome {
  /** True when this very batch was known: the counts are those of the first time. */
  readonly replayed: boolean;
  readonly batch: RowCounts & { readonly id: string; readonly source: string };
}

export interface SnapshotSummary {
  readonly id: string;
  readonly project: string;
  readonly createdAt: number;
  readonly batchSeqMax: number;
  readonly rowCount: number;
  readonly seriesCount: number;
  readonly periodMin: number;
  readonly periodMax: number;
}

export interface QuarantineEntry {
  readonly batchId: string;
  readonly row: number;
  readonly code: string;
  readonly reason: string;
  readonly raw: unknown;
}

export interface ProgressReport {
  readonly onProgress?: (progress: { fraction: number | null; message: string }) => void;
}

export interface CliData {
  ingestFile(
    project: Project,
    path: string,
    options?: { idempotencyKey?: string } & ProgressReport,
  ): Promise<IngestOutcome>;
  validateFile(project: Project, path: string, options?: ProgressReport): Promise<RowCounts>;
  createSnapshot(project: Project): Promise<SnapshotSummary>;
  listSnapshots(project: Project, limit: number): Promise<readonly SnapshotSummary[]>;
  diffSnapshots(project: Project, a: string, b: string): Promise<object>;
  readPanel(project: Project, snapshotId: string): Promise<Panel>;
  quarantine(
    project: Project,
    options: { batchId?: string; code?: string; limit: number },
  ): Promise<readonly QuarantineEntry[]>;
}
