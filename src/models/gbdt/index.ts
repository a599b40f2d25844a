// Door of the boosted trees.
export type {
  Booster,
  BoosterLoss,
  BoosterOptions,
  FeatureMatrix,
  MatrixColumn,
  TrainingRun,
  TrainingSet,
} from './booster.ts'; // what goes in and comes out
export { type BoosterHeader, decodeBooster, encodeBooster } from './encode.ts'; // saved and loaded
export { type KernelCrew, type KernelJob, serveKernel } from './kernel-team.ts'; // threads that help
export { predictMatrix, predictRow } from './predict.ts'; // forecasts of rows
export { refitLeaves, withQuantiles } from './refit.ts'; // new leaf values on old trees
export { appendTrees, trainBooster } from './train.ts'; // new trees
