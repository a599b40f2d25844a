// Retention in a thread of its own, with a connection of its own: waiting for the disk holds up nobody who is being answered.

import { parentPort, workerData } from 'node:worker_threads';
import { assert, ManualClock } from '../../core/index.ts';
import type { RetentionAges } from '../../services/retention/index.ts';
import { openSqliteStore } from '../../storage/sqlite/index.ts';
import { buildRetention } from '../build-retention.ts';
import { databasePath } from '../data-folder.ts';

/** What `retention-thread.ts` passes to the thread. */
export interface RetentionSetup {
  readonly dataFolder: string;
  readonly retention: RetentionAges;
  /** What time it is for the data. */
  readonly now: number;
}

assert(parentPort !== null, 'retention-worker runs inside a worker thread');
const { dataFolder, retention: ages, now } = workerData as RetentionSetup;
const clock = new ManualClock(now);
const store = openSqliteStore({ path: databasePath(dataFolder), clock });
try {
  parentPort.postMessage(
    await buildRetention({ config: { dataFolder, retention: ages }, store, clock }).run(),
  );
} finally {
  await store.close();
}
