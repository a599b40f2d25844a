// Door of `scoring`: forecasts of many series into one file, as a job that goes on after a crash.
export type { ScoringResult } from './assemble-step.ts'; // what a finished batch has to tell
export { type ForecastFile, ForecastFiles } from './forecast-files.ts'; // over HTTP
export { batchPipeline } from './pipeline.ts'; // pin, forecast, assemble
export type { ScoringThreadData } from './run-threads.ts'; // what the script of a thread gets
export type { ScoringOptions } from './scoring-options.ts';
export { type FileFormat, fileFormats } from './scoring-plan.ts'; // what a file may be
export { batchJob, type ScoringRequest } from './scoring-request.ts'; // what is asked, as a job
export {
  type FromScoringThread,
  type ScoringServices,
  type ScoringTask,
  scoreShare,
} from './scoring-thread.ts'; // a thread's work
