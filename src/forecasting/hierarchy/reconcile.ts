// Reconciliation: from forecasts of every node, each made for itself, to forecasts that add up.

import { assert } from '../../core/index.ts';
import { firstLeaf, type Hierarchy, pushDown, sumUp } from './hierarchy.ts';
import { type TreeSolver, treeSolver } from './tree-solve.ts';
import {
  diagonalWeights,
  type ErrorWeights,
  errorVariances,
  type NodeErrors,
  shrunkCovariance,
} from './weights.ts';

/**
 * `bottom-up`: the series' own forecasts, added up. `top-down`: the same, scaled to the forecast of the total. The others
 * are least squares over all nodes, S(SᵀW⁻¹S)⁻¹SᵀW⁻¹ŷ: `ols` W = 1; `wls-struct` W = series in the node; `wls-var` W = mean
 * squared past error; `mint-shrink` W = shrunk covariance of past errors.
 */
export type ReconcileMethod = (typeof reconcileMethods)[number];

export const reconcileMethods = [
  'bottom-up',
  'top-down',
  'ols',
  'wls-struct',
  'wls-var',
  'mint-shrink',
] as const;

export interface ReconcilerOptions {
  /** At least one; of several the mean, which adds up as they do. */
  readonly methods: readonly ReconcileMethod[];
  /** Needed by `wls-var` and `mint-shrink`. */
  readonly errors?: NodeErrors;
  /** No series below zero: the least squares among those, each method's best. */
  readonly nonNegative: boolean;
  /** Relative residual at which conjugate gradients end; default 1e-12. What comes out adds up at any. */
  readonly tolerance?: number;
}

export interface Reconciler {
  /**
   * Reconciles one period.
   * @param base forecast of every node, shape [nodes], finite
   * @param out  coherent forecast, shape [nodes]; may be `base`
   * @returns steps of conjugate gradients taken
   */
  reconcile(base: Float64Array, out: Float64Array): number;
}

const toleranceDefault = 1e-12;
/** Conjugate gradients end after so many steps in any case. */
const stepsMax = 500;
/** A gap of this size relative to the forecasts is rounding: they add up already. */
const rounding = 1e-14;
/** How exactly it is solved while series below zero are still being found, */
const roughTolerance = 1e-3;
/** and each time that none are left how much more so: the last few seldom show only at the last digit. */
const finerBy = 1e-3;
/** Times that series newly below zero are set to zero, or some of those let go, and the others solved again. */
const clipRoundsMax = 20;
/** Times that series are let go again; what moves back and forth at the last digit ends with it. */
const releasesMax = 6;
/** A series is let go where it would rise by more than this share of the forecasts. */
const releaseShare = 1e-9;

/**
 * Prepares methods for a hierarchy.
 * Cost: O(nodes) (`mint-shrink` O(nodes × T²)); each `reconcile` one pass over the nodes per method, or about 10 to 30 for
 * least squares over crossed groups.
 * Source: Wickramasuriya, Athanasopoulos and Hyndman 2019, JASA 114; Hyndman, Lee and Wang 2016, CSDA 97 (conjugate gradients).
 */
export function makeReconciler(hierarchy: Hierarchy, options: ReconcilerOptions): Reconciler {
  assert(options.methods.length > 0, 'there is a method to reconcile with');
  const members = options.methods.map((method) => singleReconciler(hierarchy, method, options));
  const [only] = members;
  if (members.length === 1 && only !== undefined) return only;
  const own = new Float64Array(hierarchy.nodeCount);
  const mean = new Float64Array(hierarchy.nodeCount);
  return {
    reconcile: (base, out) => {
      let steps = 0;
      mean.fill(0);
      for (const member of members) {
        steps += member.reconcile(base, own);
        for (let i = 0; i < mean.length; i++) mean[i] = mean[i]! + own[i]! / members.length;
      }
      out.set(mean);
      sumUp(hierarchy, out);
      return steps;
    },
  };
}

function singleReconciler(
  hierarchy: Hierarchy,
  method: ReconcileMethod,
  options: ReconcilerOptions,
): Reconciler {
  const { nonNegative, tolerance = toleranceDefault } = options;
  if (method === 'bottom-up' || method === 'top-down')
    return { reconcile: (base, out) => fromBottom(hierarchy, { base, out, method, nonNegative }) };
  const solver = new LeastSquares(hierarchy, weightsOf(hierarchy, method, options.errors), tolerance);
  return { reconcile: (base, out) => solver.reconcile(base, out, nonNegative) };
}

function weightsOf(
  hierarchy: Hierarchy,
  method: ReconcileMethod,
  errors: NodeErrors | undefined,
): ErrorWeights {
  if (method === 'ols') return diagonalWeights(new Float64Array(hierarchy.nodeCount).fill(1));
  if (method === 'wls-struct') return diagonalWeights(hierarchy.leafCounts);
  assert(errors !== undefined, `${method} has past errors`);
  assert(
    errors.values.length === hierarchy.nodeCount * errors.count,
    'there is an error per node and column',
  );
  return method === 'wls-var'
    ? diagonalWeights(errorVariances(hierarchy, errors))
    : shrunkCovariance(hierarchy, errors);
}

function fromBottom(
  hierarchy: Hierarchy,
  of: {
    readonly base: Float64Array;
    readonly out: Float64Array;
    readonly method: ReconcileMethod;
    readonly nonNegative: boolean;
  },
): number {
  const { base, out } = of;
  const leaf = firstLeaf(hierarchy);
  const total = of.nonNegative ? Math.max(0, base[0]!) : base[0]!;
  out.set(base);
  if (of.nonNegative) for (let i = leaf; i < out.length; i++) out[i] = Math.max(0, out[i]!);
  sumUp(hierarchy, out);
  if (of.method === 'bottom-up') return 0;
  const sum = out[0]!;
  const factor = total / sum;
  // Nothing to scale: the total is spread evenly.
  const spread = Number.isFinite(factor) ? 0 : total / hierarchy.leafCount;
  for (let i = leaf; i < out.length; i++) out[i] = spread > 0 || sum === 0 ? spread : out[i]! * factor;
  sumUp(hierarchy, out);
  return 0;
}

/** Generalised least squares for one W; keeps its buffers from period to period. */
class LeastSquares {
  readonly #hierarchy: Hierarchy;
  readonly #weights: ErrorWeights;
  readonly #tolerance: number;
  readonly #isFixed: Uint8Array;
  /** Of all series free; made anew while some are held at zero. */
  readonly #whole: TreeSolver;
  readonly #nodes: Float64Array;
  readonly #residual: Float64Array;
  readonly #direction: Float64Array;
  readonly #solved: Float64Array;
  readonly #step: Float64Array;

  constructor(hierarchy: Hierarchy, weights: ErrorWeights, tolerance: number) {
    const { leafCount, nodeCount } = hierarchy;
    this.#hierarchy = hierarchy;
    this.#weights = weights;
    this.#tolerance = tolerance;
    this.#isFixed = new Uint8Array(leafCount);
    this.#whole = treeSolver(hierarchy, weights.variances, this.#isFixed);
    this.#nodes = new Float64Array(nodeCount);
    this.#residual = new Float64Array(leafCount);
    this.#direction = new Float64Array(leafCount);
    this.#solved = new Float64Array(leafCount);
    this.#step = new Float64Array(leafCount);
  }

  reconcile(base: Float64Array, out: Float64Array, nonNegative: boolean): number {
    const leaf = firstLeaf(this.#hierarchy);
    const forecasts = base === out ? base.slice() : base;
    const bottom = out.subarray(leaf);
    bottom.set(forecasts.subarray(leaf));
    this.#isFixed.fill(0);
    this.#gap(forecasts, bottom);
    this.#whole.solve(this.#residual, this.#solved);
    const scale = dot(this.#residual, this.#solved);
    const exact = Math.max(this.#tolerance ** 2 * scale, rounding ** 2 * this.#energy(forecasts));
    // Which series end below zero shows long before the last digit does.
    const rough = Math.max(exact, roughTolerance ** 2 * scale);
    let steps = this.#solve(forecasts, { bottom, tree: this.#whole, enough: nonNegative ? rough : exact });
    if (!nonNegative) {
      sumUp(this.#hierarchy, out);
      return steps;
    }
    let tree = this.#whole;
    let enough = rough;
    let releases = 0;
    for (let round = 0; round < clipRoundsMax; round++) {
      const found = this.#fixNegative(bottom);
      const isSettled = !found && enough === exact;
      const freed = isSettled && releases++ < releasesMax && this.#freeRising(forecasts, bottom);
      if (isSettled && !freed) break;
      if (found || freed) tree = treeSolver(this.#hierarchy, this.#weights.variances, this.#isFixed);
      if (round + 2 >= clipRoundsMax) enough = exact;
      else if (!found && !freed) enough = Math.max(exact, finerBy ** 2 * enough);
      steps += this.#solve(forecasts, { bottom, tree, enough });
    }
    for (let i = 0; i < bottom.length; i++) bottom[i] = Math.max(0, bottom[i]!);
    sumUp(this.#hierarchy, out);
    return steps;
  }

  /** Sets series below zero to zero and holds them there. @returns whether there were any */
  #fixNegative(bottom: Float64Array): boolean {
    const isFixed = this.#isFixed;
    let found = false;
    for (let i = 0; i < bottom.length; i++) {
      if (bottom[i]! >= 0) continue;
      bottom[i] = 0;
      isFixed[i] = 1;
      found = true;
    }
    return found;
  }

  /**
   * Lets go of series held at zero that would rise by themselves, now that others are held too: with them held the answer is near
   * the best one, and not it. @returns whether there were any
   */
  #freeRising(forecasts: Float64Array, bottom: Float64Array): boolean {
    const isFixed = this.#isFixed;
    const leaf = firstLeaf(this.#hierarchy);
    const { variances } = this.#weights;
    this.#gap(forecasts, bottom);
    let size = 0;
    for (let i = leaf; i < forecasts.length; i++) size += Math.abs(forecasts[i]!) / bottom.length;
    let found = false;
    for (let i = 0; i < bottom.length; i++) {
      if (isFixed[i] === 0 || !(this.#nodes[leaf + i]! * variances[leaf + i]! > releaseShare * size))
        continue;
      isFixed[i] = 0;
      found = true;
    }
    return found;
  }

  /** Corrects `bottom` until the free series solve SᵀW⁻¹(ŷ − S·bottom) = 0, by preconditioned conjugate gradients. */
  #solve(
    forecasts: Float64Array,
    by: { readonly bottom: Float64Array; readonly tree: TreeSolver; readonly enough: number },
  ): number {
    const { bottom, tree, enough } = by;
    const residual = this.#residual;
    const direction = this.#direction;
    const solved = this.#solved;
    const step = this.#step;
    this.#gap(forecasts, bottom);
    tree.solve(residual, solved);
    direction.set(solved);
    let size = dot(residual, solved);
    let steps = 0;
    while (size > enough && size > Number.MIN_VALUE && steps < stepsMax) {
      this.#applyNormal(direction);
      const length = size / dot(direction, step);
      for (let i = 0; i < bottom.length; i++) {
        bottom[i] = bottom[i]! + length * direction[i]!;
        residual[i] = residual[i]! - length * step[i]!;
      }
      tree.solve(residual, solved);
      const next = dot(residual, solved);
      const turn = next / size;
      for (let i = 0; i < direction.length; i++) direction[i] = solved[i]! + turn * direction[i]!;
      size = next;
      steps++;
    }
    return steps;
  }

  /** ŷᵀW⁻¹ŷ with the diagonal of W alone. */
  #energy(forecasts: Float64Array): number {
    const { variances } = this.#weights;
    let energy = 0;
    for (let i = 0; i < forecasts.length; i++) energy += forecasts[i]! ** 2 / variances[i]!;
    return energy;
  }

  /** residual = SᵀW⁻¹(ŷ − S·bottom), 0 where held. */
  #gap(forecasts: Float64Array, bottom: Float64Array): void {
    const nodes = this.#nodes;
    const leaf = firstLeaf(this.#hierarchy);
    nodes.set(bottom, leaf);
    sumUp(this.#hierarchy, nodes);
    for (let i = 0; i < nodes.length; i++) nodes[i] = forecasts[i]! - nodes[i]!;
    this.#weights.applyInverse(nodes);
    pushDown(this.#hierarchy, nodes);
    this.#takeFree(this.#residual);
  }

  /** step = SᵀW⁻¹S·x, 0 where held. */
  #applyNormal(x: Float64Array): void {
    const nodes = this.#nodes;
    nodes.set(x, firstLeaf(this.#hierarchy));
    sumUp(this.#hierarchy, nodes);
    this.#weights.applyInverse(nodes);
    pushDown(this.#hierarchy, nodes);
    this.#takeFree(this.#step);
  }

  #takeFree(out: Float64Array): void {
    const leaf = firstLeaf(this.#hierarchy);
    const isFixed = this.#isFixed;
    const nodes = this.#nodes;
    for (let i = 0; i < out.length; i++) out[i] = isFixed[i] === 1 ? 0 : nodes[leaf + i]!;
  }
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
