// What columns that are known explain of a series: promotions of this year and of last year do not lie in the same weeks.

import { invert } from '../../maths/index.ts';

/** A column that explains so little keeps its noise out. */
const ridge = 1e-6;
/** Rows that each column must have in the reference. */
const rowsPerColumn = 20;

/**
 * `left` without what a straight line over `columns` says of it, fitted to rows below `until`.
 * @param columns as `left` differences from the year before, shape [rows]; one that is unknown somewhere counts as unchanged there
 * @returns `left` itself where there is too little to fit. Cost: O(rows × columns²)
 */
export function withoutExplained(
  left: Float64Array,
  columns: readonly Float64Array[],
  until: number,
): Float64Array {
  const used = columns
    .map((values) => ({ values, ...spanBefore(values, until) }))
    .filter(({ least, most }) => most > least);
  const size = used.length;
  let rows = 0;
  for (let i = 0; i < until; i++) if (!Number.isNaN(left[i]!)) rows++;
  if (size === 0 || rows < rowsPerColumn * size) return left;
  const meanLeft = meanBefore(left, left, until);
  const means = used.map(({ values }) => meanBefore(values, left, until));
  const at = (k: number, i: number): number => {
    const { values, least, most } = used[k]!;
    const value = values[i]!;
    // Nothing is known of what the column does beyond what it was.
    return Number.isNaN(value) ? 0 : Math.min(most, Math.max(least, value)) - means[k]!;
  };
  const square = new Float64Array(size * size);
  const product = new Float64Array(size);
  for (let i = 0; i < until; i++) {
    if (Number.isNaN(left[i]!)) continue;
    for (let k = 0; k < size; k++) {
      product[k]! += at(k, i) * (left[i]! - meanLeft);
      for (let l = 0; l < size; l++) square[k * size + l]! += at(k, i) * at(l, i);
    }
  }
  for (let k = 0; k < size; k++) square[k * size + k]! *= 1 + ridge;
  invert(square, size);
  const slopes = Float64Array.from(product, (_, k) =>
    product.reduce((sum, value, l) => sum + square[k * size + l]! * value, 0),
  );
  // Columns that say the same leave nothing to tell them apart by.
  if (!slopes.every(Number.isFinite)) return left;
  return left.map((value, i) => slopes.reduce((rest, slope, k) => rest - slope * at(k, i), value));
}

function spanBefore(column: Float64Array, until: number): { least: number; most: number } {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < until; i++) {
    const value = column[i]!;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return { least, most };
}

/** Over the rows that are fitted. */
function meanBefore(column: Float64Array, left: Float64Array, until: number): number {
  let [sum, count] = [0, 0];
  for (let i = 0; i < until; i++) {
    if (Number.isNaN(left[i]!) || Number.isNaN(column[i]!)) continue;
    sum += column[i]!;
    count++;
  }
  return count === 0 ? 0 : sum / count;
}
