// Golden forecasts: a few that were made where a forecaster was fitted, stored with it. Whoever loads it makes them again: other
// numbers mean that these bytes do not forecast here as they did there, whatever their checksum says.

import { type Forecaster, forecastSeries } from './forecaster.ts';

/** Series forecast at most, spread over all. */
const seriesMax = 16;
/** Larger differences than this share of the number are no rounding. */
const tolerance = 1e-6;

/**
 * Of every k-th series the mean and the quantiles of the calibrated levels, over the horizon it was trained for.
 * @returns shape [series × (1 + levels) × horizon]. Cost: at most 16 forecasts
 */
export function goldenForecasts(forecaster: Forecaster): Float64Array {
  const { horizon, intervals } = forecaster;
  const { levels } = intervals;
  const series = goldenSeries(forecaster);
  const values = new Float64Array(series.length * (1 + levels.length) * horizon);
  let at = 0;
  for (const index of series) {
    const { mean, quantiles } = forecastSeries(forecaster, index, { horizon, levels });
    for (const row of [mean, ...quantiles]) {
      values.set(row, at);
      at += horizon;
    }
  }
  return values;
}

/**
 * Makes the golden forecasts of a forecaster just loaded again.
 * @returns what differs, in words; undefined when nothing does or it carries none
 */
export function goldenFault(forecaster: Forecaster): string | undefined {
  const { golden, ids, horizon, intervals } = forecaster;
  if (golden === undefined) return undefined;
  const again = goldenForecasts(forecaster);
  if (again.length !== golden.length)
    return `it carries ${golden.length} golden numbers where ${again.length} belong`;
  const perSeries = (1 + intervals.levels.length) * horizon;
  for (let i = 0; i < again.length; i++) {
    const [was, is] = [golden[i]!, again[i]!];
    if (Math.abs(is - was) <= tolerance * Math.max(1, Math.abs(was))) continue;
    const id = ids[goldenSeries(forecaster)[Math.floor(i / perSeries)]!];
    return `it forecasts ${is} for series "${id}" where it forecast ${was} when it was trained`;
  }
  return undefined;
}

function goldenSeries({ ids }: Forecaster): number[] {
  const step = Math.max(1, Math.ceil(ids.length / seriesMax));
  return Array.from({ length: Math.ceil(ids.length / step) }, (_, i) => i * step);
}
