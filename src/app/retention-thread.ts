// Retention as a server runs it: in a thread, so that waiting for the disk holds up nobody who is being answered.

import { Worker } from 'node:worker_threads';
import type { Clock } from '../core/index.ts';
import type { Config } from '../interfaces/config/index.ts';
import { siblingScript } from '../services/jobs/index.ts';
import { isRetentionDue, type RetentionReport } from '../services/retention/index.ts';
import type { ControlStore } from '../storage/ports/index.ts';
import type { StoreDescription } from './stores.ts';
import type { RetentionSetup } from './workers/retention-worker.ts';

export interface RetentionThread {
  runWhenDue(): Promise<RetentionReport | undefined>;
  /** Ends it where it is; the next run goes on. */
  stop(): Promise<void>;
}

export function retentionThread(parts: {
  config: Pick<Config, 'retention'>;
  store: Pick<ControlStore, 'lastRetention'>;
  stores: StoreDescription;
  clock: Clock;
}): RetentionThread {
  const { config, store, stores, clock } = parts;
  let running: Worker | undefined;
  return {
    runWhenDue: async () => {
      const now = clock.now();
      if (running !== undefined || !isRetentionDue(await store.lastRetention(), now)) return undefined;
      const setup: RetentionSetup = { stores, retention: { ...config.retention }, now };
      const worker = new Worker(siblingScript(import.meta.url, 'workers/retention-worker'), {
        workerData: setup,
      });
      running = worker;
      try {
        return await resultOf(worker);
      } finally {
        running = undefined;
      }
    },
    stop: async () => {
      await running?.terminate();
    },
  };
}

/** Undefined when it was ended before it was through. */
function resultOf(worker: Worker): Promise<RetentionReport | undefined> {
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', () => resolve(undefined));
  });
}
