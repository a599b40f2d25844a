// Where the parts of a thread of batch scoring are built and joined: like `main.ts`, for one thread that reads the data folder
// by itself, so that neither its computing nor its reading holds up the event loop of the server.

import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { assert, isAppError } from '../../core/index.ts';
import { openData } from '../../services/data/index.ts';
import { systemTimers } from '../../services/jobs/index.ts';
import { type FromScoringThread, type ScoringThreadData, scoreShare } from '../../services/scoring/index.ts';
import { claimScratch, openFileBlobs } from '../../storage/files/index.ts';
import { openSqliteStore } from '../../storage/sqlite/index.ts';
import { systemClock, systemIds } from '../platform.ts';

/** What `build-work.ts` passes to every such thread. */
export interface ScoringSetup {
  readonly dataFolder: string;
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

async function run({ dataFolder, memoryBytesMax }: ScoringSetup): Promise<void> {
  const clock = systemClock;
  const ids = systemIds();
  const store = openSqliteStore({ path: join(dataFolder, 'control.sqlite'), clock });
  const blobs = openFileBlobs({ folder: join(dataFolder, 'blobs'), ids });
  const data = openData({
    store,
    blobs,
    ids,
    clock,
    timers: systemTimers,
    scratchFolder: claimScratch(join(dataFolder, 'scratch'), () => ids.next('tmp')).folder,
    memoryBytesMax,
    threads: 1,
  });
  try {
    await scoreShare(task, { store, data }, post);
  } finally {
    await data.close();
    await store.close();
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
