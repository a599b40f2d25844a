// The library's own functions: a forecast, an evaluation and a check of drift without a project, a data folder or a server. What they run on
// is imported by the first call, so that a program which imports the package for one of them starts at once.

import type { DriftColumn, DriftOptions, DriftReport } from '../../forecasting/drift/index.ts';
import type { FileEvaluation } from '../../services/evaluation/index.ts';
import type { LibraryEvaluateOptions, LibraryForecast, LibraryForecastOptions } from './options.ts';

/**
 * Forecasts one history.
 * @param history demand per period, oldest first; NaN = unknown
 * @throws AppError `train/not-enough-data` when nothing is known, `models/unknown-model`
 * Cost: one backtest of every model tried, some ten milliseconds for two years of days.
 */
export async function forecast(
  history: Float64Array | readonly number[],
  options: LibraryForecastOptions,
): Promise<LibraryForecast> {
  const { forecastHistory } = await import('./forecast-history.ts');
  return await forecastHistory(history, options);
}

/**
 * Scores models on a CSV, NDJSON or Parquet file, as `almanac evaluate` does.
 * @throws AppError `data/*` when the file cannot be read as asked, `train/not-enough-data`, `models/unknown-model`
 */
export async function evaluate(path: string, options: LibraryEvaluateOptions): Promise<FileEvaluation> {
  const { evaluatePath } = await import('./evaluate-path.ts');
  return await evaluatePath(path, options);
}

/**
 * Has something changed between two samples of the same columns? Every detector by itself is in `almanac/drift`.
 * @param columns both sides of each, rows in the order of time where they have one; NaN and null say nothing
 * @returns never NaN; whatever the values are, it does not throw
 */
export async function drift(
  columns: readonly DriftColumn[],
  options: DriftOptions = {},
): Promise<DriftReport> {
  const { driftReport } = await import('../../forecasting/drift/index.ts');
  return driftReport(columns, options);
}
