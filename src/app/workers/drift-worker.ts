// Where a check of drift reads and computes: a thread with stores of its own, so that neither holds up the event loop of the server.

import { parentPort, workerData } from 'node:worker_threads';
import { assert, isAppError } from '../../core/index.ts';
import { openData } from '../../services/data/index.ts';
import { checkStored, type DriftThreadData, type FromDriftThread } from '../../services/drift/index.ts';
import { systemTimers } from '../../services/jobs/index.ts';
import { systemClock, systemIds } from '../platform.ts';
import { openStores } from '../stores.ts';
import type { ScoringSetup } from './scoring-worker.ts';

assert(parentPort !== null, 'drift-worker runs inside a worker thread');
const port = parentPort;
const post = (message: FromDriftThread): void => port.postMessage(message);
const { task, setup } = workerData as DriftThreadData;

try {
  await run(setup as ScoringSetup);
} catch (error) {
  post(failure(error));
}

async function run({ stores, memoryBytesMax }: ScoringSetup): Promise<void> {
  const clock = systemClock;
  const ids = systemIds();
  const opened = openStores(stores, { clock, ids });
  const data = openData({ ...opened, ids, clock, timers: systemTimers, memoryBytesMax, threads: 1 });
  try {
    post({ kind: 'done', check: await checkStored(task, { data, store: opened.store }) });
  } finally {
    await data.close();
    await opened.close();
  }
}

function failure(error: unknown): FromDriftThread {
  if (!isAppError(error)) {
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { kind: 'failed', code: null, message, details: {} };
  }
  const { code, message, details } = error;
  return { kind: 'failed', code, message, details: JSON.parse(JSON.stringify(details)) };
}
