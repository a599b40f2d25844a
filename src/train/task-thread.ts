// One long computation on a thread of its own: the caller's side, the thread's side, and what they say to each other.

import { parentPort, Worker, workerData } from 'node:worker_threads';
import { AppError, assert, type ErrorCode, isAppError } from '../core/index.ts';

type FromThread<Result> =
  | { readonly kind: 'progress'; readonly fraction: number; readonly message: string }
  | { readonly kind: 'done'; readonly result: Result }
  | {
      readonly kind: 'failed';
      /** Null for errors that have no code. */
      readonly code: ErrorCode | null;
      readonly message: string;
      readonly details: AppError['details'];
    };

export type OnProgress = (fraction: number, message: string) => void;

/**
 * Runs a script that calls `serveTask`. The data is copied to the thread.
 * @param watch `signal` ends the thread at once; the promise rejects with its reason
 * @throws what the task throws; an `AppError` keeps its code
 */
export async function runTaskThread<Data, Result>(
  script: URL,
  data: Data,
  watch: { readonly signal: AbortSignal; readonly onProgress: OnProgress },
): Promise<Result> {
  const { signal, onProgress } = watch;
  signal.throwIfAborted();
  const worker = new Worker(script, { workerData: data });
  try {
    return await new Promise<Result>((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      worker.on('message', (message: FromThread<Result>) => {
        if (message.kind === 'progress') onProgress(message.fraction, message.message);
        else if (message.kind === 'done') resolve(message.result);
        else reject(errorOf(message));
      });
      worker.on('error', reject);
      worker.on('exit', (code) => reject(new Error(`the training thread ended with code ${code}`)));
    });
  } finally {
    await worker.terminate();
  }
}

/**
 * The thread's side: computes once and answers.
 * @param transferOf buffers of the result that are handed over instead of copied
 */
export async function serveTask<Data, Result>(
  task: (data: Data, onProgress: OnProgress) => Promise<Result>,
  transferOf: (result: Result) => ArrayBuffer[] = () => [],
): Promise<void> {
  const port = parentPort;
  assert(port !== null, 'a task is served inside a worker thread');
  const post = (message: FromThread<Result>, transfer: ArrayBuffer[] = []): void =>
    port.postMessage(message, transfer);
  try {
    const result = await task(workerData as Data, (fraction, message) =>
      post({ kind: 'progress', fraction, message }),
    );
    post({ kind: 'done', result }, transferOf(result));
  } catch (error) {
    post(failureOf(error));
  }
}

function failureOf(error: unknown): Extract<FromThread<never>, { kind: 'failed' }> {
  if (isAppError(error)) {
    const { code, message, details } = error;
    return { kind: 'failed', code, message, details: JSON.parse(JSON.stringify(details)) };
  }
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { kind: 'failed', code: null, message, details: {} };
}

function errorOf(message: Extract<FromThread<never>, { kind: 'failed' }>): Error {
  const { code, details } = message;
  return code === null ? new Error(message.message) : new AppError(code, message.message, { details });
}
