// Taking a season out before fitting and putting it back into forecasts, for models that have none of their own.

import { seasonalIndices, seasonalityRatio } from '../maths/index.ts';

/** How the season acts: not at all, as a factor, or as an addend. Stored in states as a number. */
export const Season: { readonly none: 0; readonly factor: 1; readonly addend: 2 } = {
  none: 0,
  factor: 1,
  addend: 2,
};

export interface Deseasonalised {
  readonly kind: number;
  /** Shape [m], by position in `values` modulo m; empty for none. Addends in the unit of `values`. */
  readonly indices: Float64Array;
  /** Seasonally adjusted, shape [n]. */
  readonly adjusted: Float64Array;
}

/** A factor below this would blow the adjusted series up. */
const factorMin = 0.01;

/**
 * Tests for a season and takes it out: as a factor when all values are positive, else as an addend.
 * @param values shape [n], finite
 * @param m      periods per cycle; ≤ 1 = none
 * Cost: O(n·m).
 */
export function deseasonalise(values: Float64Array, m: number, least: number): Deseasonalised {
  if (seasonalityRatio(values, m) <= 1)
    return { kind: Season.none, indices: new Float64Array(0), adjusted: values };
  if (least > 0) {
    const indices = seasonalIndices(values, m, 'multiplicative');
    if (indices.every((index) => index >= factorMin)) {
      return { kind: Season.factor, indices, adjusted: values.map((y, t) => y / indices[t % m]!) };
    }
  }
  const indices = seasonalIndices(values, m, 'additive');
  return { kind: Season.addend, indices, adjusted: values.map((y, t) => y - indices[t % m]!) };
}
