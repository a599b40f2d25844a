// The library's own functions: a forecast and an evaluation without a project, a data folder or a server.

import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError, type Panel } from '../../core/index.ts';
import { autoPlan, namedPlan } from '../../forecasting/evaluate/index.ts';
import { forecastSeries, modelOf } from '../../forecasting/models/index.ts';
import { DuckDb } from '../../services/data/index.ts';
import {
  type EvaluateFileOptions,
  evaluateFile,
  type FileEvaluation,
} from '../../services/evaluation/index.ts';
import { fitPanel, toForecaster } from '../../services/fitting/index.ts';
import { systemTimers } from '../../services/jobs/index.ts';

export interface LibraryForecastOptions {
  /** Steps ahead, ≥ 1. */
  readonly horizon: number;
  /** Periods per cycle, shortest first: `[7]` for days, `[12]` for months; default none. */
  readonly seasons?: readonly number[];
  /** Quantile levels in (0, 1); default 0.1, 0.5 and 0.9. */
  readonly quantiles?: readonly number[];
  /** Catalog names to try; default `auto`: all that suit, the best chosen by backtest. */
  readonly models?: 'auto' | readonly string[];
  /** Demand cannot be below zero; default: true when no value of the history is. */
  readonly nonNegative?: boolean;
}

export interface LibraryForecast {
  /** The model chosen, such as `dotm+ets`. */
  readonly model: string;
  /** Expected demand in units, shape [horizon]. */
  readonly mean: readonly number[];
  /** By level, such as `0.9`, each of shape [horizon]; from the errors of the backtest, never crossing. */
  readonly quantiles: Readonly<Record<string, readonly number[]>>;
}

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
  const values = Float64Array.from(history);
  if (!values.some(Number.isFinite))
    throw new AppError(
      'train/not-enough-data',
      `the history holds no known value in ${values.length} periods`,
    );
  const levels = [...(options.quantiles ?? [0.1, 0.5, 0.9])].sort((a, b) => a - b);
  const seasons = (options.seasons ?? []).filter((season) => season > 1);
  const nonNegative = options.nonNegative ?? values.every((value) => !(value < 0));
  const named = options.models ?? 'auto';
  const plan = named === 'auto' ? autoPlan(seasons) : namedPlan(named, seasons);
  plan.models.forEach(modelOf);
  const panel: Panel = {
    grid: { frequency: 'step', weekStart: 1 },
    series: [{ id: 'all', start: 1, values }],
  };
  const { horizon } = options;
  const fit = await fitPanel({
    panel,
    horizon,
    plan,
    season: seasons[0] ?? 1,
    levels,
    nonNegative,
    threads: 0,
  });
  const forecaster = toForecaster(fit, { panel, horizon, seasons, nonNegative, recentCount: 0 });
  const { mean, quantiles } = forecastSeries(forecaster, 0, { horizon, levels });
  return {
    model: fit.chosen[0]?.name ?? 'none',
    mean: [...mean],
    quantiles: Object.fromEntries(levels.map((level, l) => [String(level), [...(quantiles[l] ?? [])]])),
  };
}

/** As `almanac evaluate`: see docs/reference/cli.md. Threads default to one per core. */
export type LibraryEvaluateOptions = Omit<EvaluateFileOptions, 'path' | 'threads'> & {
  readonly threads?: number;
};

/**
 * Scores models on a CSV, NDJSON or Parquet file, as `almanac evaluate` does.
 * @throws AppError `data/*` when the file cannot be read as asked, `train/not-enough-data`, `models/unknown-model`
 */
export async function evaluate(path: string, options: LibraryEvaluateOptions): Promise<FileEvaluation> {
  const scratchFolder = await mkdtemp(join(tmpdir(), 'almanac-evaluate-'));
  const db = new DuckDb({ scratchFolder, timers: systemTimers, workersMax: 1 });
  try {
    return await evaluateFile(db, { threads: availableParallelism(), ...options, path });
  } finally {
    await db.close();
    await rm(scratchFolder, { recursive: true, force: true });
  }
}
