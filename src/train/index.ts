// Door of `train`: from histories to a fitted, chosen and calibrated forecaster.
export type { BacktestReport } from './backtest-step.ts'; // what a backtest leaves with its run
export {
  defaultLevels,
  type EvaluateFileOptions,
  evaluateFile,
  type FileEvaluation,
} from './evaluate-file.ts'; // `evaluate FILE`
export {
  type EvaluatePanelOptions,
  type Evaluation,
  evaluatePanel,
  type ModelScore,
  type ScoredForecast,
} from './evaluate-panel.ts'; // scores on held-back windows
export { type FitPanelOptions, fitPanel, type PanelFit } from './fit-panel.ts'; // backtest, choose, calibrate, fit
export { championMargin, decideGate, type GateFigures, type GateQuestion, type GateResult } from './gate.ts'; // may it serve?
export { type HoldBackOptions, type HoldBackResult, holdBack } from './hold-back.ts'; // history and truth
export { backtestPipeline, trainingPipeline } from './pipeline.ts'; // from snapshot to promotion
export { type ToForecasterOptions, toForecaster } from './to-forecaster.ts'; // what is stored and served
export type { TrainingData, TrainingOptions } from './training-options.ts'; // what training is given
export { decodeReport, encodeReport, type TrainingReport } from './training-report.ts'; // what a training leaves
