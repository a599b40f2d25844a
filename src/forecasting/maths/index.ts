// Door of `maths`: kernels on typed arrays. Pure, no clock, no chance, no allocation in inner loops.
export { betaShare, binomialShare, lnBeta, lnBetaShare } from './beta.ts'; // beta and counts
export { type BlockRows, blockEffects } from './block-poisson.ts'; // what columns do to demand
export { centredAverage, type SeasonKind, seasonalIndices, seasonalityRatio } from './decompose.ts'; // classical decomposition
export { exactExp, exactHalving, exactLn } from './exact.ts'; // the same bits in every engine
export { chiSquareQuantile, chiSquareTail, lnGamma } from './gamma.ts'; // gamma and χ²
export { invert } from './invert.ts'; // a small matrix
export { minimiseOnLine } from './line-search.ts'; // one parameter
export { type BoxProblem, type Minimum, nelderMead, type SearchLimits } from './nelder-mead.ts'; // several parameters in a box
export { normalDensity, normalQuantile, normalShare, normalTail } from './normal.ts'; // the normal distribution
export { shrunkIndices } from './short-season.ts'; // … of few cycles
export {
  autocorrelation,
  mean,
  meanAbsolute,
  median,
  quantile,
  quantileSorted,
  variance,
} from './stats.ts'; // summary statistics
export { type Decomposition, mstl, type StlOptions, stl } from './stl.ts'; // decomposition by loess
export { studentQuantile, studentTail } from './student.ts'; // Student's t
export { type Eigen, symmetricEigen } from './symmetric-eigen.ts'; // directions of a symmetric matrix
