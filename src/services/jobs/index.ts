// Door of `jobs`: background work, its queue and its threads.

export { parentOf, startAgain } from './again.ts'; // a failed one started again
export { type Cause, causeOf, causeOfRun, isAskedFor, withoutCause } from './cause.ts'; // why a job was put in
export { EmbeddedEngine, type EmbeddedEngineOptions } from './embedded-engine.ts'; // the engine of one machine
export { type JobLogLine, jobLog } from './job-log.ts'; // what it did
export {
  Again,
  againAt,
  definePipeline,
  type Pipeline,
  type Step,
  type StepContext,
} from './pipeline.ts'; // steps, one after the other
export type { EnqueueOptions, PipelineEngine } from './pipeline-engine.ts'; // put jobs in, watch them, run them
export { Rounds, type RoundsOptions } from './rounds.ts'; // the same work again and again
export { checkSchedule, nextRunAt, runDue, type Schedule, type SchedulesOptions } from './schedules.ts'; // work at times of day
export {
  elapsedMs,
  serveThread,
  siblingScript,
  ThreadPool,
  type ThreadPoolOptions,
  threadCpuMs,
} from './threads.ts'; // heavy computing off the event loop
export { pause, systemTimers, type Timers } from './timers.ts'; // time as an argument
export { type WorkerIdentity, workerIdentity } from './worker-id.ts'; // names that tell whether a worker lives
