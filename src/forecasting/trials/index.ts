// Door of `trials`: is one version better than another, and how sure is that? Pure: no clock, no chance but what is passed in.

export { type AdjustedDifference, adjustedDifference, type UnitsBefore } from './adjusted-difference.ts'; // less what was before
export {
  confidenceSequence,
  type SequenceLook,
  type SequenceOptions,
  usualSequence,
} from './confidence-sequence.ts'; // watched, open-ended
export {
  differenceOf,
  type Estimate,
  type FixedTest,
  fixedTest,
  relativeDifferenceOf,
} from './difference.ts'; // of two means
export {
  addFailures,
  combinedEvidence,
  type Failures,
  failureEvidence,
  noRampEvidence,
  type RampEvidence,
  rampEvidence,
} from './failure-evidence.ts'; // of a canary
export { type GroupOptions, groupBounds, type Spending } from './group-sequential.ts'; // looks planned before
export {
  type DraftedList,
  probabilisticInterleaving,
  type Side,
  signTest,
  teamDraft,
  type WeighedList,
  type Wins,
} from './interleaving.ts'; // two rankings in one list
export {
  blockLength,
  blockMeans,
  blocksMin,
  type PairedTest,
  pairedEvidence,
  pairedTest,
} from './paired-losses.ts'; // on the same periods
export { type RatioSums, ratioDifferenceOf, ratioOf, ratioSumsOf } from './ratio-metric.ts'; // of two sums
export { sampleRatioAlpha, sampleRatioEvidence, sampleRatioTest } from './sample-ratio.ts'; // did units fall as planned?
export { meanOf, type Sums, sumsOf, sumsOfSuccesses, varianceOf } from './sums.ts'; // what a sample comes down to
