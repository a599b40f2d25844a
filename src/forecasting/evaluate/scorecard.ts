// From forecasts of many series to one set of metrics: what is averaged over series, what is pooled, what is missing and
// on how many series each figure rests. Definitions with their sources: docs/reference/metrics.md.

import {
  addErrors,
  biasOf,
  type ErrorSums,
  mapeOf,
  mase,
  mse,
  noErrors,
  rmspeOf,
  rmsse,
  smape,
  wapeOf,
} from './point-metrics.ts';
import { centralIntervals, coverage, pinball, pitCoverage, winkler } from './quantile-metrics.ts';
import {
  absoluteDifferenceScale,
  type ScaleFrom,
  seasonalNaiveScale,
  squaredDifferenceScale,
} from './scales.ts';

/** One series' forecast beside the truth. */
export interface ForecastToScore {
  /** Training values in units, shape [n], NaN = unknown. */
  readonly history: Float64Array;
  /** Shape [h], NaN = not known, skipped. */
  readonly actual: Float64Array;
  /** Shape [h]. */
  readonly mean: Float64Array;
  /** Shape [levels × h], row per level; empty when the scorecard has no levels. */
  readonly quantiles: Float64Array;
}

/** What one series' forecast lost; NaN = could not be had. */
export interface SeriesLosses {
  readonly rmsse: number;
  readonly spl: number;
  /** Σ|y − f| over the known steps, in units. */
  readonly absoluteError: number;
}

/** Metrics over all series; null = could not be had, and `reasons` says why. */
export interface Metrics {
  readonly smape: number | null;
  readonly mase: number | null;
  readonly rmsse: number | null;
  readonly wape: number | null;
  readonly bias: number | null;
  readonly mape: number | null;
  readonly rmspe: number | null;
  readonly rmse: number | null;
  /** Mean pinball loss in units, by level. */
  readonly pinball: Readonly<Record<string, number | null>>;
  readonly spl: number | null;
  readonly crps: number | null;
  /** 2·Σ pinball / Σ|y|, mean over the levels: CRPS relative to demand. */
  readonly wql: number | null;
  /** Share of the truth inside the central interval, by nominal coverage. */
  readonly coverage: Readonly<Record<string, number | null>>;
  /** The same with a truth on a bound counted by the share of its probability inside: see `pitCoverage`. */
  readonly pitCoverage: Readonly<Record<string, number | null>>;
  /** Mean scaled interval score by nominal coverage: `winkler` ÷ the scale of MASE. */
  readonly msis: Readonly<Record<string, number | null>>;
  /** Number of series each figure rests on. */
  readonly counts: Readonly<Record<string, number>>;
  readonly reasons: Readonly<Record<string, string>>;
}

const averaged = ['smape', 'mase', 'rmsse', 'mape', 'rmse', 'spl', 'crps'] as const;
const pooled = ['wape', 'bias', 'rmspe', 'wql'] as const;

/** Collects scores series by series, then answers the means. One scorecard per model. */
export class Scorecard {
  readonly #season: number;
  readonly #maseFrom: ScaleFrom;
  readonly #levels: readonly number[];
  readonly #sums: Map<string, { sum: number; count: number }> = new Map();
  readonly #errors: ErrorSums = noErrors();
  #pinballTotal = 0;
  #seriesCount = 0;

  /** @param options.season what MASE is scaled by, ≥ 1, from where on; `levels` ascending in (0, 1), [] = points only */
  constructor(options: {
    readonly season: number;
    readonly maseFrom?: ScaleFrom | undefined;
    readonly levels: readonly number[];
  }) {
    this.#season = options.season;
    this.#maseFrom = options.maseFrom ?? 'first-sale';
    this.#levels = options.levels;
  }

  /** Scores one series; one without any known actual is left out and has no losses. Cost: O(n + h × levels). */
  add(forecast: ForecastToScore): SeriesLosses | undefined {
    const { history, actual, mean } = forecast;
    const known = actual.reduce((count, y) => count + (Number.isNaN(y) ? 0 : 1), 0);
    if (known === 0) return undefined;
    this.#seriesCount++;
    this.#count('smape', smape(actual, mean));
    const naiveScale = seasonalNaiveScale(history, this.#season, this.#maseFrom);
    this.#count('mase', mase(actual, mean, naiveScale));
    const scaledError = rmsse(actual, mean, squaredDifferenceScale(history));
    this.#count('rmsse', scaledError);
    this.#count('rmse', Math.sqrt(mse(actual, mean)));
    const own = noErrors();
    addErrors(own, actual, mean);
    addErrors(this.#errors, actual, mean);
    this.#count('mape', mapeOf(own));
    const spl = this.#addQuantiles(forecast, { known, naiveScale });
    return { rmsse: scaledError, spl, absoluteError: own.absolute };
  }

  /** The means so far. */
  metrics(): Metrics {
    const reasons: Record<string, string> = {};
    const counts: Record<string, number> = {};
    const average = (name: string): number | null => {
      const { sum, count } = this.#sums.get(name) ?? { sum: 0, count: 0 };
      counts[name] = count;
      if (count > 0) return sum / count;
      reasons[name] = this.#reason(name);
      return null;
    };
    const pool = (name: string, value: number): number | null => {
      counts[name] = this.#seriesCount;
      if (Number.isFinite(value)) return value;
      reasons[name] = this.#reason(name);
      return null;
    };
    const wql =
      this.#levels.length === 0
        ? Number.NaN
        : (2 * this.#pinballTotal) / (this.#levels.length * this.#errors.demand);
    const [smapeMean, maseMean, rmsseMean, mapeMean, rmseMean, splMean, crpsMean] = averaged.map(average);
    const [wape, bias, rmspe, wqlPooled] = [
      wapeOf(this.#errors),
      biasOf(this.#errors),
      rmspeOf(this.#errors),
      wql,
    ].map((value, i) => pool(pooled[i] as string, value));
    return {
      smape: smapeMean ?? null,
      mase: maseMean ?? null,
      rmsse: rmsseMean ?? null,
      wape: wape ?? null,
      bias: bias ?? null,
      mape: mapeMean ?? null,
      rmspe: rmspe ?? null,
      rmse: rmseMean ?? null,
      pinball: Object.fromEntries(this.#levels.map((u) => [String(u), average(`pinball.${u}`)])),
      spl: splMean ?? null,
      crps: crpsMean ?? null,
      wql: wqlPooled ?? null,
      coverage: Object.fromEntries(
        centralIntervals(this.#levels).map(({ name }) => [name, average(`coverage.${name}`)]),
      ),
      pitCoverage: Object.fromEntries(
        centralIntervals(this.#levels).map(({ name }) => [name, average(`pitCoverage.${name}`)]),
      ),
      msis: Object.fromEntries(
        centralIntervals(this.#levels).map(({ name }) => [name, average(`msis.${name}`)]),
      ),
      counts,
      reasons,
    };
  }

  /** @returns the scaled pinball loss */
  #addQuantiles(forecast: ForecastToScore, of: { known: number; naiveScale: number }): number {
    const { history, actual, quantiles } = forecast;
    const levels = this.#levels;
    if (levels.length === 0) return Number.NaN;
    const row = (l: number): Float64Array => quantiles.subarray(l * actual.length, (l + 1) * actual.length);
    let total = 0;
    for (const [l, level] of levels.entries()) {
      const loss = pinball(actual, row(l), level);
      this.#count(`pinball.${level}`, loss);
      total += loss;
    }
    this.#pinballTotal += total * of.known;
    this.#count('crps', (2 * total) / levels.length);
    const scale = absoluteDifferenceScale(history);
    const spl = scale > 0 ? total / levels.length / scale : Number.NaN;
    this.#count('spl', spl);
    for (const { name, nominal, lowIndex, highIndex } of centralIntervals(levels)) {
      this.#count(`pitCoverage.${name}`, pitCoverage(actual, quantiles, { levels, nominal }));
      const [low, high] = [row(lowIndex), row(highIndex)];
      this.#count(`coverage.${name}`, coverage(actual, low, high));
      const score = winkler(actual, { low, high, alpha: 1 - nominal });
      this.#count(`msis.${name}`, of.naiveScale > 0 ? score / of.naiveScale : Number.NaN);
    }
    return spl;
  }

  #count(name: string, value: number): void {
    if (!Number.isFinite(value)) return;
    const entry = this.#sums.get(name);
    if (entry === undefined) this.#sums.set(name, { sum: value, count: 1 });
    else {
      entry.sum += value;
      entry.count++;
    }
  }

  #reason(name: string): string {
    if (this.#seriesCount === 0) return 'no series has a known actual in the test window';
    switch (name.split('.')[0]) {
      case 'mase':
      case 'msis':
        return `no series has a usable scale: the history is shorter than ${this.#season + 1} periods or repeats itself exactly`;
      case 'rmsse':
      case 'spl':
        return 'no series has a usable scale: the history is constant since its first sale, or shorter than 2 periods';
      case 'crps':
      case 'wql':
        return this.#levels.length === 0 ? 'no quantile levels were asked for' : 'the actuals sum to zero';
      default:
        return 'all actuals are zero';
    }
  }
}
