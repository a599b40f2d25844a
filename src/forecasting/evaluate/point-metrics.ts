// Errors of point forecasts, one series at a time. In all of them: `actual` and `forecast` are in units, shape [h];
// a NaN actual is not yet known and is skipped; NaN comes back when the metric cannot be had.

/** Symmetric mean absolute percentage error, 0 to 200. A step where both are zero counts as no error. Source: M4 guide 2018. */
export function smape(actual: Float64Array, forecast: Float64Array): number {
  let sum = 0;
  let count = 0;
  for (let k = 0; k < actual.length; k++) {
    const y = actual[k] as number;
    if (Number.isNaN(y)) continue;
    const f = forecast[k] as number;
    const size = Math.abs(y) + Math.abs(f);
    sum += size === 0 ? 0 : (200 * Math.abs(y - f)) / size;
    count++;
  }
  return count === 0 ? Number.NaN : sum / count;
}

/** Mean absolute error in units. */
export function mae(actual: Float64Array, forecast: Float64Array): number {
  let sum = 0;
  let count = 0;
  for (let k = 0; k < actual.length; k++) {
    const error = Math.abs((actual[k] as number) - (forecast[k] as number));
    if (Number.isNaN(error)) continue;
    sum += error;
    count++;
  }
  return count === 0 ? Number.NaN : sum / count;
}

/** Mean squared error in units squared. */
export function mse(actual: Float64Array, forecast: Float64Array): number {
  let sum = 0;
  let count = 0;
  for (let k = 0; k < actual.length; k++) {
    const error = (actual[k] as number) - (forecast[k] as number);
    if (Number.isNaN(error)) continue;
    sum += error * error;
    count++;
  }
  return count === 0 ? Number.NaN : sum / count;
}

/**
 * Mean absolute scaled error: MAE over the in-sample MAE of the seasonal naive forecast.
 * @param scale `seasonalNaiveScale` of the history; 0 or NaN: the metric cannot be had
 * @returns 0 or more; below 1 = better than in-sample seasonal naive. Source: Hyndman and Koehler 2006.
 */
export function mase(actual: Float64Array, forecast: Float64Array, scale: number): number {
  return scale > 0 ? mae(actual, forecast) / scale : Number.NaN;
}

/**
 * Root mean squared scaled error.
 * @param scale `squaredDifferenceScale` of the history; 0 or NaN: the metric cannot be had. Source: M5 guide 2020.
 */
export function rmsse(actual: Float64Array, forecast: Float64Array, scale: number): number {
  return scale > 0 ? Math.sqrt(mse(actual, forecast) / scale) : Number.NaN;
}

/**
 * Overall weighted average of M4: mean of sMAPE and MASE, each relative to that of Naive2 on the same series.
 * @param ours    means over all series, as `Scorecard` gives them; averaged first, divided after
 * @param naive2  the same of the Naive2 forecast
 * @returns 1 = as good as Naive2. Source: M4 guide 2018.
 */
export function owa(
  ours: { readonly smape: number; readonly mase: number },
  naive2: { readonly smape: number; readonly mase: number },
): number {
  return (ours.smape / naive2.smape + ours.mase / naive2.mase) / 2;
}

/** Sums from which WAPE, bias, MAPE and RMSPE are made, so that they can also be pooled over series. */
export interface ErrorSums {
  /** Σ|y − f|, Σ(f − y), Σ|y| over the known steps. */
  absolute: number;
  signed: number;
  demand: number;
  /** Over the known steps with y ≠ 0: Σ|y − f|/|y|, Σ((y − f)/y)² and their number. */
  percentage: number;
  percentageSquared: number;
  percentageCount: number;
}

/** Adds one series' errors to the sums. Cost: O(h), allocates nothing. */
export function addErrors(sums: ErrorSums, actual: Float64Array, forecast: Float64Array): void {
  for (let k = 0; k < actual.length; k++) {
    const y = actual[k] as number;
    if (Number.isNaN(y)) continue;
    const error = (forecast[k] as number) - y;
    sums.absolute += Math.abs(error);
    sums.signed += error;
    sums.demand += Math.abs(y);
    if (y === 0) continue;
    const share = Math.abs(error / y);
    sums.percentage += share;
    sums.percentageSquared += share * share;
    sums.percentageCount++;
  }
}

/** Empty sums. */
export function noErrors(): ErrorSums {
  return { absolute: 0, signed: 0, demand: 0, percentage: 0, percentageSquared: 0, percentageCount: 0 };
}

/** Weighted absolute percentage error: Σ|e| / Σ|y|, a fraction; NaN without demand. */
export function wapeOf(sums: ErrorSums): number {
  return sums.demand > 0 ? sums.absolute / sums.demand : Number.NaN;
}

/** Σ(f − y) / Σ|y|, a fraction: above 0 = forecasts too much; NaN without demand. */
export function biasOf(sums: ErrorSums): number {
  return sums.demand > 0 ? sums.signed / sums.demand : Number.NaN;
}

/** Mean absolute percentage error over steps with demand, in percent; NaN without any. */
export function mapeOf(sums: ErrorSums): number {
  return sums.percentageCount > 0 ? (100 * sums.percentage) / sums.percentageCount : Number.NaN;
}

/** Root mean squared percentage error over steps with demand, a fraction; NaN without any. */
export function rmspeOf(sums: ErrorSums): number {
  return sums.percentageCount > 0 ? Math.sqrt(sums.percentageSquared / sums.percentageCount) : Number.NaN;
}
