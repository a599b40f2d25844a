// Door of `models`: univariate forecasting models with O(1) updates, and the forecaster that serves them.
export { decodeForecaster, decodeForecasterInSlices, encodeForecaster } from './artifact.ts'; // a forecaster as bytes
export { catalog, modelOf } from './catalog.ts'; // every model by name
export {
  advance,
  advanceState,
  correctedQuantiles,
  type Forecaster,
  type ForecastOptions,
  forecastSeries,
  forecastState,
  modelFor,
  pathBlockOf,
  type SeriesQuantiles,
} from './forecaster.ts'; // what is trained and served
export {
  checkIntervalTable,
  type IntervalTable,
  offsetAt,
  offsetIndex,
  seriesScale,
} from './intervals.ts'; // conformal offsets by stratum, lead and level
export type { FitOptions, FutureValues, Model, OwnQuantiles, QuantileAsk } from './model.ts'; // the contract
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
