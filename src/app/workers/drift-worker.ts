// Where a check of drift reads and computes.

import { parentPort, workerData } from 'node:worker_threads';
import { assert } from '../../core/index.ts';
import { checkStored, type DriftThreadData, type FromDriftThread } from '../../services/drift/index.ts';
import { failureOf, type StoresThreadSetup, withStores } from './stores-thread.ts';

assert(parentPort !== null, 'drift-worker runs inside a worker thread');
const port = parentPort;
const post = (message: FromDriftThread): void => port.postMessage(message);
const { task, setup } = workerData as DriftThreadData;

try {
  const check = await withStores(setup as StoresThreadSetup, ({ data, store }) =>
    checkStored(task, { data, store }),
  );
  post({ kind: 'done', check });
} catch (error) {
  post(failureOf(error));
}
