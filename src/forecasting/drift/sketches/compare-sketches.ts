// Two long windows by their sketches: Kolmogorov and Smirnov's distance, less what the sketches may be wrong by.

import { kolmogorovTail } from '../samples/kolmogorov-smirnov.ts';
import { type QuantileSketch, rankError, sketchSteps } from './quantile-sketch.ts';

export type SketchComparison = {
  readonly nReference: number;
  readonly nCurrent: number;
} & (
  | {
      readonly status: 'ok';
      /** Largest distance of both distribution functions, as the sketches have it. */
      readonly statistic: number;
      /** By how much it may be wrong: the errors of ranks of both. */
      readonly error: number;
      /** Of the distance less that error: never smaller than that of all values would be, but for 2 % of sketches. */
      readonly p: number;
      readonly sign: -1 | 1;
      /** Area between both functions: how far values moved, in their unit. Null if too large for a number. */
      readonly wasserstein: number | null;
    }
  | { readonly status: 'insufficient_data' }
);

/** Cost: O(k·ln k) of the values that both sketches hold. */
export function compareSketches(reference: QuantileSketch, current: QuantileSketch): SketchComparison {
  const [n, m] = [reference.count, current.count];
  if (n === 0 || m === 0) return { nReference: n, nCurrent: m, status: 'insufficient_data' };
  const [one, two] = [sketchSteps(reference), sketchSteps(current)];
  let [i, j, before, after, above, below, area] = [0, 0, 0, 0, 0, 0, 0];
  let last = Math.min(one.values[0]!, two.values[0]!);
  while (i < one.values.length || j < two.values.length) {
    const value = Math.min(
      one.values[i] ?? Number.POSITIVE_INFINITY,
      two.values[j] ?? Number.POSITIVE_INFINITY,
    );
    area += Math.abs(before - after) * (value - last);
    if (one.values[i] === value) before += one.weights[i++]! / n;
    if (two.values[j] === value) after += two.weights[j++]! / m;
    above = Math.max(above, before - after);
    below = Math.max(below, after - before);
    last = value;
  }
  const statistic = Math.min(1, Math.max(above, below));
  const error = rankError(reference) + rankError(current);
  const p = kolmogorovTail(Math.max(0, statistic - error) * Math.sqrt((n / (n + m)) * m));
  return {
    nReference: n,
    nCurrent: m,
    status: 'ok',
    statistic,
    error,
    p,
    sign: above >= below ? 1 : -1,
    wasserstein: Number.isFinite(area) ? area : null,
  };
}
