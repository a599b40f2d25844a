// What callers of the library give and get.

import type { EvaluateFileOptions } from '../../services/evaluation/index.ts';

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

/** As `almanac evaluate`: see docs/reference/cli.md. Threads default to one per core. */
export type LibraryEvaluateOptions = Omit<EvaluateFileOptions, 'path' | 'threads'> & {
  readonly threads?: number;
};
