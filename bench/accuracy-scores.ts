// Figures of `bench/accuracy.ts` that are not among the metrics of `evaluate`: by volume, in units, at named levels.

import {
  absoluteDifferenceScale,
  coverage,
  firstSale,
  mae,
  pinball,
  pitCoverage,
  rmsse,
} from '../src/forecasting/evaluate/index.ts';
import type { ScoredForecast } from '../src/services/evaluation/index.ts';
import type { Material } from './accuracy-case.ts';

/** Coverage of the third of the series that sell least, of the middle, and of the third that sell most. */
export interface VolumeClass {
  readonly name: 'small' | 'medium' | 'large';
  readonly series: number;
  readonly coverage80: number;
  readonly coverage95: number;
  /** The same with zeros counted by their probability, see `pitCoverage`. */
  readonly mass80: number;
  readonly mass95: number;
}

type Scored = Pick<Material, 'forecasts' | 'histories' | 'levels'>;

/** By mean demand since the first sale; [] for fewer than nine series. */
export function volumeClasses({ forecasts, histories, levels }: Scored): VolumeClass[] {
  if (forecasts.length < 9) return [];
  const sorted = forecasts
    .map((forecast) => ({ forecast, volume: meanSince(histories.get(forecast.seriesId)) }))
    .sort((a, b) => a.volume - b.volume)
    .map(({ forecast }) => forecast);
  return (['small', 'medium', 'large'] as const).map((name, third) => {
    const part = sorted.slice(
      Math.round((third * sorted.length) / 3),
      Math.round(((third + 1) * sorted.length) / 3),
    );
    const mean = (of: (forecast: ScoredForecast) => number): number => meanOf(part.map(of));
    return {
      name,
      series: part.length,
      coverage80: mean((forecast) => central(forecast, levels, 0.8)),
      coverage95: mean((forecast) => central(forecast, levels, 0.95)),
      mass80: mean(({ actual, quantiles }) => pitCoverage(actual, quantiles, { levels, nominal: 0.8 })),
      mass95: mean(({ actual, quantiles }) => pitCoverage(actual, quantiles, { levels, nominal: 0.95 })),
    };
  });
}

function meanSince(history: Float64Array | undefined): number {
  if (history === undefined) return 0;
  const known = history.subarray(firstSale(history)).filter(Number.isFinite);
  return known.length === 0 ? 0 : known.reduce((sum, value) => sum + value, 0) / known.length;
}

function central({ actual, quantiles }: ScoredForecast, levels: readonly number[], nominal: number): number {
  return coverage(
    actual,
    rowOf({ actual, quantiles }, levels, (1 - nominal) / 2),
    rowOf({ actual, quantiles }, levels, (1 + nominal) / 2),
  );
}

/** Row of a quantile level. @throws when the level was not asked for */
export function rowOf(
  { actual, quantiles }: Pick<ScoredForecast, 'actual' | 'quantiles'>,
  levels: readonly number[],
  level: number,
): Float64Array {
  const l = levels.findIndex((one) => Math.abs(one - level) < 1e-9);
  if (l < 0) throw new Error(`quantile ${level} was not asked for`);
  return quantiles.subarray(l * actual.length, (l + 1) * actual.length);
}

/** Mean absolute error in units over all series and steps that are known. */
export function unitError(forecasts: readonly ScoredForecast[]): number {
  return meanOf(forecasts.map(({ actual, mean }) => mae(actual, mean)));
}

/** Twice the pinball loss of the nine deciles over the demand, mean over the deciles: CRPS as some benchmarks print it. */
export function decileLoss({ forecasts, levels }: Scored): number {
  const deciles = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];
  if (!deciles.every((level) => levels.some((one) => Math.abs(one - level) < 1e-9))) return Number.NaN;
  let loss = 0;
  let demand = 0;
  for (const forecast of forecasts) {
    const known = forecast.actual.filter(Number.isFinite);
    demand += known.reduce((sum, value) => sum + Math.abs(value), 0);
    for (const level of deciles) {
      const own = pinball(forecast.actual, rowOf(forecast, levels, level), level);
      if (Number.isFinite(own)) loss += own * known.length;
    }
  }
  return (2 * loss) / deciles.length / demand;
}

/** Mean over series of the pinball loss at some levels, over the mean change from one period to the next. */
export function scaledPinball(scored: Scored, at: readonly number[]): number {
  return meanOf(
    scored.forecasts.map((forecast) => {
      const scale = absoluteDifferenceScale(scored.histories.get(forecast.seriesId) ?? new Float64Array(0));
      const losses = at.map((level) =>
        pinball(forecast.actual, rowOf(forecast, scored.levels, level), level),
      );
      return scale > 0 ? losses.reduce((a, b) => a + b, 0) / at.length / scale : Number.NaN;
    }),
  );
}

/** Share of known values at or below a quantile. */
export function shareBelow({ forecasts, levels }: Scored, level: number): number {
  return meanOf(
    forecasts.map((forecast) => {
      const row = rowOf(forecast, levels, level);
      return meanOf([...forecast.actual].map((y, k) => (Number.isNaN(y) ? y : y <= row[k]! ? 1 : 0)));
    }),
  );
}

/**
 * RMSSE over the series that have a scale, weighted by series. The scale is taken over the whole history: for histories cut
 * from longer ones, whose first sale lies before the cut.
 */
export function windowRmsse(
  { forecasts, histories }: Pick<Scored, 'forecasts' | 'histories'>,
  weightOf: (seriesId: string) => number,
): number {
  let sum = 0;
  let total = 0;
  for (const { seriesId, actual, mean } of forecasts) {
    const history = histories.get(seriesId) ?? new Float64Array(0);
    let scale = 0;
    for (let t = 1; t < history.length; t++) scale += (history[t]! - history[t - 1]!) ** 2;
    const own = rmsse(actual, mean, scale / (history.length - 1));
    if (!Number.isFinite(own)) continue;
    sum += weightOf(seriesId) * own;
    total += weightOf(seriesId);
  }
  return sum / total;
}

/** Standard normal quantiles of the levels that the Gaussian baseline is scored at. */
const normal: Readonly<Record<string, number>> = {
  0.05: -1.644854,
  0.1: -1.281552,
  0.25: -0.67449,
  0.5: 0,
  0.75: 0.67449,
  0.9: 1.281552,
  0.95: 1.644854,
  0.99: 2.326348,
};

/**
 * Scaled pinball of what textbooks do: simple exponential smoothing, its constant by least squares, and a normal
 * distribution around it that widens as that model says, cut at zero. The peer that intervals on intermittent demand have to beat.
 */
export function gaussianScaledPinball(scored: Scored, at: readonly number[]): number {
  const forecasts = scored.forecasts.map((forecast): ScoredForecast => {
    const { level, alpha, deviation } = smoothed(
      scored.histories.get(forecast.seriesId) ?? new Float64Array(0),
    );
    const steps = forecast.actual.length;
    const quantiles = new Float64Array(at.length * steps);
    for (const [l, u] of at.entries())
      for (let k = 0; k < steps; k++)
        quantiles[l * steps + k] = Math.max(
          0,
          level + (normal[u] as number) * deviation * Math.sqrt(1 + k * alpha * alpha),
        );
    return { ...forecast, quantiles };
  });
  return scaledPinball({ ...scored, forecasts, levels: at }, at);
}

function smoothed(history: Float64Array): { level: number; alpha: number; deviation: number } {
  const known = history.filter(Number.isFinite);
  let best = { level: known[0] ?? 0, alpha: 0, deviation: 0 };
  let least = Number.POSITIVE_INFINITY;
  for (let step = 1; step <= 33; step++) {
    const alpha = step * 0.03;
    let level = known[0] ?? 0;
    let sum = 0;
    for (let t = 1; t < known.length; t++) {
      const error = known[t]! - level;
      sum += error * error;
      level += alpha * error;
    }
    if (sum >= least) continue;
    least = sum;
    best = { level, alpha, deviation: Math.sqrt(sum / Math.max(1, known.length - 1)) };
  }
  return best;
}

/** Mean of the finite values; NaN without any. */
export function meanOf(values: readonly number[]): number {
  const finite = values.filter(Number.isFinite);
  return finite.reduce((sum, value) => sum + value, 0) / finite.length;
}
