// Where the parts of a thread of batch scoring are built and joined.

import { parentPort, workerData } from 'node:worker_threads';
import { assert } from '../../core/index.ts';
import { type FromScoringThread, type ScoringThreadData, scoreShare } from '../../services/scoring/index.ts';
import { failureOf, type StoresThreadSetup, withStores } from './stores-thread.ts';

assert(parentPort !== null, 'scoring-worker runs inside a worker thread');
const port = parentPort;
const post = (message: FromScoringThread): void => port.postMessage(message);
const { task, setup } = workerData as ScoringThreadData;

try {
  await withStores(setup as StoresThreadSetup, (opened) => scoreShare(task, opened, post));
  post({ kind: 'done' });
} catch (error) {
  post(failureOf(error));
}
