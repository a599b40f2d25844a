// Is a model too high or too low as a whole? Small errors of one sign hurt no series and every total.

import type { BacktestTable } from './backtest-table.ts';

/** A factor must make past windows better by this share of the loss to be used. */
const gainShareMin = 0.001;

/**
 * Factor on all forecasts of one model, from windows of the backtest: the mean of ln(Σ actual ÷ Σ forecast) over origins,
 * shrunk by how much origins disagree. Used only if factors made the same way from older origins alone would have made
 * the newer ones better.
 * @param model index into the table's models
 * @returns 1 when no factor has proved itself; at least 3 origins are needed
 * Cost: O(series × origins × horizon).
 */
export function levelFactor(table: BacktestTable, model: number): number {
  const logs = originLogs(table, model);
  if (logs.length < 3) return 1;
  let before = 0;
  let after = 0;
  for (let origin = 0; origin + 2 <= logs.length - 1; origin++) {
    const factor = Math.exp(shrunkMean(logs.slice(origin + 1)));
    before += lossWith(table, { model, origin, factor: 1 });
    after += lossWith(table, { model, origin, factor });
  }
  return after < before * (1 - gainShareMin) ? Math.exp(shrunkMean(logs)) : 1;
}

/** ln(Σ actual ÷ Σ forecast) by origin, newest first, series in units of their own scale. */
function originLogs(table: BacktestTable, model: number): number[] {
  const logs: number[] = [];
  for (let origin = 0; origin < table.originsMax; origin++) {
    let actual = 0;
    let forecast = 0;
    eachCell(table, { model, origin }, (y, mean, scale) => {
      actual += y / scale;
      forecast += mean / scale;
    });
    if (actual > 0 && forecast > 0) logs.push(Math.log(actual / forecast));
  }
  return logs;
}

/** The mean, shrunk towards 0 by its own uncertainty. Source: Efron and Morris 1975, JASA 70. */
function shrunkMean(values: readonly number[]): number {
  const count = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  if (count < 2) return 0;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (count - 1);
  const square = mean * mean;
  return square > 0 ? (mean * square) / (square + variance / count) : 0;
}

function lossWith(table: BacktestTable, of: { model: number; origin: number; factor: number }): number {
  let loss = 0;
  eachCell(table, of, (y, mean, scale) => {
    loss += Math.abs(y - of.factor * mean) / scale;
  });
  return loss;
}

function eachCell(
  table: BacktestTable,
  of: { model: number; origin: number },
  visit: (actual: number, mean: number, scale: number) => void,
): void {
  const { forecasts, actuals, horizon, originsMax, models, scales } = table;
  for (let series = 0; series < table.seriesCount; series++) {
    if ((table.origins[series] as number) <= of.origin) continue;
    const cell = series * originsMax + of.origin;
    const base = ((series * models.length + of.model) * originsMax + of.origin) * horizon;
    for (let k = 0; k < horizon; k++) {
      const actual = actuals[cell * horizon + k] as number;
      const mean = forecasts[base + k] as number;
      if (Number.isFinite(actual) && Number.isFinite(mean)) visit(actual, mean, scales[cell] as number);
    }
  }
}
