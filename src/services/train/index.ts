// Door of `train`: the pipelines from a snapshot to a version, and what may let it serve.

export type { BacktestReport } from './backtest-step.ts'; // what a backtest leaves with its run
export { leadingSeason, trainable, trainingPeriodsMin } from './check-data.ts'; // what can be trained on
export { checkFeatures, type FeatureCheck, type FeatureCheckInput } from './feature-check.ts'; // skew, measured
export { type GateCheck, type GateName, type GateVerdict, gateNames } from './gates/gate-check.ts'; // gate by gate
export { backtestPipeline, trainingPipeline } from './pipeline.ts'; // from snapshot to promotion
export { sealStep, snapshotStep } from './snapshot-steps.ts'; // how pipelines over history begin
export { asRun } from './step-run.ts'; // a step as a tracked run
export {
  projectOf,
  resultOf,
  type SnapshotResult,
  type TrainingData,
  type TrainingOptions,
} from './training-options.ts'; // what training is given
export { decodeReport, encodeReport, type TrainingReport } from './training-report.ts'; // what a training leaves
