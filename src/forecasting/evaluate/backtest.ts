// The rolling-origin backtest of one series: every model, every origin, every lead.

import { closedPhases, type Model } from '../models/index.ts';
import type { BacktestTable } from './backtest-table.ts';
import { errorUnit } from './error-unit.ts';
import { lossScale } from './losses.ts';
import { originsAt } from './rolling-origins.ts';
import { isTest } from './test-windows.ts';

export interface BacktestOptions {
  /** In the order of the table's models; null = not tried on this series. */
  readonly models: readonly (Model | null)[];
  /** Periods per cycle that scales and folds go by; 1 = none. The models bring their own seasons. */
  readonly season: number;
  /** Period of the first value. Default 0. */
  readonly start?: number;
  /** Milliseconds, for the cost of each model; absent = costs are not measured. */
  readonly now?: () => number;
}

/**
 * Fits each model on the history up to each origin and writes its forecasts, the truth and the scale into the table.
 * A series too short for any origin gets 0 origins and nothing else.
 * @param target.series index of the series in the table
 * @param target.costs  added to: milliseconds per model, shape [models]
 * @param history       demand in units, shape [n], NaN = unknown
 * Cost: models × origins fits.
 */
export function backtestSeries(
  history: Float64Array,
  options: BacktestOptions,
  target: { table: BacktestTable; series: number; costs: Float64Array },
): void {
  const { models, season, start = 0, now } = options;
  const { table, series, costs } = target;
  const { horizon, span, originsMax } = table;
  const origins = originsAt(history.length, table.distances, season);
  table.origins[series] = origins.length;
  for (const [o, origin] of origins.entries()) {
    if (isTest(history, { origin, span, season }))
      table.actuals.set(history.subarray(origin, origin + span), (series * originsMax + o) * horizon);
    const known = history.subarray(0, origin);
    const at = series * originsMax + o;
    const { stratum, scale } = errorUnit(known, season, history.length);
    table.scales[at] = scale;
    table.strata[at] = stratum;
    table.squaredScales[at] = lossScale(known, { kind: 'squared', season });
    const closed = closedPhases(known, season);
    if (closed === undefined) continue;
    for (let k = 0; k < horizon; k++)
      table.closed[at * horizon + k] = closed[(origin + k) % season] as number;
  }
  const forecast = new Float64Array(horizon);
  for (const [m, model] of models.entries()) {
    const begin = now?.() ?? 0;
    for (const [o, origin] of origins.entries()) {
      if (model === null) forecast.fill(Number.NaN);
      else
        model.forecast(
          model.fit(history.subarray(0, origin), { seasons: [season], horizon, start }),
          forecast,
        );
      table.forecasts.set(forecast, ((series * models.length + m) * originsMax + o) * horizon);
    }
    if (now !== undefined) costs[m] = (costs[m] as number) + now() - begin;
  }
}
