// Retention in a thread of its own, with a connection of its own: waiting for the disk holds up nobody who is being answered.

import { parentPort, workerData } from 'node:worker_threads';
import { assert, ManualClock } from '../../core/index.ts';
import type { RetentionAges } from '../../services/retention/index.ts';
import { buildRetention } from '../build-retention.ts';
import { systemIds } from '../platform.ts';
import { openStores, type StoreDescription } from '../stores.ts';

/** What `retention-thread.ts` passes to the thread. */
export interface RetentionSetup {
  readonly stores: StoreDescription;
  readonly retention: RetentionAges;
  /** What time it is for the data. */
  readonly now: number;
}

assert(parentPort !== null, 'retention-worker runs inside a worker thread');
const { stores, retention, now } = workerData as RetentionSetup;
const clock = new ManualClock(now);
const opened = openStores(stores, { clock, ids: systemIds() });
try {
  parentPort.postMessage(await buildRetention({ config: { retention }, stores, clock, ...opened }).run());
} finally {
  await opened.close();
}
