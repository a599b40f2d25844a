// Door of `drift`: checks of what is stored against what it was, as jobs, and their reports.

export { type CheckInput, checkPanel } from './check-panel.ts'; // a panel, checked
export { type DriftCheck, summaryOf } from './drift-report.ts'; // what a check leaves
export { DriftReports } from './drift-service.ts'; // what doors show
export {
  type CompleteDriftSettings,
  driftDefaults,
  driftSettingsOf,
  windowDefault,
} from './drift-settings.ts'; // what is watched
export { driftSubscriber } from './drift-trigger.ts'; // a check after closed periods
export { type DriftPipelineOptions, driftPipeline } from './pipeline.ts'; // seal, snapshot, check
export { type DriftThread, runCheck } from './run-check.ts'; // a check in a thread
export {
  type CheckReads,
  type CheckTask,
  checkStored,
  type DriftThreadData,
  type FromDriftThread,
} from './stored-check.ts'; // the thread's side
