// Forecasts of one history in memory: choose by backtest, calibrate, fit. Comes with the first call of `forecast`.

import { AppError, type Panel } from '../../core/index.ts';
import { autoPlan, namedPlan } from '../../forecasting/evaluate/index.ts';
import { forecastSeries, modelOf } from '../../forecasting/models/index.ts';
import { fitPanel, toForecaster } from '../../services/fitting/index.ts';
import type { LibraryForecast, LibraryForecastOptions } from './options.ts';

/** See `forecast` in `library.ts`. */
export async function forecastHistory(
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
