// Door of `jobs`: background work, its queue and its threads.

export { definePipeline, type Pipeline, type Step, type StepContext } from './pipeline.ts'; // steps, one after the other
export { Queue, type QueueOptions } from './queue.ts'; // put jobs in, watch them
export { Rounds, type RoundsOptions } from './rounds.ts'; // the same work again and again
export {
  elapsedMs,
  serveThread,
  siblingScript,
  ThreadPool,
  type ThreadPoolOptions,
  threadCpuMs,
} from './threads.ts'; // heavy computing off the event loop
export { pause, systemTimers, type Timers } from './timers.ts'; // time as an argument
export { JobWorker, type JobWorkerOptions } from './worker.ts'; // takes jobs and runs their steps
export { type WorkerIdentity, workerIdentity } from './worker-id.ts'; // names that tell whether a worker lives
