// Bins of numbers: counts of two samples between edges, for the indices that need bins.

import { quantileSorted } from '../../maths/index.ts';
import { jensenShannon, type StabilityIndex, stabilityIndex } from './shares.ts';

export interface BinnedComparison extends StabilityIndex {
  /** Bins are [edge, next edge), open at both ends of the list. */
  readonly edges: readonly number[];
  readonly reference: readonly number[];
  readonly current: readonly number[];
  /** Distance of base 2, 0 … 1. */
  readonly jensenShannon: number;
}

/** How many bins there are by default: tenths of the reference. */
const binsUsual = 10;

/**
 * @param reference @param current ascending, not empty
 * @param edges ascending; absent = tenths of the reference, fewer where values are tied
 */
export function binned(
  reference: Float64Array,
  current: Float64Array,
  edges: readonly number[] = tenthsOf(reference),
): BinnedComparison {
  const ofReference = countsOf(reference, edges);
  const ofCurrent = countsOf(current, edges);
  return {
    edges,
    reference: ofReference,
    current: ofCurrent,
    ...stabilityIndex(ofReference, ofCurrent),
    jensenShannon: jensenShannon(ofReference, ofCurrent),
  };
}

function tenthsOf(sorted: Float64Array): readonly number[] {
  const edges = new Set<number>();
  for (let k = 1; k < binsUsual; k++) {
    const edge = quantileSorted(sorted, k / binsUsual);
    // An edge at the smallest value would have nothing below it.
    if (Number.isFinite(edge) && edge > sorted[0]!) edges.add(edge);
  }
  // A constant has one bin for itself, and one on either side.
  if (edges.size === 0) return [sorted[0]!, above(sorted[0]!)];
  return [...edges];
}

/** A number just above. */
function above(value: number): number {
  return value === 0 ? Number.MIN_VALUE : value + Math.abs(value) * 2 ** -52;
}

function countsOf(sorted: Float64Array, edges: readonly number[]): number[] {
  const below = edges.map((edge) => countBelow(sorted, edge));
  return [...below, sorted.length].map((upTo, i) => upTo - (below[i - 1] ?? 0));
}

/** How many values are below an edge, by halving. */
function countBelow(sorted: Float64Array, edge: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < edge) low = middle + 1;
    else high = middle;
  }
  return low;
}
