// Demand as an order is planned for: what people say of a period in place of what the model says, its spread moved along.

import { type Project, periodLabel, quantileAbout } from '../../core/index.ts';
import type { AnsweredForecast } from './forecast-response.ts';
import type { OverriddenPeriod } from './replenishment-request.ts';

export interface OverriddenDemand {
  readonly mean: Float64Array;
  /** Shape [levels × horizon]. */
  readonly quantiles: Float64Array;
  /** The periods of the cover that are overridden; [] = none. */
  readonly overrides: readonly OverriddenPeriod[];
}

/**
 * Mean and quantiles of a forecast under its overrides; see `quantileAbout` for what is assumed of the quantiles.
 * Without overrides the very arrays of the forecast.
 * @param coverPeriods those that the stock must last for: overrides after them change no order
 */
export function overriddenDemand(
  { prediction, overrides }: Pick<AnsweredForecast, 'prediction' | 'overrides'>,
  { project, coverPeriods }: { readonly project: Project; readonly coverPeriods: number },
): OverriddenDemand {
  if (overrides === undefined)
    return { mean: prediction.mean, quantiles: prediction.quantiles, overrides: [] };
  const mean = prediction.mean.slice();
  const quantiles = prediction.quantiles.slice();
  const horizon = mean.length;
  const told: OverriddenPeriod[] = [];
  for (const { period, value, reason, by } of [...overrides.values()].sort((a, b) => a.period - b.period)) {
    const k = period - prediction.cutoff - 1;
    const model = mean[k] as number;
    mean[k] = value;
    for (let at = k; at < quantiles.length; at += horizon)
      quantiles[at] = quantileAbout(value, { mean: model, quantile: quantiles[at] as number });
    if (k < coverPeriods)
      told.push({ timestamp: periodLabel(project.grid, period), mean: model, value, reason, by });
  }
  return { mean, quantiles, overrides: told };
}
