// The answer when no model can give one: repeat the last cycle. Rough, honest about it, and never absurd.

import { presumedScore } from '../../forecasting/evaluate/index.ts';
import { mean, quantileSorted } from '../../forecasting/maths/index.ts';
import type { ForecastAsk, SeriesForecast } from './servable.ts';

/** With fewer known values than this their own spread says too little: the fewer, the more is presumed in units of their mean. */
const knownMin = 8;

/**
 * Seasonal naive: each step repeats the newest known value of its phase; a phase never seen takes the mean of what is known.
 * Quantiles spread as the known values do around their mean: nothing was calibrated, so they are a rough guide. One value is no point:
 * of fewer than eight a spread is presumed, see `presumedScore`.
 * @param recent demand in units, newest last (the cutoff), shape [n], n ≥ 1; NaN = unknown
 * @param options `season` periods per cycle (1 = none); `nonNegative` clips at zero
 * @returns undefined when no value is known. Cost: O(n log n + levels × horizon).
 */
export function baselineForecast(
  recent: Float64Array,
  ask: ForecastAsk,
  options: { season: number; nonNegative: boolean },
): SeriesForecast | undefined {
  const known = recent.filter(Number.isFinite);
  if (known.length === 0) return undefined;
  const { horizon, levels } = ask;
  const floor = options.nonNegative ? 0 : Number.NEGATIVE_INFINITY;
  const centre = mean(known);
  const deviations = known.map((value) => value - centre).sort();
  const presumed = (Math.max(0, knownMin - known.length) / (knownMin - 1)) * (Math.abs(centre) || 1);
  const out = { mean: new Float64Array(horizon), quantiles: new Float64Array(levels.length * horizon) };
  for (let k = 0; k < horizon; k++) {
    const value = Math.max(floor, samePhase(recent, k, options.season) ?? centre);
    out.mean[k] = value;
    for (const [l, level] of levels.entries())
      out.quantiles[l * horizon + k] = Math.max(
        floor,
        value + quantileSorted(deviations, level) + presumed * presumedScore(level, 0),
      );
  }
  return out;
}

/** The newest known value of the phase of step k + 1. */
function samePhase(recent: Float64Array, k: number, season: number): number | undefined {
  const phase = k % season;
  for (let i = recent.length - season + phase; i >= 0; i -= season) {
    const value = recent[i] as number;
    if (Number.isFinite(value)) return value;
  }
  return undefined;
}
