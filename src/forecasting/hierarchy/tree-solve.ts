// The closed form for levels that nest, such as total → state → region → series: (SᵀW⁻¹S)⁻¹ by Sherman and Morrison's
// formula node by node, one pass up and one down. Exact for a tree; for crossed groupings it makes conjugate gradients fast.

import type { Hierarchy, HierarchyLevel } from './hierarchy.ts';

export interface TreeSolver {
  /** False = some level is outside the tree, so that `solve` is an approximation. */
  readonly isWhole: boolean;
  /** Writes the solution of (SᵀW⁻¹S) x = rhs for the nested levels alone; shapes [series]. Cost: O(nodes). */
  solve(rhs: Float64Array, out: Float64Array): void;
}

/**
 * Prepares the solver for the longest chain of nested levels.
 * @param variances diagonal of W, shape [nodes], positive
 * @param isFixed   series held at 0, shape [series]; their solution is 0
 * Source: Sherman and Morrison 1950, applied from the bottom up. Cost: O(nodes).
 */
export function treeSolver(hierarchy: Hierarchy, variances: Float64Array, isFixed: Uint8Array): TreeSolver {
  const { leafCount, nodeCount } = hierarchy;
  const chain = longestChain(hierarchy);
  const leaf = nodeCount - leafCount;
  // Node → parent in the chain; −1 at the top.
  const parents = new Int32Array(nodeCount).fill(-1);
  for (let c = 0; c + 1 < chain.length; c++)
    linkLevels(hierarchy, { upper: chain[c]!, lower: chain[c + 1]!, parents });
  // gains[v] = 1ᵀA⁻¹1 over the series below v, with the terms of the levels below v only.
  const gains = new Float64Array(nodeCount);
  const rows = chain.toReversed().map((l) => hierarchy.levels[l]!);
  for (const [c, { first, count }] of rows.entries()) {
    for (let v = first; v < first + count; v++) {
      if (c === 0) gains[v] = isFixed[v - leaf] === 1 ? 0 : variances[v]!;
      const passed = c === 0 ? gains[v]! : (gains[v]! * variances[v]!) / (variances[v]! + gains[v]!);
      if (parents[v]! >= 0) gains[parents[v]!] = gains[parents[v]!]! + passed;
    }
  }
  const sums = new Float64Array(nodeCount);
  return {
    isWhole: chain.length === hierarchy.levels.length,
    solve: (rhs, out) => solveChain({ rows, parents, gains, variances, sums, leaf }, rhs, out),
  };
}

interface Chain {
  /** Levels of the chain, the bottom first. */
  readonly rows: readonly HierarchyLevel[];
  readonly parents: Int32Array;
  readonly gains: Float64Array;
  readonly variances: Float64Array;
  readonly sums: Float64Array;
  readonly leaf: number;
}

function solveChain(chain: Chain, rhs: Float64Array, out: Float64Array): void {
  const { rows, parents, gains, variances, sums, leaf } = chain;
  for (const { first, count } of rows) sums.fill(0, first, first + count);
  for (let c = 0; c < rows.length; c++) {
    const { first, count } = rows[c]!;
    for (let v = first; v < first + count; v++) {
      if (c === 0) sums[v] = gains[v]! * rhs[v - leaf]!;
      const passed = c === 0 ? sums[v]! : (sums[v]! * variances[v]!) / (variances[v]! + gains[v]!);
      if (parents[v]! >= 0) sums[parents[v]!] = sums[parents[v]!]! + passed;
    }
  }
  // Downwards each node's sum becomes what its series give up, per unit of their gain.
  for (let c = rows.length - 1; c > 0; c--) {
    const { first, count } = rows[c]!;
    for (let v = first; v < first + count; v++) {
      const above = parents[v]! >= 0 ? sums[parents[v]!]! : 0;
      sums[v] = (sums[v]! + variances[v]! * above) / (variances[v]! + gains[v]!);
    }
  }
  const { first, count } = rows[0]!;
  for (let v = first; v < first + count; v++) {
    const above = parents[v]! >= 0 ? sums[parents[v]!]! : 0;
    out[v - leaf] = gains[v]! * (rhs[v - leaf]! - above);
  }
}

/** Indices of levels, coarse to fine and ending at the bottom, each splitting the one before. */
function longestChain(hierarchy: Hierarchy): number[] {
  const { levels } = hierarchy;
  const bottom = levels.length - 1;
  const chains: number[][] = levels.map(() => []);
  chains[bottom] = [bottom];
  for (let l = bottom - 1; l >= 0; l--) {
    const own = levels[l]!.attributes;
    let best: number[] = [];
    for (let other = l + 1; other <= bottom; other++) {
      const splits = other === bottom || own.every((name) => levels[other]!.attributes.includes(name));
      if (splits && chains[other]!.length > best.length) best = chains[other]!;
    }
    chains[l] = [l, ...best];
  }
  return chains.reduce((longest, chain) => (chain.length > longest.length ? chain : longest));
}

function linkLevels(
  hierarchy: Hierarchy,
  of: { readonly upper: number; readonly lower: number; readonly parents: Int32Array },
): void {
  const above = hierarchy.nodesOfLeaves[of.upper]!;
  const below = hierarchy.nodesOfLeaves[of.lower]!;
  for (let s = 0; s < below.length; s++) of.parents[below[s]!] = above[s]!;
}
