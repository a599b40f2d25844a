// `fitProject` on a thread of its own: the caller's side, and what the two sides say to each other.

import { Worker } from 'node:worker_threads';
import { AppError, type ErrorCode, isAppError } from '../core/index.ts';
import { siblingScript } from '../jobs/index.ts';
import { type FitProjectOptions, fitProject, type ProjectFit } from './fit-project.ts';

export type FitProjectData = Omit<FitProjectOptions, 'onProgress'>;

export type FromFitThread =
  | { readonly kind: 'progress'; readonly fraction: number; readonly message: string }
  | { readonly kind: 'done'; readonly fit: ProjectFit }
  | {
      readonly kind: 'failed';
      /** Null for errors that have no code. */
      readonly code: ErrorCode | null;
      readonly message: string;
      readonly details: AppError['details'];
    };

/**
 * `fitProject` without holding up the event loop; inline when `threads` is 0. The panel is copied to the thread.
 * @param signal ends the thread at once; the promise rejects with its reason
 */
export async function fitProjectInThread(
  options: FitProjectOptions & { readonly signal: AbortSignal },
): Promise<ProjectFit> {
  const { signal, onProgress, ...data } = options;
  signal.throwIfAborted();
  if (data.threads === 0) return await fitProject({ ...data, onProgress });
  const worker = new Worker(siblingScript(import.meta.url, 'fit-project-worker'), { workerData: data });
  try {
    return await new Promise<ProjectFit>((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      worker.on('message', (message: FromFitThread) => {
        if (message.kind === 'progress') onProgress(message.fraction, message.message);
        else if (message.kind === 'done') resolve(message.fit);
        else reject(errorOf(message));
      });
      worker.on('error', reject);
      worker.on('exit', (code) => reject(new Error(`the training thread ended with code ${code}`)));
    });
  } finally {
    await worker.terminate();
  }
}

/** An error as it crosses threads: an `AppError` keeps its code. */
export function errorMessage(error: unknown): FromFitThread {
  if (isAppError(error)) {
    const { code, message, details } = error;
    return { kind: 'failed', code, message, details: JSON.parse(JSON.stringify(details)) };
  }
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { kind: 'failed', code: null, message, details: {} };
}

function errorOf(message: Extract<FromFitThread, { kind: 'failed' }>): Error {
  const { code, details } = message;
  return code === null ? new Error(message.message) : new AppError(code, message.message, { details });
}
