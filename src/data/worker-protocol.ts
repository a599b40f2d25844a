// What the main thread and the data worker say to each other: which tasks there are, what goes in, what comes out.
// Everything here can be cloned between threads; typed arrays are transferred, not copied.

import type { ErrorCode, ErrorDetails } from '../core/index.ts';
import type {
  CountHistoryOutput,
  FlatPanel,
  HistoryDiff,
  ReadPanelInput,
  ReadRowsInput,
  RecentHighs,
  SegmentFacts,
  WriteSegmentInput,
} from './history-tasks.ts';
import type { IngestFileInput, IngestFileOutput } from './ingest-file-task.ts';
import type { ObservationArrays } from './observation-columns.ts';
import type { SegmentFile } from './segment-files.ts';
import type { ReadTableInput, Table } from './table.ts';

/** Each task by name. The worker's table of handlers has the same keys, so a missing handler does not compile. */
export interface WorkerTasks {
  readTable: { input: ReadTableInput; output: Table };
  ingestFile: { input: IngestFileInput; output: IngestFileOutput };
  writeSegment: { input: WriteSegmentInput; output: SegmentFacts };
  readPanel: { input: ReadPanelInput; output: FlatPanel };
  readRows: { input: ReadRowsInput; output: ObservationArrays };
  countHistory: { input: { readonly segments: readonly SegmentFile[] }; output: CountHistoryOutput };
  recentHighs: {
    input: { readonly segments: readonly SegmentFile[]; readonly windowPeriods: number };
    output: RecentHighs;
  };
  diffHistory: {
    input: { readonly from: readonly SegmentFile[]; readonly to: readonly SegmentFile[] };
    output: HistoryDiff;
  };
}

export type TaskName = keyof WorkerTasks;
export type TaskInput<K extends TaskName> = WorkerTasks[K]['input'];
export type TaskOutput<K extends TaskName> = WorkerTasks[K]['output'];

/** Limits of the data engine; the same for every task. */
export interface EngineLimits {
  readonly memoryBytesMax: number;
  readonly threads: number;
}

/** Given to the worker when it starts. */
export interface WorkerSetup {
  readonly scratchFolder: string;
  readonly limits: EngineLimits;
}

export type ToWorker =
  | { readonly kind: 'start'; readonly id: number; readonly task: TaskName; readonly input: unknown }
  | { readonly kind: 'interrupt'; readonly id: number };

export interface Progress {
  /** 0 to 1, or null while it cannot be known. */
  readonly fraction: number | null;
  readonly message: string;
}

/** An error on its way between threads. `code` is null for one that nobody foresaw. */
export interface CarriedError {
  readonly code: ErrorCode | null;
  readonly message: string;
  readonly details: ErrorDetails;
  readonly stack: string;
}

export type FromWorker =
  | { readonly kind: 'ready' }
  | { readonly kind: 'progress'; readonly id: number; readonly progress: Progress }
  | { readonly kind: 'done'; readonly id: number; readonly output: unknown }
  | { readonly kind: 'failed'; readonly id: number; readonly error: CarriedError };
