// W: how far each node's forecast is to be trusted, and for MinT how the errors of nodes go together.

import type { Hierarchy } from './hierarchy.ts';

/** Past forecast errors of all nodes, one column per past period forecast. */
export interface NodeErrors {
  /** Columns T. */
  readonly count: number;
  /** actual − forecast in units, shape [nodes × T], row per node; NaN = unknown. */
  readonly values: Float64Array;
}

/** W of the generalised least squares, ready to be divided by. */
export interface ErrorWeights {
  /** Its diagonal as far as the preconditioner needs it, shape [nodes], positive. */
  readonly variances: Float64Array;
  /** Multiplies by W⁻¹ in place, shape [nodes]. */
  readonly applyInverse: (nodes: Float64Array) => void;
}

/** A variance is at least this share of what the node's size lets expect: a lucky node is not certain. */
const varianceShareMin = 1e-4;

/** W = a diagonal. */
export function diagonalWeights(variances: Float64Array): ErrorWeights {
  const inverse = variances.map((variance) => 1 / variance);
  return {
    variances,
    applyInverse: (nodes) => {
      for (let i = 0; i < nodes.length; i++) nodes[i] = nodes[i]! * inverse[i]!;
    },
  };
}

/**
 * Mean squared past error of each node, shape [nodes], positive. A node without known errors gets what its number of
 * series lets expect; so does, for a small share, one with hardly any error.
 * Cost: O(nodes × T).
 */
export function errorVariances(hierarchy: Hierarchy, errors: NodeErrors): Float64Array {
  const { nodeCount, leafCounts } = hierarchy;
  const variances = new Float64Array(nodeCount);
  let perLeaf = 0;
  let known = 0;
  for (let node = 0; node < nodeCount; node++) {
    let sum = 0;
    let count = 0;
    for (let t = 0; t < errors.count; t++) {
      const error = errors.values[node * errors.count + t]!;
      if (Number.isNaN(error)) continue;
      sum += error * error;
      count++;
    }
    variances[node] = count > 0 ? sum / count : Number.NaN;
    if (count === 0) continue;
    perLeaf += variances[node]! / leafCounts[node]!;
    known++;
  }
  const typical = known > 0 && perLeaf > 0 ? perLeaf / known : 1;
  for (let node = 0; node < nodeCount; node++) {
    const expected = typical * leafCounts[node]!;
    variances[node] = Number.isNaN(variances[node]!)
      ? expected
      : Math.max(variances[node]!, varianceShareMin * expected);
  }
  return variances;
}

/**
 * MinT with shrinkage: W = λ·diag + (1 − λ)·sample covariance of the errors, never built: the sample covariance has rank T,
 * so W⁻¹ is applied through a T × T matrix (Woodbury), and λ comes from that matrix too. Unknown errors count as 0.
 * Source: Wickramasuriya, Athanasopoulos and Hyndman 2019, JASA 114, §2.4; λ: Schäfer and Strimmer 2005, SAGMB 4(1), for
 * the correlations. Cost: O(nodes × T²) once, O(nodes × T) per use.
 */
export function shrunkCovariance(
  hierarchy: Hierarchy,
  errors: NodeErrors,
): ErrorWeights & { readonly shrinkage: number } {
  const { nodeCount } = hierarchy;
  const { count } = errors;
  const variances = errorVariances(hierarchy, errors);
  const scaled = errors.values.map((error, at) =>
    Number.isNaN(error) ? 0 : error / Math.sqrt(variances[Math.floor(at / count)]!),
  );
  const gram = gramMatrix(scaled, nodeCount, count);
  const shrinkage = shrinkageOf(scaled, gram, { nodeCount, count });
  const inverseRoots = variances.map((variance) => 1 / Math.sqrt(variance));
  if (shrinkage >= 1) return { ...diagonalWeights(variances), shrinkage };
  const ridge = (shrinkage * count) / (1 - shrinkage);
  for (let t = 0; t < count; t++) gram[t * count + t] = gram[t * count + t]! + ridge;
  choleskyInPlace(gram, count);
  const inner = new Float64Array(count);
  const applyInverse = (nodes: Float64Array): void => {
    inner.fill(0);
    for (let i = 0; i < nodeCount; i++) {
      const value = nodes[i]! * inverseRoots[i]!;
      nodes[i] = value;
      for (let t = 0; t < count; t++) inner[t] = inner[t]! + value * scaled[i * count + t]!;
    }
    choleskySolve(gram, inner);
    for (let i = 0; i < nodeCount; i++) {
      let shared = 0;
      for (let t = 0; t < count; t++) shared += scaled[i * count + t]! * inner[t]!;
      nodes[i] = ((nodes[i]! - shared) * inverseRoots[i]!) / shrinkage;
    }
  };
  return { variances: variances.map((variance) => shrinkage * variance), applyInverse, shrinkage };
}

/** XᵀX of the scaled errors, shape [T × T]. */
function gramMatrix(scaled: Float64Array, nodeCount: number, count: number): Float64Array {
  const gram = new Float64Array(count * count);
  for (let i = 0; i < nodeCount; i++) {
    for (let t = 0; t < count; t++) {
      const x = scaled[i * count + t]!;
      if (x === 0) continue;
      for (let u = 0; u <= t; u++) gram[t * count + u] = gram[t * count + u]! + x * scaled[i * count + u]!;
    }
  }
  for (let t = 0; t < count; t++) for (let u = 0; u < t; u++) gram[u * count + t] = gram[t * count + u]!;
  return gram;
}

/** Least λ: some shrinkage keeps W invertible. */
const shrinkageMin = 1e-3;

/**
 * λ̂ = Σ Var(rᵢⱼ) ÷ Σ rᵢⱼ² over i ≠ j, within [0.001, 1]. Both sums over pairs of nodes are had from sums over pairs of
 * columns: Σᵢⱼ rᵢⱼ² = ‖XᵀX‖² ÷ T², and Σᵢⱼ xᵢₜ²xⱼₜ² = (Σᵢ xᵢₜ²)².
 */
function shrinkageOf(
  scaled: Float64Array,
  gram: Float64Array,
  of: { readonly nodeCount: number; readonly count: number },
): number {
  const { nodeCount, count } = of;
  if (count < 3) return 1;
  let squares = 0;
  for (const value of gram) squares += (value / count) ** 2;
  let products = 0;
  for (let t = 0; t < count; t++) products += gram[t * count + t]! ** 2;
  for (let i = 0; i < nodeCount; i++) {
    let own = 0;
    for (let t = 0; t < count; t++) {
      const square = scaled[i * count + t]! ** 2;
      own += square;
      products -= square * square;
    }
    squares -= (own / count) ** 2;
  }
  const variance = (count / (count - 1) ** 3) * (products - count * squares);
  return squares > 0 ? Math.min(1, Math.max(shrinkageMin, variance / squares)) : 1;
}

/** Cholesky factor of a symmetric positive definite matrix, in its lower triangle. Cost: O(n³). */
function choleskyInPlace(matrix: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * n + j]!;
      for (let k = 0; k < j; k++) sum -= matrix[i * n + k]! * matrix[j * n + k]!;
      matrix[i * n + j] = i === j ? Math.sqrt(sum) : sum / matrix[j * n + j]!;
    }
  }
}

/** Solves L·Lᵀ·x = b in place. */
function choleskySolve(factor: Float64Array, b: Float64Array): void {
  const n = b.length;
  for (let i = 0; i < n; i++) {
    let sum = b[i]!;
    for (let k = 0; k < i; k++) sum -= factor[i * n + k]! * b[k]!;
    b[i] = sum / factor[i * n + i]!;
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = b[i]!;
    for (let k = i + 1; k < n; k++) sum -= factor[k * n + i]! * b[k]!;
    b[i] = sum / factor[i * n + i]!;
  }
}
