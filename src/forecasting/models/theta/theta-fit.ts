// Fitting the dynamic theta model. For one trial of α the forecasts are linear in the other two parameters, so these follow
// in closed form and the search has one dimension.

import { minimiseOnLine } from '../../maths/index.ts';

const alphaMin = 0.1;
const trendValuesMin = 5;
const alphaMax = 0.99;
/**
 * Weight of the belief that the start level is half the first value, in observations. Where α is large the data say nothing
 * about it and a free one takes absurd values. On the folds before the test windows, MASE with 1 against without: M3 1.381 and
 * 1.385, Tourism 2.369 and 2.374, hospital .792 and .789.
 */
const startPull = 1;

export interface ThetaFit {
  readonly alpha: number;
  /** 1 − 1/θ. */
  readonly trend: number;
  readonly start: number;
}

/** Bounds of the trend share 1 − 1/θ. */
export interface ShareRange {
  readonly least: number;
  readonly most: number;
}

/** θ from 1 to infinity. */
export const anyShare: ShareRange = { least: 0, most: 1 };

/**
 * Least squares fit of α, the trend share and the start level.
 * @param y     seasonally adjusted, in units of its mean size, shape [n], finite
 * @param share bounds of the trend share
 * Cost: about 30 passes of O(n).
 */
export function fitTheta(y: Float64Array, share: ShareRange): ThetaFit {
  const n = y.length;
  const start = n > 0 ? y[0]! / 2 : 0;
  // So few values tell no trend: their differences are chance. Where none is wanted the level begins at the first value.
  if (n < trendValuesMin)
    return { alpha: 0.5, trend: share.least, start: share.least > 0 ? start : 2 * start };
  const lines = trendLines(y);
  const found: Mixture = { trend: 0.5, start, share };
  const alpha = minimiseOnLine((a) => fitMixture(y, lines, a, found), {
    lower: alphaMin,
    upper: alphaMax,
    points: 12,
    tolerance: 1e-3,
  });
  fitMixture(y, lines, alpha, found);
  return { alpha, trend: found.trend, start: found.start };
}

interface TrendLines {
  readonly intercept: Float64Array;
  readonly slope: Float64Array;
}

/** A and B as they stand before each observation; they depend on the data alone, so one pass serves every trial. */
function trendLines(y: Float64Array): TrendLines {
  const n = y.length;
  const intercept = new Float64Array(n);
  const slope = new Float64Array(n);
  let mean = y[0]!;
  let a = mean;
  let b = 0;
  for (let i = 1; i < n; i++) {
    intercept[i] = a;
    slope[i] = b;
    b = nextSlope(b, i, y[i]! - mean);
    mean = (i * mean + y[i]!) / (i + 1);
    a = mean - (b * (i + 2)) / 2;
  }
  return { intercept, slope };
}

/** The slope of the least squares line through observations 0 … i, from that through 0 … i − 1. */
export function nextSlope(slope: number, i: number, surprise: number): number {
  return ((i - 1) * slope + (6 * surprise) / (i + 1)) / (i + 2);
}

interface Mixture {
  trend: number;
  start: number;
  readonly share: ShareRange;
}

/**
 * For one α the forecasts are linear in the trend share and the start level: two-variable least squares in closed form,
 * the share kept within its bounds. Writes them into `found`.
 * @returns Σe² from the fourth observation on
 */
function fitMixture(y: Float64Array, lines: TrendLines, alpha: number, found: Mixture): number {
  const q = 1 - alpha;
  let level = alpha * y[0]!;
  let power = q;
  let pp = 0;
  let pd = 0;
  let dd = 0;
  let pr = 0;
  let dr = 0;
  let rr = 0;
  for (let i = 1; i < y.length; i++) {
    if (i >= 3) {
      const d = lines.intercept[i]! * power + (lines.slope[i]! * (1 - power * q)) / alpha;
      const r = y[i]! - level;
      pp += power * power;
      pd += power * d;
      dd += d * d;
      pr += power * r;
      dr += d * r;
      rr += r * r;
    }
    level = alpha * y[i]! + q * level;
    power *= q;
  }
  const prior = y[0]! / 2;
  pp += startPull;
  pr += startPull * prior;
  rr += startPull * prior * prior;
  const determinant = pp * dd - pd * pd;
  let trend = determinant > 1e-12 * pp * dd ? (pp * dr - pd * pr) / determinant : 0.5;
  trend = Math.min(found.share.most, Math.max(found.share.least, trend));
  const start = (pr - trend * pd) / pp;
  found.trend = trend;
  found.start = start;
  return (
    rr - 2 * (start * pr + trend * dr) + start * start * pp + 2 * start * trend * pd + trend * trend * dd
  );
}
