// Parzen windows: the density of a parameter among the points seen, as a mixture of a window around each of them and one
// over the whole range.

import type { Rng } from '../../core/index.ts';
import { type ChoiceDimension, fromUnit, type NumberDimension, type ParamValue, toUnit } from './space.ts';

export interface Density {
  draw(rng: Rng): ParamValue;
  /** Natural logarithm of the density at a value, up to a constant of the dimension. */
  logDensity(value: ParamValue): number;
}

/**
 * Density of a number on the unit axis: truncated normal windows. A window is as wide as the distance to its farther
 * neighbour, at least 1/100 of the range and a cell of an integer.
 * Source: Bergstra, Bardenet, Bengio and Kégl 2011, NeurIPS, section 4. Cost: O(n log n) to make, O(n) per value.
 */
export function numberDensity(dimension: NumberDimension, values: readonly number[]): Density {
  // The prior is a window of its own: the middle of the range, as wide as the range.
  const centres = Float64Array.from([...values.map((value) => toUnit(dimension, value)), 0.5]).sort();
  const widths = windowWidths(dimension, centres);
  const prior = centres.indexOf(0.5);
  widths[prior] = 1;
  const masses = widths.map((width, i) => massInside(centres[i] as number, width));
  return {
    draw: (rng) => {
      const i = rng.below(centres.length);
      return fromUnit(dimension, drawInside(centres[i] as number, widths[i] as number, rng));
    },
    logDensity: (value) => {
      const at = toUnit(dimension, Number(value));
      let sum = 0;
      for (let i = 0; i < centres.length; i++) {
        const z = (at - centres[i]!) / widths[i]!;
        sum += Math.exp(-0.5 * z * z) / (widths[i]! * masses[i]!);
      }
      return Math.log(sum / centres.length);
    },
  };
}

/** Shares of the choices among the points seen, with one more point spread evenly over all of them. Same source. */
export function choiceDensity(dimension: ChoiceDimension, values: readonly ParamValue[]): Density {
  const all = dimension.values;
  const weights = all.map((choice) => 1 / all.length + values.filter((value) => value === choice).length);
  const total = values.filter((value) => all.includes(value)).length + 1;
  return {
    draw: (rng) => {
      let left = rng.uniform() * total;
      const index = weights.findIndex((weight) => {
        left -= weight;
        return left < 0;
      });
      return all[index < 0 ? all.length - 1 : index] as ParamValue;
    },
    logDensity: (value) => {
      const weight = weights[all.indexOf(value)];
      return weight === undefined ? Number.NEGATIVE_INFINITY : Math.log(weight / total);
    },
  };
}

function windowWidths(dimension: NumberDimension, centres: Float64Array): Float64Array {
  const { kind, min, max } = dimension;
  const cell = kind === 'integer' ? 1 / (max - min + 1) : 0;
  const narrowest = Math.max(cell, 1 / Math.min(100, centres.length + 1));
  return centres.map((centre, i) => {
    const left = i > 0 ? centre - (centres[i - 1] as number) : 0;
    const right = i + 1 < centres.length ? (centres[i + 1] as number) - centre : 0;
    return Math.min(1, Math.max(narrowest, left, right));
  });
}

/** A normal variate inside [0, 1], by rejection: at worst about half of the draws are inside. */
function drawInside(centre: number, width: number, rng: Rng): number {
  for (let tries = 0; tries < 100; tries++) {
    const at = centre + width * rng.normal();
    if (at >= 0 && at <= 1) return at;
  }
  return centre;
}

function massInside(centre: number, width: number): number {
  return normalCdf((1 - centre) / width) - normalCdf(-centre / width);
}

/** Source: Abramowitz and Stegun 1964, 7.1.26; absolute error below 1e-7. */
function normalCdf(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * x);
  const series =
    t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  const upper = 0.5 * series * Math.exp(-x * x);
  return z < 0 ? upper : 1 - upper;
}
