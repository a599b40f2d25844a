// Door of `drift`: has something changed, of which kind, since when, and what does it do? Pure: no clock, no chance but by a seed.

export { type Calibration, calibrationOf, type ScoredLabels } from './before-labels/calibration.ts'; // how probabilities are to be read
export {
  type ClassAccuracy,
  type ClassFigure,
  classAccuracy,
  type Estimate,
  type ScoredRows,
} from './before-labels/class-accuracy.ts'; // how right a classifier is before labels
export {
  type ErrorModel,
  errorModel,
  estimatedLoss,
  type LossEstimate,
  type PastErrors,
} from './before-labels/error-model.ts'; // how large errors are before demand has come
export { type HeldOften, heldOften, type PastEstimate } from './before-labels/held.ts'; // how often estimates held
export { type RisingCurve, risingCurve, shareOf } from './before-labels/isotonic.ts'; // scores to shares
export type { RowColumn } from './before-labels/rows-as-matrix.ts'; // rows of numbers and levels
export { type Adjusted, adjusted, type Correction, corrections } from './decision/corrections.ts'; // many tests at once
export {
  type ColumnFinding,
  type DriftColumn,
  type DriftOptions,
  type DriftReport,
  type DriftVerdict,
  type TestFinding,
  usualDriftOptions,
} from './decision/finding.ts'; // what goes in, what comes out
export {
  noPersistence,
  type Persistence,
  type PersistenceRule,
  persisted,
  usualPersistence,
} from './decision/persistence.ts'; // two of three windows
export { type Power, powerOfCategories, powerOfNumbers } from './decision/power.ts'; // what could have been seen
export { driftReport, verdictOver } from './decision/report.ts'; // the decision over all columns
export {
  type Fingerprint,
  fingerprintDistance,
  fingerprintLevels,
  fingerprintOf,
  isSameConcept,
} from './kinds/fingerprint.ts'; // what a concept is known by when it comes again
export { type DriftKind, type KindOfDrift, type KindOptions, kindOfDrift } from './kinds/kind-of-drift.ts'; // sudden, gradual …
export {
  type ClassShift,
  type ConfusionAndPredictions,
  type LabelShift,
  labelShift,
} from './labels/label-shift.ts'; // shares of labels from predictions alone
export { type LossChange, lossChange, type PairedLosses } from './labels/loss-change.ts'; // has the relation changed?
export { type VectorDetector, vectorDetectors } from './multivariate/catalog.ts'; // every detector of two samples of vectors
export { centroidDistance } from './multivariate/centroid.ts'; // how far middles point apart
export {
  type DomainClassifier,
  type DomainOptions,
  domainClassifier,
  separation,
} from './multivariate/domain-classifier.ts'; // can now be told from before?
export { type Mmd, type MmdOptions, mmd } from './multivariate/mmd.ts'; // any difference of laws
export { type Reconstruction, reconstruction } from './multivariate/reconstruction.ts'; // directions in which rows varied
export { tableRows } from './multivariate/table-rows.ts'; // columns as vectors
export type { Vectors } from './multivariate/vectors.ts'; // rows of one width
export { type AndersonDarling, andersonDarling } from './samples/anderson-darling.ts'; // weight on the tails
export { type BinnedComparison, binned } from './samples/bins.ts'; // PSI and Jensen–Shannon of numbers
export { type Detected, type SampleDetector, sampleDetectors } from './samples/catalog.ts'; // every detector of two samples
export {
  type ChiSquare,
  type CountTest,
  chiSquare,
  gTest,
  type MergedChiSquare,
  mergedChiSquare,
} from './samples/chi-square.ts'; // counts
export {
  type CategoryComparison,
  type CategorySizes,
  type CategoryTests,
  type CompareCategoriesOptions,
  compareCategories,
} from './samples/compare-categories.ts'; // every test of two samples of categories
export {
  type CompareNumbersOptions,
  compareNumbers,
  type NumberComparison,
  type NumberSizes,
  type NumberTests,
  type QuantileShift,
  quantileShifts,
} from './samples/compare-numbers.ts'; // every test of two samples of numbers
export { type CramerVonMises, cramerVonMises } from './samples/cramer-von-mises.ts'; // mean squared distance
export { energyDistance, type Wasserstein, wasserstein } from './samples/distances.ts'; // distances in a unit
export { type Fisher, fisherExact } from './samples/fisher.ts'; // two levels, exactly
export { type KolmogorovSmirnov, kolmogorovSmirnov, kolmogorovTail } from './samples/kolmogorov-smirnov.ts'; // largest distance
export { type Categories, type LevelTable, levelTable } from './samples/level-table.ts'; // counts of levels
export { type MannWhitney, mannWhitney } from './samples/mann-whitney.ts'; // which tends to be above
export { type LevelChanges, levelChanges, type OneSidedLevels } from './samples/new-levels.ts'; // levels that came or went
export { type Pooled, pooledOf, type Sample, sampleOf } from './samples/pooled.ts'; // two samples as one list
export {
  hellinger,
  jensenShannon,
  largestDifference,
  type StabilityIndex,
  stabilityIndex,
  totalVariation,
} from './samples/shares.ts'; // distances of shares
export { besideLastYear, type TimedValues } from './season/beside-last-year.ts'; // a series less its own last year
export { type SeasonCalendar, sameSeason, seasonCalendar } from './season/same-season.ts'; // which period of last year is like this one
export {
  type SeasonalFinding,
  type SeasonalOptions,
  type SeasonalReport,
  seasonalReport,
  type TimedColumn,
  withoutSeason,
} from './season/seasonal-report.ts'; // beside the periods before, and beside the same season
export { compareSketches, type SketchComparison } from './sketches/compare-sketches.ts'; // two long windows
export { addLevels, type HeavyHitters, heavyHitters, mergeHitters } from './sketches/heavy-hitters.ts'; // the most frequent levels
export {
  addToSketch,
  mergeSketch,
  type QuantileSketch,
  quantileSketch,
  rankError,
  sketchQuantile,
  sketchSteps,
} from './sketches/quantile-sketch.ts'; // quantiles in bounded memory
export {
  type Contribution,
  type SliceChange,
  type SliceRows,
  sliceChange,
} from './slices/contributions.ts'; // which slices drive a change
export { type CostOfErrors, type ErrorCost, errorCost } from './slices/error-cost.ts'; // what it may cost
export { type AdwinOptions, type AdwinState, adwin } from './streams/adwin.ts'; // a window as long as nothing changes
export { type ReadyDetector, streamDetectors } from './streams/catalog.ts'; // every detector of streams
export { type CusumOptions, type CusumState, cusum } from './streams/cusum.ts'; // a change of known size, soonest
export { type DdmOptions, type DdmState, ddm } from './streams/ddm.ts'; // a rising rate of errors
export { type HddmAState, type HddmOptions, hddmA } from './streams/hddm-a.ts'; // Hoeffding's bound
export { type HddmWOptions, type HddmWState, hddmW } from './streams/hddm-w.ts'; // … with weights
export { type KswinOptions, type KswinState, kswin } from './streams/kswin.ts'; // the whole distribution
export { type PageHinkleyOptions, type PageHinkleyState, pageHinkley } from './streams/page-hinkley.ts'; // the running mean
export {
  driftsIn,
  type StreamDetector,
  type StreamState,
  type StreamVerdict,
} from './streams/stream.ts'; // what all of them promise
export { type CusumAim, type CusumTuning, tuneCusum } from './streams/tune-cusum.ts'; // a threshold that keeps false alarms rare
