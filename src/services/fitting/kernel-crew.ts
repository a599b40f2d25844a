// Threads for the training of trees. A training begins with one message to each; within it all meet in shared memory.

import { Worker } from 'node:worker_threads';
import type { KernelCrew, KernelJob } from '../../forecasting/models/index.ts';
import { siblingScript } from '../jobs/index.ts';

export interface StartedCrew extends KernelCrew {
  /** Ends the threads; no training may be running. */
  close(): Promise<void>;
}

/**
 * Starts a crew of `threads`, the calling one included: `threads` − 1 workers, none for 1. A training with it blocks the
 * calling thread, so start it on a worker thread, not on the event loop of a server.
 */
export async function startKernelCrew(threads: number): Promise<StartedCrew> {
  const workers = Array.from(
    { length: Math.max(0, threads - 1) },
    (_, i) => new Worker(siblingScript(import.meta.url, 'kernel-worker'), { workerData: { thread: i + 1 } }),
  );
  try {
    await Promise.all(workers.map(untilOnline));
  } catch (error) {
    await Promise.all(workers.map((worker) => worker.terminate()));
    throw error;
  }
  let failure: unknown = null;
  for (const worker of workers) {
    worker.unref();
    worker.on('error', (error) => {
      failure = error;
    });
  }
  return {
    size: workers.length + 1,
    start: (job: KernelJob) => {
      if (failure !== null)
        throw new Error('a thread of this crew has failed: start another', { cause: failure });
      for (const worker of workers) worker.postMessage(job);
    },
    close: async () => {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}

async function untilOnline(worker: Worker): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    worker.once('online', resolve);
    worker.once('error', reject);
  });
}
