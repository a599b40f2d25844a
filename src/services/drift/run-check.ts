// The main thread's side of a check: a thread of its own reads and computes, so that the event loop waits for neither.

import { Worker } from 'node:worker_threads';
import { AppError, type ErrorCode } from '../../core/index.ts';
import type { DriftCheck } from './drift-report.ts';
import type { CheckTask, DriftThreadData, FromDriftThread } from './stored-check.ts';

/** The script that builds what `checkStored` reads from, and what it is told. */
export interface DriftThread {
  readonly script: URL;
  readonly setup: unknown;
}

/** @param signal ends the thread at once @throws what the thread fails with */
export async function runCheck(
  thread: DriftThread,
  task: CheckTask,
  signal: AbortSignal,
): Promise<DriftCheck> {
  signal.throwIfAborted();
  const workerData: DriftThreadData = { task, setup: thread.setup };
  const worker = new Worker(thread.script, { workerData });
  try {
    return await new Promise<DriftCheck>((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      worker.on('message', (message: FromDriftThread) =>
        message.kind === 'done' ? resolve(message.check) : reject(errorOf(message)),
      );
      worker.on('error', reject);
      worker.on('exit', (code) => reject(new Error(`the thread of a check ended with code ${code}`)));
    });
  } finally {
    await worker.terminate();
  }
}

function errorOf({ code, message, details }: Extract<FromDriftThread, { kind: 'failed' }>): Error {
  if (code === null) return new Error(message);
  return new AppError(code as ErrorCode, message, { details: { ...details } });
}
