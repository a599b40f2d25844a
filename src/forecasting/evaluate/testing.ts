// Pretend backtests for the tests of this room.

import { type BacktestTable, newBacktestTable } from './backtest-table.ts';

/**
 * A table with every origin filled.
 * @param forecastOf forecast of a model at a series, origin and lead (0 = first); the actual is what `actualOf` says
 */
export function pretendTable(
  shape: { models: readonly string[]; seriesCount: number; originsMax: number; horizon: number },
  actualOf: (series: number, origin: number, lead: number) => number,
  forecastOf: (model: number, series: number, origin: number, lead: number) => number,
): BacktestTable {
  const table = newBacktestTable({ ...shape, nonNegative: false });
  const { models, seriesCount, originsMax, horizon } = shape;
  table.scales.fill(1);
  table.squaredScales.fill(1);
  table.origins.fill(originsMax);
  for (let s = 0; s < seriesCount; s++) {
    for (let o = 0; o < originsMax; o++) {
      for (let k = 0; k < horizon; k++) {
        table.actuals[(s * originsMax + o) * horizon + k] = actualOf(s, o, k);
        for (let m = 0; m < models.length; m++) {
          table.forecasts[((s * models.length + m) * originsMax + o) * horizon + k] = forecastOf(m, s, o, k);
        }
      }
    }
  }
  return table;
}
