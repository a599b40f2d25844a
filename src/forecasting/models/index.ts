// Door of `models`: univariate forecasting models with O(1) updates, and the forecaster that serves them.
export { decodeForecaster, decodeForecasterInSlices, encodeForecaster } from './artifact.ts'; // a forecaster as bytes
export {
  catalog,
  globalCatalog,
  isGlobal,
  modelAmong,
  modelOf,
  type TrainedModels,
} from './catalog.ts'; // every model by name
export { closedPhases, isInClosedPhase, openHistory, packPhases, phaseWords } from './closed-phases.ts'; // phases of the season that never sell
export {
  type ColumnPart,
  type Driver,
  type Drivers,
  driverNames,
  type Explained,
  type Explaining,
  explained,
} from './drivers.ts'; // parts of a forecast in units
export { type Explanation, explainNewSeries, explainState, type NoExplanation } from './explain.ts'; // why it is what it is
export {
  advance,
  advanceState,
  type Forecaster,
  type ForecastOptions,
  forecastNewSeries,
  forecastSeries,
  forecastState,
  modelFor,
  pathBlockOf,
  type SeriesQuantiles,
  type ShortSeries,
} from './forecaster.ts'; // what is trained and served
export {
  appendTrees,
  type Booster,
  type BoosterOptions,
  decodeBooster,
  encodeBooster,
  type FeatureMatrix,
  hasLogLink,
  type KernelCrew,
  type KernelJob,
  type MatrixColumn,
  nodeFlag,
  predictMatrix,
  predictRow,
  refitLeaves,
  serveKernel,
  type TrainingSet,
  trainBooster,
  withQuantiles,
} from './gbdt/index.ts'; // boosted trees
export { compareSamples, featureSample, sampledSince } from './global/feature-sample.ts'; // features behind one forecast
export { forecastWindows, type WindowForecasts } from './global/global-forecast.ts'; // many series at once
export { type GlobalModel, globalModel, isGlobalModel } from './global/global-model.ts'; // behind the contract
export type { GlobalParts, TargetForm } from './global/global-parts.ts'; // what a training leaves
export { attributesOf, codedNews, knownAhead } from './global/global-plans.ts'; // covariates in the words of their columns
export { followSeries } from './global/global-state.ts'; // what it keeps of one series
export { type GlobalTraining, membersFor, trainGlobal, tryGlobal } from './global/global-training.ts'; // rows and boosters
export { goldenFault } from './golden.ts'; // does it forecast here as where it was trained?
export { type Fault, faultOf } from './guard.ts'; // what no forecast may be
export {
  checkIntervalTable,
  type EndedStratum,
  endedStrata,
  endedStratumOf,
  type IntervalTable,
  offsetAt,
  offsetIndex,
  scaleLag,
  seriesScale,
} from './intervals.ts'; // conformal offsets by stratum, lead and level
export type {
  AttributeValues,
  CovariateNews,
  FitOptions,
  FutureValues,
  Model,
  OwnQuantiles,
  QuantileAsk,
  SinceValues,
} from './model.ts'; // the contract
export {
  defaultOrder,
  type PathBlock,
  type PathCurve,
  type PathOrder,
  type PathTable,
  pathCountDefault,
  recentCorrelation,
  samplePaths,
  windowOrder,
} from './paths.ts'; // equally likely futures of one series
export { moveQuantiles, pool } from './pool.ts'; // the mean of several models as one
export { zerosAreClosures } from './prepare.ts'; // are the zeros closed days?
export { aroundMean, correctedQuantiles } from './quantile-curves.ts'; // quantiles that are one distribution with a mean
export { selectSeries } from './select-series.ts'; // some of its series
export { stateLayouts } from './state-layouts.ts'; // where running parts lie
export { haveMean, onCurve } from './tails.ts'; // a quantile curve, what lies beyond it, whether it has a mean
export { plainState } from './year/plain-state.ts'; // for graphs that know no calendar
