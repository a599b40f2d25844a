// The main thread's side of the data workers: hands out tasks, keeps time limits, replaces a worker that died or hangs.

import { Worker } from 'node:worker_threads';

import { AppError, type ErrorCode } from '../core/index.ts';
import type {
  CarriedError,
  EngineLimits,
  FromWorker,
  Progress,
  TaskInput,
  TaskName,
  TaskOutput,
  ToWorker,
  WorkerSetup,
} from './worker-protocol.ts';

/** The platform's timers, passed in so that tests and simulations can hold time. */
export interface Timers {
  setTimeout(run: () => void, ms: number): unknown;
  clearTimeout(handle: unknown): void;
}

export interface DuckDbOptions extends Partial<EngineLimits> {
  /** For decompressed input and spilled tables; everything in it is temporary. */
  readonly scratchFolder: string;
  readonly timers: Timers;
  /** How many tasks may run at once; others wait in line. */
  readonly workersMax?: number;
}

export interface TaskOptions {
  readonly limitMs: number;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** After an interrupt a task gets this long to end by itself; then its worker is given up. */
const interruptGraceMs = 3_000;
const waitingMax = 1_000;

interface Task {
  readonly id: number;
  readonly name: TaskName;
  readonly input: unknown;
  readonly options: TaskOptions;
  readonly resolve: (output: unknown) => void;
  readonly reject: (error: unknown) => void;
}

interface Slot {
  readonly worker: Worker;
  task: Task | null;
  timer: unknown;
  timedOut: boolean;
}

/**
 * A small pool of data workers, started when first needed. One task runs in one worker at a time, with its own database.
 * A task past its limit is interrupted (`data/query-timeout`); a worker that does not obey or dies is replaced, and only
 * its task fails (`data/engine-failed`).
 */
export class DuckDb {
  readonly #options: DuckDbOptions;
  readonly #slots = new Set<Slot>();
  readonly #waiting: Task[] = [];
  #nextId = 1;
  #closed = false;

  constructor(options: DuckDbOptions) {
    this.#options = options;
  }

  run<K extends TaskName>(name: K, input: TaskInput<K>, options: TaskOptions): Promise<TaskOutput<K>> {
    if (this.#closed) return Promise.reject(new AppError('data/engine-failed', 'the data engine is closed'));
    if (this.#waiting.length >= waitingMax)
      return Promise.reject(
        new AppError('data/engine-failed', `${waitingMax} data tasks are waiting already: try later`),
      );
    return new Promise((resolve, reject) => {
      const task: Task = { id: this.#nextId++, name, input, options, resolve: resolve as never, reject };
      this.#waiting.push(task);
      this.#next();
    });
  }

  /** Ends the workers; tasks still running fail. */
  async close(): Promise<void> {
    this.#closed = true;
    const closed = new AppError('data/engine-failed', 'the data engine was closed during the task');
    for (const task of this.#waiting.splice(0)) task.reject(closed);
    for (const slot of [...this.#slots]) {
      if (slot.task !== null) this.#giveUp(slot, closed);
      else {
        this.#slots.delete(slot);
        await slot.worker.terminate();
      }
    }
  }

  #next(): void {
    while (this.#waiting.length > 0) {
      let slot = [...this.#slots].find((candidate) => candidate.task === null);
      if (slot === undefined) {
        if (this.#slots.size >= (this.#options.workersMax ?? 2)) return;
        slot = this.#startWorker();
      }
      this.#assign(slot, this.#waiting.shift() as Task);
    }
  }

  #startWorker(): Slot {
    const limits = {
      memoryBytesMax: this.#options.memoryBytesMax ?? 2 * 1024 ** 3,
      threads: this.#options.threads ?? 2,
    };
    const setup: WorkerSetup = { scratchFolder: this.#options.scratchFolder, limits };
    const file = import.meta.url.endsWith('.ts') ? './duckdb-worker.ts' : './duckdb-worker.js';
    const worker = new Worker(new URL(file, import.meta.url), { workerData: setup });
    const slot: Slot = { worker, task: null, timer: null, timedOut: false };
    worker.unref();
    worker.on('message', (message: FromWorker) => this.#receive(slot, message));
    worker.on('error', (cause) => this.#lost(slot, cause));
    worker.on('exit', () => this.#lost(slot, new Error('the data worker ended')));
    this.#slots.add(slot);
    return slot;
  }

  #assign(slot: Slot, task: Task): void {
    slot.task = task;
    slot.timedOut = false;
    slot.worker.ref();
    slot.timer = this.#options.timers.setTimeout(() => this.#interrupt(slot, task), task.options.limitMs);
    task.options.signal?.addEventListener('abort', () => this.#interrupt(slot, task), { once: true });
    this.#send(slot, { kind: 'start', id: task.id, task: task.name, input: task.input });
    if (task.options.signal?.aborted) this.#interrupt(slot, task);
  }

  #interrupt(slot: Slot, task: Task): void {
    if (slot.task !== task) return;
    slot.timedOut = true;
    this.#send(slot, { kind: 'interrupt', id: task.id });
    this.#options.timers.clearTimeout(slot.timer);
    slot.timer = this.#options.timers.setTimeout(() => {
      if (slot.task === task) this.#giveUp(slot, timeoutError(task));
    }, interruptGraceMs);
  }

  #receive(slot: Slot, message: FromWorker): void {
    const task = slot.task;
    if (message.kind === 'ready' || task === null || task.id !== message.id) return;
    switch (message.kind) {
      case 'progress':
        task.options.onProgress?.(message.progress);
        return;
      case 'done':
        this.#finish(slot);
        task.resolve(message.output);
        break;
      case 'failed':
        task.reject(slot.timedOut ? timeoutError(task) : revive(message.error));
        this.#finish(slot);
    }
    this.#next();
  }

  #finish(slot: Slot): void {
    this.#options.timers.clearTimeout(slot.timer);
    slot.task = null;
    slot.worker.unref();
  }

  #lost(slot: Slot, cause: unknown): void {
    if (!this.#slots.has(slot)) return;
    this.#giveUp(slot, new AppError('data/engine-failed', 'the data worker stopped unexpectedly', { cause }));
  }

  /**
   * Forgets a worker. Terminating one whose native query is still running only takes effect when the query ends, so
   * this does not wait for it.
   */
  #giveUp(slot: Slot, error: AppError): void {
    const task = slot.task;
    if (task !== null) this.#finish(slot);
    this.#slots.delete(slot);
    slot.worker.terminate().catch(() => {});
    task?.reject(error);
    if (!this.#closed) this.#next();
  }

  #send(slot: Slot, message: ToWorker): void {
    slot.worker.postMessage(message);
  }
}

function timeoutError(task: Task): AppError {
  if (task.options.signal?.aborted)
    return new AppError('data/query-timeout', `${task.name} was cancelled before it finished`);
  return new AppError(
    'data/query-timeout',
    `${task.name} did not finish within ${task.options.limitMs} ms: simplify the filter, or bring less data`,
  );
}

function revive(error: CarriedError): AppError {
  const cause = new Error(error.message);
  cause.stack = error.stack;
  const code: ErrorCode = error.code ?? 'data/engine-failed';
  return new AppError(code, error.message, { details: error.details, cause });
}
