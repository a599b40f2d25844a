// Hierarchies for tests, and the textbook formula with dense matrices to compare with.

import type { Rng } from '../../core/index.ts';
import { buildHierarchy, type Hierarchy, sumUp } from './hierarchy.ts';

/** total → A, B → four series: the 7 × 4 summing matrix of the golden values. */
export function smallTree(): Hierarchy {
  return buildHierarchy({
    seriesIds: ['a1', 'a2', 'b1', 'b2'],
    attributes: new Map([['group', ['A', 'A', 'B', 'B']]]),
    groupings: ['group'],
  });
}

/** Up to 40 series with three attributes at random, two of them nested and crossed with the third. */
export function randomHierarchy(rng: Rng): Hierarchy {
  const count = 2 + rng.below(39);
  const labels = (kinds: number): string[] => Array.from({ length: count }, () => `v${rng.below(kinds)}`);
  return buildHierarchy({
    seriesIds: Array.from({ length: count }, (_, s) => `s${s}`),
    attributes: new Map([
      ['a', labels(3)],
      ['b', labels(4)],
      ['c', labels(3)],
    ]),
    groupings: ['a/b*c', 'b'].slice(0, 1 + rng.below(2)),
  });
}

/** Numbers around `mean`, one per node. */
export function randomNodes(hierarchy: Hierarchy, rng: Rng, mean = 0): Float64Array {
  return Float64Array.from({ length: hierarchy.nodeCount }, () => mean + 10 * rng.normal());
}

/** S as a dense matrix, row per node. */
export function denseSums(hierarchy: Hierarchy): number[][] {
  const rows = Array.from({ length: hierarchy.nodeCount }, () =>
    new Array<number>(hierarchy.leafCount).fill(0),
  );
  for (let s = 0; s < hierarchy.leafCount; s++) {
    const unit = new Float64Array(hierarchy.nodeCount);
    unit[hierarchy.nodeCount - hierarchy.leafCount + s] = 1;
    sumUp(hierarchy, unit);
    for (const [i, value] of unit.entries()) (rows[i] as number[])[s] = value;
  }
  return rows;
}

/** S(SᵀW⁻¹S)⁻¹SᵀW⁻¹ŷ by Gaussian elimination. */
export function denseReconcile(
  hierarchy: Hierarchy,
  weights: readonly (readonly number[])[],
  base: Float64Array,
): number[] {
  const sums = denseSums(hierarchy);
  const columns = sums[0]?.length ?? 0;
  // W⁻¹S and W⁻¹ŷ in one elimination.
  const scaled = eliminate(
    weights.map((row) => [...row]),
    sums.map((row, i) => [...row, base[i] as number]),
  );
  const cell = (i: number, j: number): number => scaled[i]?.[j] ?? 0;
  const product = (a: number, b: number): number =>
    sums.reduce((sum, row, i) => sum + (row[a] as number) * cell(i, b), 0);
  const normal = Array.from({ length: columns }, (_, a) =>
    Array.from({ length: columns }, (_unused, b) => product(a, b)),
  );
  const bottom = eliminate(
    normal,
    Array.from({ length: columns }, (_, a) => [product(a, columns)]),
  );
  return sums.map((row) => row.reduce((sum, s, a) => sum + s * (bottom[a]?.[0] ?? 0), 0));
}

/** Solves matrix · x = right, both overwritten. */
function eliminate(matrix: number[][], right: number[][]): number[][] {
  const n = matrix.length;
  for (let i = 0; i < n; i++) {
    let pivot = i;
    for (let j = i + 1; j < n; j++)
      if (Math.abs(matrix[j]?.[i] ?? 0) > Math.abs(matrix[pivot]?.[i] ?? 0)) pivot = j;
    [matrix[i], matrix[pivot]] = [matrix[pivot] as number[], matrix[i] as number[]];
    [right[i], right[pivot]] = [right[pivot] as number[], right[i] as number[]];
    for (let j = 0; j < n; j++) {
      if (j === i) continue;
      const factor = (matrix[j]?.[i] as number) / (matrix[i]?.[i] as number);
      if (factor === 0) continue;
      subtract(matrix[j] as number[], matrix[i] as number[], factor);
      subtract(right[j] as number[], right[i] as number[], factor);
    }
  }
  return right.map((row, i) => row.map((value) => value / (matrix[i]?.[i] as number)));
}

function subtract(row: number[], other: readonly number[], factor: number): void {
  for (const [k, value] of other.entries()) row[k] = (row[k] as number) - factor * value;
}
