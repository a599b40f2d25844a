// How badly rows of now fit the directions in which rows of before varied.

import { Rng } from '../../../core/index.ts';
import { symmetricEigen } from '../../maths/index.ts';
import { mannWhitney } from '../samples/mann-whitney.ts';
import { pooledOf, sampleOf } from '../samples/pooled.ts';
import { standardised, type Vectors, type VectorTable, vectorTable } from './vectors.ts';

export type Reconstruction =
  | {
      readonly status: 'ok';
      /** Rows of the reference that the directions were not found by, and current rows. */
      readonly n: number;
      readonly m: number;
      readonly directions: number;
      /** Mean distance from the directions, in standard deviations of a column. */
      readonly before: number;
      readonly now: number;
      /** That current rows are further, or nearer, by chance: two-sided. */
      readonly p: number;
    }
  | { readonly status: 'insufficient_data' };

const rowsMax = 5_000;
const widthMost = 96;
/** Share of the variance that the directions hold. */
const heldShare = 0.9;
export const reconstructionRowsMin = 20;

/**
 * Principal components of every other row of the reference; distances from them of its other rows and of current ones, by Mann and Whitney.
 * Finds columns that no longer go together as they did.
 * @returns `insufficient_data` where a side has fewer than 20 rows, or no direction is left over to be far from
 * @throws AppError `drift/bad-option` for vectors of several widths. Rows drawn come from the seed. Cost: O(rows × width²) of at most 5,000 rows a side
 */
export function reconstruction(
  reference: Vectors,
  current: Vectors,
  options: { readonly seed?: number } = {},
): Reconstruction {
  const rng = new Rng(options.seed ?? 1);
  const table = vectorTable(reference, current, { rowsMax, rng });
  if (table.n < reconstructionRowsMin || table.m < reconstructionRowsMin)
    return { status: 'insufficient_data' };
  const flat = standardised(table, { most: widthMost, rng });
  const basis = basisOf(flat);
  if (basis === null) return { status: 'insufficient_data' };
  const distances = distancesFrom(flat, basis);
  const before = distances.subarray(0, flat.n).filter((_, i) => i % 2 === 1);
  const now = distances.subarray(flat.n);
  const { p } = mannWhitney(pooledOf(sampleOf(before).sorted, sampleOf(now).sorted));
  return {
    status: 'ok',
    n: before.length,
    m: now.length,
    directions: basis.count,
    before: meanOf(before),
    now: meanOf(now),
    p,
  };
}

interface Basis {
  readonly mean: Float64Array;
  readonly vectors: Float64Array;
  readonly count: number;
}

/** Null where the reference has no more directions than are held. */
function basisOf({ n, width, values }: VectorTable): Basis | null {
  const mean = new Float64Array(width);
  const rows = Math.ceil(n / 2);
  for (let i = 0; i < n; i += 2) for (let k = 0; k < width; k++) mean[k]! += values[i * width + k]! / rows;
  const scatter = new Float64Array(width * width);
  for (let i = 0; i < n; i += 2)
    for (let k = 0; k < width; k++) {
      const apart = (values[i * width + k]! - mean[k]!) / rows;
      for (let j = 0; j < width; j++) scatter[k * width + j]! += apart * (values[i * width + j]! - mean[j]!);
    }
  const eigen = symmetricEigen(scatter, width);
  const total = eigen.values.reduce((sum, value) => sum + Math.max(0, value), 0);
  let [count, held] = [0, 0];
  while (count < width && held < heldShare * total) held += Math.max(0, eigen.values[count++]!);
  return total > 0 && count < width ? { mean, vectors: eigen.vectors, count } : null;
}

function distancesFrom({ n, m, width, values }: VectorTable, { mean, vectors, count }: Basis): Float64Array {
  return Float64Array.from({ length: n + m }, (_, i) => {
    let rest = 0;
    for (let k = 0; k < width; k++) rest += (values[i * width + k]! - mean[k]!) ** 2;
    for (let c = 0; c < count; c++) {
      let dot = 0;
      for (let k = 0; k < width; k++) dot += (values[i * width + k]! - mean[k]!) * vectors[c * width + k]!;
      rest -= dot * dot;
    }
    return Math.sqrt(Math.max(0, rest) / width);
  });
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value / values.length, 0);
}
