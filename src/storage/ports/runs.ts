// Trainings, backtests and searches as they were tracked.

import type { JsonObject } from './json.ts';

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
