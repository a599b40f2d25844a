// Door of `tracking`: runs, their params, metrics, cost and artifacts.
export { type RunCost, RunHandle } from './run-handle.ts'; // a run while it goes on
export { type RunStart, Tracking, type TrackingOptions } from './tracking.ts'; // start, get and list runs
