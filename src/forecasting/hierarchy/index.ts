// Door of `hierarchy`: totals over series, and forecasts that add up.

export {
  chooseMethod,
  type LevelErrors,
  type MethodChoice,
  needsErrors,
  nodeErrors,
  type PastWindow,
  scoreLevels,
} from './choose-method.ts'; // by backtest
export {
  buildHierarchy,
  firstLeaf,
  type Hierarchy,
  type HierarchyLevel,
  incoherence,
  pushDown,
  type SeriesAttributes,
  sumUp,
} from './hierarchy.ts'; // levels and nodes, sums without a matrix
export { attributesOf, type LevelSpec, parseGroupings } from './notation.ts'; // how groupings are written
export { type CoherentQuantilesOptions, coherentQuantiles } from './paths.ts'; // quantiles from reconciled draws
export {
  makeReconciler,
  type ReconcileMethod,
  type Reconciler,
  type ReconcilerOptions,
  reconcileMethods,
} from './reconcile.ts'; // the methods
export { type NodeErrors, shrunkCovariance } from './weights.ts'; // what past errors say
