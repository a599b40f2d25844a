// Door of `evaluate`: how good is a forecast, and which model should be served?
export { type BacktestOptions, backtestSeries } from './backtest.ts'; // errors per model, origin and lead
export {
  adiCut,
  classify,
  cv2Cut,
  type DemandClass,
  type DemandProfile,
  demandClasses,
} from './demand-class.ts'; // smooth … lumpy
export {
  addErrors,
  biasOf,
  type ErrorSums,
  mae,
  mapeOf,
  mase,
  mse,
  noErrors,
  periodsInStock,
  rmspeOf,
  rmsse,
  smape,
  wapeOf,
} from './point-metrics.ts'; // errors of point forecasts
export {
  type CentralInterval,
  centralIntervals,
  coverage,
  crpsFromQuantiles,
  crpsFromSamples,
  pinball,
  spl,
  winkler,
} from './quantile-metrics.ts'; // errors of quantile forecasts
export { type OriginOptions, originsFor, rollingOrigins } from './rolling-origins.ts'; // backtest folds
export { absoluteDifferenceScale, firstSale, seasonalNaiveScale, squaredDifferenceScale } from './scales.ts'; // denominators
export { type ForecastToScore, type Metrics, Scorecard } from './scorecard.ts'; // metrics over many series
