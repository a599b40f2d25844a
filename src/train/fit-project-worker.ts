// The thread that fits a project. It starts the threads that fit series, so that choice, calibration and scoring, which
// are single-threaded and long, are off the event loop too.

import { parentPort, workerData } from 'node:worker_threads';
import { assert } from '../core/index.ts';
import { fitProject } from './fit-project.ts';
import { errorMessage, type FitProjectData, type FromFitThread } from './fit-project-thread.ts';

const port = parentPort;
assert(port !== null, 'fit-project-worker runs inside a worker thread');
const post = (message: FromFitThread, transfer: ArrayBuffer[] = []): void =>
  port.postMessage(message, transfer);

try {
  const fit = await fitProject({
    ...(workerData as FitProjectData),
    onProgress: (fraction, message) => post({ kind: 'progress', fraction, message }),
  });
  const { buffer } = fit.artifact;
  post({ kind: 'done', fit }, buffer instanceof ArrayBuffer ? [buffer] : []);
} catch (error) {
  post(errorMessage(error));
}
