// From a forecast and the table of its errors to quantiles of any level: a curve for each step, which is one distribution with the mean.

import { atLevel, growthPast, type IntervalTable, offsetIndex } from './intervals.ts';
import type { OwnQuantiles } from './model.ts';
import { giveMean, meanOnCurve, onCurve } from './tails.ts';

/** Where the quantiles of a series are to lie. */
export interface QuantilePlace {
  readonly stratum: number;
  /** Demand units per unit of offset. */
  readonly scale: number;
  /** Lead of the table for each step, shape [horizon]. */
  readonly leads: readonly number[];
  /** Asked for. */
  readonly levels: readonly number[];
  /** Nothing lies below. */
  readonly floor: number;
  /**
   * Mean and quantiles each keep to an order, falling with a price say: none is scaled by the others, and a model's own quantiles
   * end at the outermost levels, as what is read off the distance between two of them may rise where both fall.
   */
  readonly isOrdered?: boolean;
  /** Nothing is known but the curve: the mean is its own. */
  readonly isMeanFree?: boolean;
}

/**
 * Quantiles around a mean, from the errors of the backtest. They and the mean are one distribution: see `giveMean`.
 * @param mean shape [horizon]; moved where the distribution cannot have it
 * @returns one array of shape [horizon] per level asked for
 */
export function aroundMean(table: IntervalTable, mean: Float64Array, place: QuantilePlace): Float64Array[] {
  const { stratum, scale, leads, floor } = place;
  const curve = new Float64Array(table.levels.length);
  return readCurves(table, mean, place, (k) => {
    const lead = leads[k] as number;
    const base = offsetIndex(table, stratum, lead);
    const unit = scale * growthPast(table, lead);
    for (let l = 0; l < curve.length; l++)
      curve[l] = Math.max(floor, (mean[k] as number) + unit * (table.offsets[base + l] as number));
    return curve;
  });
}

/**
 * A model's own quantiles, corrected by the table's offsets, put in order and made one distribution with its mean.
 * @param own quantiles of the table's levels; its mean is moved where the distribution cannot have it
 * @returns one array of shape [horizon] per level asked for. Cost: O(horizon × levels · log levels).
 */
export function correctedQuantiles(
  table: IntervalTable,
  own: OwnQuantiles,
  place: QuantilePlace,
): Float64Array[] {
  const { stratum, scale, leads, floor } = place;
  const { mean, quantiles } = own;
  const curve = new Float64Array(table.levels.length);
  return readCurves(table, mean, { ...place, ends: place.isOrdered ?? false }, (k) => {
    const lead = leads[k] as number;
    const base = offsetIndex(table, stratum, lead);
    const growth = growthPast(table, lead);
    const centre = mean[k] as number;
    for (let l = 0; l < curve.length; l++) {
      const quantile =
        (quantiles[l * mean.length + k] as number) + scale * (table.offsets[base + l] as number);
      curve[l] = Math.max(floor, centre + growth * (quantile - centre));
    }
    return curve.sort();
  });
}

/** Reads the levels asked for off the curve of each step, once it is that of the mean; the mean is cut at the floor. */
function readCurves(
  table: IntervalTable,
  mean: Float64Array,
  place: QuantilePlace & { /** Without tails. */ readonly ends?: boolean },
  curveAt: (step: number) => Float64Array,
): Float64Array[] {
  const { levels, floor, ends = false } = place;
  const quantiles = levels.map(() => new Float64Array(mean.length));
  for (let k = 0; k < mean.length; k++) {
    const curve = curveAt(k);
    const { mean: centre, upper } = distributionOf(table, curve, { ...place, mean: mean[k] as number });
    mean[k] = centre;
    for (const [i, level] of levels.entries()) {
      const value = ends ? atLevel(table.levels, curve, level) : onCurve(table.levels, curve, level, upper);
      (quantiles[i] as Float64Array)[k] = Math.max(floor, value);
    }
  }
  return quantiles;
}

function distributionOf(
  { levels, joint }: IntervalTable,
  curve: Float64Array,
  of: Pick<QuantilePlace, 'floor' | 'isOrdered' | 'isMeanFree'> & { readonly mean: number },
): { mean: number; upper?: number } {
  const { mean, floor, isOrdered, isMeanFree } = of;
  if (joint !== true || isOrdered === true) return { mean: Math.max(floor, mean) };
  return isMeanFree === true ? { mean: meanOnCurve(levels, curve, floor) } : giveMean(levels, curve, of);
}
