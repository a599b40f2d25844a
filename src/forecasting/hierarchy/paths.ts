// Quantiles that add up: every node's own quantiles are drawn from together, in the order in which its errors went with
// those of the other nodes in the past; each draw is reconciled like a forecast; quantiles are taken afterwards.

import { assert } from '../../core/index.ts';
import type { Hierarchy } from './hierarchy.ts';
import type { Reconciler } from './reconcile.ts';
import type { NodeErrors } from './weights.ts';

export interface CoherentQuantilesOptions {
  readonly reconciler: Reconciler;
  /** Quantile levels of `quantiles`, ascending in (0, 1), at least one. */
  readonly levels: readonly number[];
  /** Each node's own quantiles of one period, shape [levels × nodes], row per level. */
  readonly quantiles: Float64Array;
  /** Past errors of all nodes; without any the nodes are taken to go up and down together. */
  readonly errors: NodeErrors;
  /** Draws, at least; they are spread evenly over the past columns and over each one's share of probability. */
  readonly draws: number;
}

/**
 * Quantiles of every node, in one period, from reconciled draws.
 * @returns shape [levels × nodes], row per level; the same for the same input: nothing is left to chance
 * Source: Schefzik, Thorarinsdottir and Gneiting 2013, Statistical Science 28(4) (ensemble copula coupling); Panagiotelis
 * et al. 2023, EJOR 306 (reconciled samples). Cost: draws × one reconciliation, O(nodes × draws × log draws).
 */
export function coherentQuantiles(hierarchy: Hierarchy, options: CoherentQuantilesOptions): Float64Array {
  const { levels, quantiles, errors, reconciler } = options;
  const { nodeCount } = hierarchy;
  assert(quantiles.length === levels.length * nodeCount, 'there is a quantile per level and node');
  const templates = Math.max(1, errors.count);
  const repeats = Math.max(1, Math.ceil(options.draws / templates));
  const draws = templates * repeats;
  const ranks = ranksOf(errors, nodeCount);
  const paths = new Float32Array(nodeCount * draws);
  const node = new Float64Array(nodeCount);
  for (let d = 0; d < draws; d++) {
    const template = d % templates;
    const share = (Math.floor(d / templates) + 0.5) / repeats;
    for (let i = 0; i < nodeCount; i++) {
      const u = (ranks[i * templates + template]! + share) / templates;
      node[i] = quantileAt({ levels, quantiles, nodeCount }, i, u);
    }
    reconciler.reconcile(node, node);
    for (let i = 0; i < nodeCount; i++) paths[i * draws + d] = node[i]!;
  }
  const out = new Float64Array(quantiles.length);
  for (let i = 0; i < nodeCount; i++) {
    const sorted = paths.subarray(i * draws, (i + 1) * draws).sort();
    for (const [l, level] of levels.entries()) out[l * nodeCount + i] = sortedQuantile(sorted, level);
  }
  return out;
}

/** Rank of each error among its node's, 0 … T − 1, ties and unknown ones in column order; shape [nodes × T]. */
function ranksOf(errors: NodeErrors, nodeCount: number): Int32Array {
  const { count, values } = errors;
  const ranks = new Int32Array(nodeCount * Math.max(1, count));
  const order = Array.from({ length: count }, (_, t) => t);
  for (let i = 0; i < nodeCount; i++) {
    const error = (t: number): number => values[i * count + t] || 0;
    order.sort((a, b) => error(a) - error(b) || a - b);
    for (const [rank, t] of order.entries()) ranks[i * count + t] = rank;
  }
  return ranks;
}

/** A node's quantile function: linear between its levels, an exponential tail beyond the outermost ones. */
function quantileAt(
  of: { levels: readonly number[]; quantiles: Float64Array; nodeCount: number },
  node: number,
  u: number,
): number {
  const { levels, quantiles, nodeCount } = of;
  const last = levels.length - 1;
  let upper = 0;
  while (upper <= last && levels[upper]! < u) upper++;
  const value = (l: number): number => quantiles[l * nodeCount + node]!;
  if (upper > 0 && upper <= last) {
    const share = (u - levels[upper - 1]!) / (levels[upper]! - levels[upper - 1]!);
    return value(upper - 1) + share * (value(upper) - value(upper - 1));
  }
  const edge = upper === 0 ? 0 : last;
  const level = levels[edge]!;
  const tail = upper === 0 ? level : 1 - level;
  const beyond = upper === 0 ? u : 1 - u;
  // The tail that an exponential through the middle and the outermost level has.
  const middle = value(last >> 1);
  return tail < 0.5
    ? value(edge) + ((value(edge) - middle) * Math.log(tail / beyond)) / Math.log(0.5 / tail)
    : value(edge);
}

/** Linear between order statistics. */
function sortedQuantile(sorted: Float32Array, level: number): number {
  const at = Math.min(sorted.length - 1, Math.max(0, level * sorted.length - 0.5));
  const below = Math.floor(at);
  const above = Math.min(sorted.length - 1, below + 1);
  return sorted[below]! + (at - below) * (sorted[above]! - sorted[below]!);
}
