// Door of `evaluation`: how good models are on demand that was held back, of a file, a panel or a hierarchy.

export { defaultLevels, evaluateFile } from './evaluate-file.ts'; // `evaluate FILE`
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
export type { EvaluateFileOptions, FileEvaluation } from './file-options.ts'; // what it is asked, and answers
export { attributesOfPanel, totalsOf } from './hierarchy-panel.ts'; // sums of a panel
export type { HierarchyWindow } from './hierarchy-window.ts'; // a test window of all totals and series
export { type HoldBackOptions, type HoldBackResult, holdBack } from './hold-back.ts'; // history and truth
export { type FittedSeries, pastWindows } from './past-windows.ts'; // errors that a reconciliation learns from
