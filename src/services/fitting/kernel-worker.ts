// Entry of a thread that helps in the training of trees; see kernel-crew.ts. It sleeps between trainings.

import { parentPort, workerData } from 'node:worker_threads';
import { assert } from '../../core/index.ts';
import { type KernelJob, serveKernel } from '../../forecasting/models/index.ts';

assert(parentPort !== null, 'kernel-worker runs inside a worker thread');
const { thread } = workerData as { readonly thread: number };
parentPort.on('message', (job: KernelJob) => serveKernel(job, thread));
