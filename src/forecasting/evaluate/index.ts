// Door of `evaluate`: how good is a forecast, and which model should be served?
export {
  type AdaptedLevel,
  adaptLevels,
  type LevelTally,
  logOdds,
  modelLevelsFor,
  type PeriodEvidence,
} from './adapt-levels.ts'; // interval coverage, adapted online
export { type BacktestOptions, backtestSeries } from './backtest.ts'; // one series' rolling-origin backtest
export {
  type BacktestCell,
  type BacktestTable,
  type Candidate,
  type CandidateOf,
  candidateErrors,
  candidateForecast,
  candidateQuantiles,
  hasOwnQuantiles,
  newBacktestTable,
  type OwnForecasts,
  periodsAfter,
} from './backtest-table.ts'; // all backtest forecasts of a panel
export { type CalibrateOptions, type Calibration, calibrate } from './calibrate.ts'; // conformal intervals
export {
  autoPlan,
  autoPlanFor,
  type CandidateGroup,
  type CandidatePlan,
  groupOf,
  namedPlan,
  type PlanHints,
} from './candidate-plan.ts'; // what to try
export { choose } from './choose.ts'; // the automatic choice
export { fewSeries } from './choose-few.ts'; // a panel or a few series?
export { presumedScore } from './conformal-scores.ts'; // where a kind of demand has no errors yet
export {
  adiCut,
  classify,
  cv2Cut,
  type DemandClass,
  type DemandProfile,
  demandClasses,
  isIntermittent,
} from './demand-class.ts'; // smooth … lumpy
export {
  endedAs,
  followReports,
  followSilence,
  hasEnded,
  isOver,
  isSilent,
  reportsOf,
  type Silence,
  silenceOf,
  silenceSize,
} from './ended.ts'; // is a silent series over?
export { type ErrorUnit, errorUnit } from './error-unit.ts'; // stratum and unit of a series' errors
export { isFading } from './fading.ts'; // demand that runs out along a line
export { forecastValueAdded, type Spread, spreadOf } from './forecast-value.ts'; // better than naive?
export { learnablePanel } from './learnable.ts'; // histories without a value that dwarfs all others
export { levelFactor } from './level-factor.ts'; // too high or too low as a whole?
export { candidateLosses, type LossKind, type LossTable, lossOf, lossScale } from './losses.ts'; // what errors cost
export { type PairedLosses, type PairedRatio, pairedRatio, ratioDraws } from './paired-ratio.ts'; // better, or luck?
export { pathTable } from './path-table.ts'; // how errors of different leads went together
export {
  addErrors,
  biasOf,
  type ErrorSums,
  mae,
  mapeOf,
  mase,
  mse,
  noErrors,
  owa,
  rmspeOf,
  rmsse,
  smape,
  wapeOf,
} from './point-metrics.ts'; // errors of point forecasts
export {
  type CentralInterval,
  centralIntervals,
  coverage,
  isAlike,
  isInside,
  pinball,
  pinballOf,
  pitCoverage,
  winkler,
} from './quantile-metrics.ts'; // errors of quantile forecasts
export {
  type OriginOptions,
  originsFor,
  rollingOrigins,
  spanFor,
  stepFor,
} from './rolling-origins.ts'; // backtest folds
export {
  absoluteDifferenceScale,
  firstSale,
  type ScaleFrom,
  seasonalNaiveScale,
  squaredDifferenceScale,
} from './scales.ts'; // denominators
export { type ForecastToScore, type Metrics, Scorecard } from './scorecard.ts'; // metrics over many series
export { type ServedAt, type ServedForecast, servedForecasts } from './served-forecast.ts'; // as it would have been served
export { type SpacingChange, spacingChange } from './spacing-change.ts'; // totals of weeks before days
export { type DemandKind, demandKind, intervalStrata, intervalStratum, symmetricStrata } from './strata.ts'; // kinds of series for calibration
export { type Suspicion, type SuspicionKind, suspicionKinds, suspicionsOf } from './suspicious.ts'; // histories worth a look
export { windowDistances } from './test-windows.ts'; // where they lie
export { type UnitChange, unitChange } from './unit-change.ts'; // cases that came for pieces
export {
  type FactorFound,
  factorOfRun,
  factorTogether,
  fits,
  type LastOfSeries,
  runMin,
  type Usual,
  UsualValues,
  usualMax,
} from './unit-evidence.ts'; // another unit, for sure
export { type AbcClass, abcClasses, abcCuts, type XyzClass, xyzClass, xyzCuts } from './value-class.ts'; // which series matter, and which are steady
export {
  type ComparedBy,
  type Comparison,
  comparedBy,
  type WindowFigure,
  WindowScores,
  type WindowSpread,
} from './window-scores.ts'; // scores over several test windows
