// Where the parts of a thread of batch scoring are built and joined: like `main.ts`, for one thread that reads the stores by
// itself, so that neither its computing nor its reading holds up the event loop of the server.

import { parentPort, workerData } from 'node:worker_threads';
import { assert, isAppError } from '../../core/index.ts';
import { openData } from '../../services/data/index.ts';
import { systemTimers } from '../../services/jobs/index.ts';
import { type FromScoringThread, type ScoringThreadData, scoreShare } from '../../services/scoring/index.ts';
import { systemClock, systemIds } from '../platform.ts';
import { openStores, type StoreDescription } from '../stores.ts';

/** What `build-work.ts` passes to every such thread. */
export interface ScoringSetup {
  readonly stores: StoreDescription;
  readonly memoryBytesMax: number;
}

assert(parentPort !== null, 'scoring-worker runs inside a worker thread');
const port = parentPort;
const post = (message: FromScoringThread): void => port.postMessage(message);
const { task, setup } = workerData as ScoringThreadData;

try {
  await run(setup as ScoringSetup);
  post({ kind: 'done' });
} catch (error) {
  post(failure(error));
}

async function run({ stores, memoryBytesMax }: ScoringSetup): Promise<void> {
  const clock = systemClock;
  const ids = systemIds();
  const opened = openStores(stores, { clock, ids });
  const data = openData({ ...opened, ids, clock, timers: systemTimers, memoryBytesMax, threads: 1 });
  try {
    await scoreShare(task, { ...opened, data }, post);
  } finally {
    await data.close();
    await opened.close();
  }
}

function failure(error: unknown): FromScoringThread {
  if (!isAppError(error)) {
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { kind: 'failed', code: null, message, details: {} };
  }
  const { code, message, details } = error;
  return { kind: 'failed', code, message, details: JSON.parse(JSON.stringify(details)) };
}
