// What the main thread and the data worker say to each other, whatever the task.

import type { ErrorCode, ErrorDetails } from '../../../core/index.ts';

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

/** `task` is a key of `WorkerTasks`; named loosely here, because tasks build on these messages. */
export type ToWorker =
  | { readonly kind: 'start'; readonly id: number; readonly task: string; readonly input: unknown }
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
