// Where a check of drift reads and computes.

import { parentPort, workerData } from 'node:worker_threads';
import { assert } from '../../core/index.ts';
import type { DataService } from '../../services/data/index.ts';
import { checkStored, type DriftThreadData, type FromDriftThread } from '../../services/drift/index.ts';
import { AccuracyMonitor, type AccuracyMonitorOptions } from '../../services/monitor/index.ts';
import { systemClock } from '../platform.ts';
import { failureOf, type StoresThreadSetup, withStores } from './stores-thread.ts';

assert(parentPort !== null, 'drift-worker runs inside a worker thread');
const port = parentPort;
const post = (message: FromDriftThread): void => port.postMessage(message);
const { task, setup } = workerData as DriftThreadData;

try {
  const check = await withStores(setup as StoresThreadSetup, ({ data, store }) =>
    checkStored(task, { data, store, monitor: monitorOf({ data, store }) }),
  );
  post({ kind: 'done', check });
} catch (error) {
  post(failureOf(error));
}

function monitorOf({
  data,
  store,
}: {
  readonly data: Pick<DataService, 'sealedPast'>;
  readonly store: AccuracyMonitorOptions['store'];
}): AccuracyMonitor {
  return new AccuracyMonitor({
    store,
    past: (project, range, series) => data.sealedPast(project, range, series),
    clock: systemClock,
    // Nobody waits for this thread.
    breathe: async () => {},
  });
}
