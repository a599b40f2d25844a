// The rolling-origin backtest of one series: every model, every origin, every lead, kept as plain errors, so that a new
// metric, slice or combination of models needs no refit.

import type { Model } from '../models/index.ts';

export interface BacktestOptions {
  readonly models: readonly Model[];
  /** Training lengths, as `rollingOrigins` makes them. */
  readonly origins: readonly number[];
  readonly horizon: number;
  /** Periods per cycle, shortest first; [] = none. */
  readonly seasons: readonly number[];
  /** Forecasts below zero are raised to zero, as they will be when served. */
  readonly nonNegative: boolean;
  /** Milliseconds, for the cost of each model; absent = costs are not measured. */
  readonly now?: () => number;
}

/**
 * Fits each model on the history up to each origin and records how far the truth fell from its forecast.
 * @param history demand in units, shape [n], NaN = unknown
 * @param errors  written: actual − forecast in units, shape [models × originsMax × horizon], row per model, then origin;
 *                NaN where the truth is unknown. Rows of origins that the series is too short for are left as they are.
 * @param costs   added to: milliseconds per model, shape [models]
 * Cost: models × origins fits.
 */
export function backtestSeries(
  history: Float64Array,
  options: BacktestOptions,
  out: { errors: Float32Array; originsMax: number; costs: Float64Array },
): void {
  const { models, origins, horizon, seasons, nonNegative, now } = options;
  const forecast = new Float64Array(horizon);
  for (let m = 0; m < models.length; m++) {
    const model = models[m] as Model;
    const begin = now?.() ?? 0;
    for (let o = 0; o < origins.length; o++) {
      const origin = origins[o] as number;
      const state = model.fit(history.subarray(0, origin), { seasons, horizon });
      model.forecast(state, forecast);
      const base = (m * out.originsMax + o) * horizon;
      for (let k = 0; k < horizon; k++) {
        const mean = forecast[k] as number;
        const served = nonNegative && mean < 0 ? 0 : mean;
        out.errors[base + k] = (history[origin + k] as number) - served;
      }
    }
    if (now !== undefined) out.costs[m] = (out.costs[m] as number) + now() - begin;
  }
}
