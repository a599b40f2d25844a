// Door of `train`: from histories to a fitted, chosen and calibrated forecaster.

export type { BacktestReport } from './backtest-step.ts'; // what a backtest leaves with its run
export { trainingPeriodsMin } from './check-data.ts'; // the shortest history that can be trained on
export {
  defaultLevels,
  type EvaluateFileOptions,
  evaluateFile,
  type FileEvaluation,
} from './evaluate-file.ts'; // `evaluate FILE`
export {
  type EvaluateHierarchyOptions,
  evaluateHierarchy,
  type HierarchyEvaluation,
  type LevelScores,
} from './evaluate-hierarchy.ts'; // scores of totals, reconciled
export {
  type EvaluatePanelOptions,
  type Evaluation,
  evaluatePanel,
  type ModelScore,
  type ScoredForecast,
} from './evaluate-panel.ts'; // scores on held-back windows
export { checkFeatures, type FeatureCheck, type FeatureCheckInput } from './feature-check.ts'; // skew, measured
export { type FitPanelOptions, fitPanel, type PanelFit } from './fit-panel.ts'; // backtest, choose, calibrate, fit
export { championMargin, decideGate, type GateFigures, type GateQuestion, type GateResult } from './gate.ts'; // may it serve?
export type { HierarchyWindow } from './hierarchy-window.ts'; // a test window of all totals and series
export { type HoldBackOptions, type HoldBackResult, holdBack } from './hold-back.ts'; // history and truth
export { type StartedCrew, startKernelCrew } from './kernel-crew.ts'; // threads for the training of trees
export { backtestPipeline, searchPipeline, trainingPipeline } from './pipeline.ts'; // from snapshot to promotion
export { globalObjective, globalSpace } from './search/global-objective.ts'; // a project's search
export type { Objective, ObjectiveAsk, ObjectiveResult } from './search/objective.ts'; // what a search minimises
export { parseSearchRequest, requestLimits, type SearchRequest } from './search/request.ts'; // what a search may be asked
export type { SearchReport, Verdict } from './search/search-report.ts'; // what a search leaves with its run
export type { ObjectiveInput, SearchOptions } from './search/search-step.ts'; // what a search is given
export { type ToForecasterOptions, toForecaster } from './to-forecaster.ts'; // what is stored and served
export type { TrainingData, TrainingOptions } from './training-options.ts'; // what training is given
export { decodeReport, encodeReport, type TrainingReport } from './training-report.ts'; // what a training leaves
