// How far the middles of two samples of embeddings point apart.

import { Rng } from '../../../core/index.ts';
import { type Vectors, vectorTable } from './vectors.ts';

const rowsMax = 100_000;

/**
 * 1 − the cosine of the angle between both mean vectors: 0 in one direction, 1 at a right angle, 2 opposite.
 * @returns null where a side has no finite row, or a mean is nothing
 * @throws AppError `drift/bad-option` for vectors of several widths. Cost: O(rows × width)
 */
export function centroidDistance(reference: Vectors, current: Vectors): number | null {
  const { n, m, width, values } = vectorTable(reference, current, { rowsMax, rng: new Rng(1) });
  if (n === 0 || m === 0) return null;
  let [dot, one, two] = [0, 0, 0];
  for (let k = 0; k < width; k++) {
    let [before, after] = [0, 0];
    for (let i = 0; i < n; i++) before += values[i * width + k]! / n;
    for (let i = n; i < n + m; i++) after += values[i * width + k]! / m;
    dot += before * after;
    one += before * before;
    two += after * after;
  }
  const size = Math.sqrt(one) * Math.sqrt(two);
  return size > 0 && Number.isFinite(size) ? Math.min(2, Math.max(0, 1 - dot / size)) : null;
}
