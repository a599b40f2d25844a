// The thread of a training: fits a project, judges a version, or evaluates a panel. It starts the threads that fit series, so that
// choice, calibration and scoring, which are single-threaded and long, are off the event loop too.

import { parentPort, workerData } from 'node:worker_threads';
import { assert } from '../../core/index.ts';
import { evaluatePanel } from '../evaluation/index.ts';
import { checkFeatures } from './feature-check.ts';
import { fitProject } from './fit-project.ts';
import { decideGates } from './gates/decide.ts';
import { examine } from './gates/examine.ts';
import { errorMessage, type FromTrainThread, type TrainTask } from './train-thread.ts';

const port = parentPort;
assert(port !== null, 'train-worker runs inside a worker thread');
const post = (message: FromTrainThread, transfer: ArrayBuffer[] = []): void =>
  port.postMessage(message, transfer);

try {
  await run(workerData as TrainTask);
} catch (error) {
  post(errorMessage(error));
}

async function run(task: TrainTask): Promise<void> {
  const onProgress = (fraction: number, message: string): void =>
    post({ kind: 'progress', fraction, message });
  switch (task.kind) {
    case 'fit': {
      const output = await fitProject({ ...task.input, onProgress });
      const { buffer } = output.artifact;
      post({ kind: 'done', output }, buffer instanceof ArrayBuffer ? [buffer] : []);
      return;
    }
    case 'judge':
      post({ kind: 'done', output: decideGates(await examine(task.input)) });
      return;
    case 'check-features':
      post({ kind: 'done', output: checkFeatures(task.input) });
      return;
    case 'evaluate':
      post({ kind: 'done', output: await evaluatePanel({ ...task.input, onProgress }) });
  }
}
