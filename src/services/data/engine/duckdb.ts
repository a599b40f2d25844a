// The main thread's side of the data workers: hands out tasks, keeps time limits, replaces a worker that died or hangs.

import { Worker } from 'node:worker_threads';

import { AppError, type ErrorCode } from '../../../core/index.ts';
import type {
  CarriedError,
  EngineLimits,
  FromWorker,
  Progress,
  ToWorker,
  WorkerSetup,
} from './worker-messages.ts';
import type { TaskInput, TaskName, TaskOutput } from './worker-tasks.ts';

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

/** After an interrupt a task gets this long to end by itself; then its worker is abandoned. */
const interruptGraceMs = 5_000;
const waitingMax = 1_000;
/** More workers than this that will not stop, and no further task is taken. */
const abandonedMax = 4;

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
  stopped: boolean;
  whenIdle: () => void;
}

/**
 * A small pool of data workers, started when first needed. One task runs in one worker at a time, with its own database.
 * A task past its limit is interrupted (`data/query-timeout`); a worker that does not obey or dies is replaced, and only
 * its task fails (`data/engine-failed`).
 */
export class DuckDb {
  readonly #options: DuckDbOptions;
  readonly #slots = new Set<Slot>();
  /** Workers whose task was given up but still computes. */
  readonly #abandoned = new Set<Worker>();
  readonly #waiting: Task[] = [];
  #nextId = 1;
  #closed = false;

  constructor(options: DuckDbOptions) {
    this.#options = options;
  }

  run<K extends TaskName>(name: K, input: TaskInput<K>, options: TaskOptions): Promise<TaskOutput<K>> {
    if (this.#closed) return Promise.reject(new AppError('data/engine-failed', 'the data engine is closed'));
    const refused =
      this.#waiting.length >= waitingMax
        ? `${waitingMax} data tasks are waiting already: try later`
        : this.#abandoned.size >= abandonedMax
          ? `${abandonedMax} data tasks do not stop though their time is over: restart the process`
          : null;
    if (refused !== null) return Promise.reject(new AppError('data/engine-failed', refused));
    return new Promise((resolve, reject) => {
      const task: Task = { id: this.#nextId++, name, input, options, resolve: resolve as never, reject };
      this.#waiting.push(task);
      this.#next();
    });
  }

  /** Ends the workers; tasks that wait or run fail. Resolves when every worker that can be ended has ended. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const task of this.#waiting.splice(0)) task.reject(closedError());
    await Promise.all([...this.#slots].map((slot) => this.#closeSlot(slot)));
  }

  async #closeSlot(slot: Slot): Promise<void> {
    if (slot.task !== null) {
      const idle = new Promise<void>((resolve) => {
        slot.whenIdle = resolve;
      });
      this.#interrupt(slot, slot.task);
      await idle;
    }
    if (this.#slots.delete(slot)) await slot.worker.terminate();
  }

  #next(): void {
    if (this.#closed) return;
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
    const slot: Slot = { worker, task: null, timer: null, stopped: false, whenIdle: () => {} };
    worker.unref();
    worker.on('message', (message: FromWorker) => this.#receive(slot, message));
    worker.on('error', (cause) => this.#lost(slot, cause));
    worker.on('exit', () => this.#lost(slot, new Error('the data worker ended')));
    this.#slots.add(slot);
    return slot;
  }

  #assign(slot: Slot, task: Task): void {
    slot.task = task;
    slot.stopped = false;
    slot.worker.ref();
    slot.timer = this.#options.timers.setTimeout(() => this.#interrupt(slot, task), task.options.limitMs);
    task.options.signal?.addEventListener('abort', () => this.#interrupt(slot, task), { once: true });
    this.#send(slot, { kind: 'start', id: task.id, task: task.name, input: task.input });
    if (task.options.signal?.aborted) this.#interrupt(slot, task);
  }

  #interrupt(slot: Slot, task: Task): void {
    if (slot.task !== task) return;
    slot.stopped = true;
    this.#send(slot, { kind: 'interrupt', id: task.id });
    this.#options.timers.clearTimeout(slot.timer);
    slot.timer = this.#options.timers.setTimeout(() => {
      if (slot.task === task) this.#abandon(slot, task);
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
        // A result that comes after its time is one that nobody waits for.
        if (slot.stopped) task.reject(this.#stopError(task));
        else task.resolve(message.output);
        this.#finish(slot);
        break;
      case 'failed':
        task.reject(slot.stopped ? this.#stopError(task) : revive(message.error));
        this.#finish(slot);
    }
    this.#next();
  }

  #finish(slot: Slot): void {
    this.#options.timers.clearTimeout(slot.timer);
    slot.task = null;
    slot.worker.unref();
    slot.whenIdle();
  }

  #lost(slot: Slot, cause: unknown): void {
    this.#abandoned.delete(slot.worker);
    if (!this.#slots.delete(slot)) return;
    const task = slot.task;
    if (task !== null) {
      this.#finish(slot);
      task.reject(new AppError('data/engine-failed', 'the data worker stopped unexpectedly', { cause }));
    }
    this.#next();
  }

  /**
   * Lets go of a worker that does not obey. It is not terminated while its native query runs: when that query then
   * ended in a thread that is gone, it would take the whole process with it. It is terminated when it answers.
   */
  #abandon(slot: Slot, task: Task): void {
    this.#slots.delete(slot);
    this.#abandoned.add(slot.worker);
    this.#finish(slot);
    slot.worker.on('message', (message: FromWorker) => {
      if (message.kind === 'done' || message.kind === 'failed') void slot.worker.terminate();
    });
    task.reject(this.#stopError(task));
    this.#next();
  }

  #stopError(task: Task): AppError {
    return this.#closed ? closedError() : timeoutError(task);
  }

  #send(slot: Slot, message: ToWorker): void {
    slot.worker.postMessage(message);
  }
}

function closedError(): AppError {
  return new AppError('data/engine-failed', 'the data engine was closed before the task ended');
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
