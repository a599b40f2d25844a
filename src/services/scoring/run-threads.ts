// The main thread's side of a batch scoring: starts the threads, adds up how far they are, ends them all when one fails.

import { Worker } from 'node:worker_threads';
import { AppError } from '../../core/index.ts';
import type { ScoringOptions } from './scoring-options.ts';
import type { FromScoringThread, ScoringTask } from './scoring-thread.ts';

/** What the script of a thread is given. */
export interface ScoringThreadData {
  readonly task: ScoringTask;
  readonly setup: unknown;
}

interface Watch {
  readonly task: Omit<ScoringTask, 'thread' | 'threads'>;
  /** Ends the threads at once. */
  readonly signal: AbortSignal;
  /** @param series done, of all series */
  readonly onProgress: (fraction: number, series: string) => void;
}

/** @returns how many parts the file has @throws whatever ends the first thread that fails */
export async function runThreads(options: ScoringOptions, watch: Watch): Promise<{ parts: number }> {
  const { threads, thread } = options;
  watch.signal.throwIfAborted();
  const tally = new Tally(threads, watch.onProgress);
  const workers: Worker[] = [];
  try {
    const ends = Array.from({ length: threads }, (_, index) => {
      const data: ScoringThreadData = {
        task: { ...watch.task, thread: index, threads },
        setup: thread.setup,
      };
      const worker = new Worker(thread.script, { workerData: data });
      workers.push(worker);
      return endOf(worker, watch.signal, (message) => tally.take(index, message));
    });
    await Promise.all(ends);
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  return { parts: tally.parts };
}

function endOf(
  worker: Worker,
  signal: AbortSignal,
  onMessage: (message: FromScoringThread) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    worker.on('message', (message: FromScoringThread) => {
      if (message.kind === 'done') resolve();
      else if (message.kind === 'failed') reject(errorOf(message));
      else onMessage(message);
    });
    worker.on('error', reject);
    worker.on('exit', (code) => reject(new Error(`a scoring thread ended with code ${code}`)));
  });
}

/** Progress of all threads together. */
class Tally {
  parts = 0;
  #all = 0;
  readonly #left: (number | undefined)[];
  readonly #onProgress: Watch['onProgress'];

  constructor(threads: number, onProgress: Watch['onProgress']) {
    this.#left = new Array(threads).fill(undefined);
    this.#onProgress = onProgress;
  }

  take(thread: number, message: FromScoringThread): void {
    if (message.kind === 'begun') {
      this.parts = message.parts;
      this.#all = message.series;
      this.#left[thread] = message.own;
    }
    if (message.kind === 'series') this.#left[thread] = (this.#left[thread] ?? 0) - message.count;
    if (this.#left.includes(undefined) || this.#all === 0) return;
    const left = this.#left.reduce<number>((sum, one) => sum + (one ?? 0), 0);
    this.#onProgress(1 - left / this.#all, `${this.#all - left} of ${this.#all}`);
  }
}

function errorOf(message: Extract<FromScoringThread, { kind: 'failed' }>): Error {
  const { code, details } = message;
  return code === null ? new Error(message.message) : new AppError(code, message.message, { details });
}
