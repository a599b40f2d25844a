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
export { hasLogLink, newMatrixValues, nodeFlag } from './booster.ts'; // memory for a matrix, how forecasts and nodes are read
export { type BoosterHeader, decodeBooster, encodeBooster } from './encode.ts'; // saved and loaded
export type { KernelCrew, KernelJob } from './kernel-crew.ts'; // threads that help
export { serveKernel } from './kernel-team.ts'; // and what they do
export { predictMatrix, predictRow } from './predict.ts'; // forecasts of rows
export { withQuantiles } from './quantiles.ts'; // levels that share the trees of a mean
export { refitLeaves } from './refit.ts'; // new leaf values on old trees
export { appendTrees, trainBooster } from './train.ts'; // new trees
export { addAttributions } from './tree-shap.ts'; // what each feature gives to a forecast
