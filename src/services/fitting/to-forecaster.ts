// From a fitted panel to what is stored and served.

import { lastPeriod, type Panel } from '../../core/index.ts';
import { reportsOf, silenceOf, silenceSize } from '../../forecasting/evaluate/index.ts';
import {
  closedPhases,
  type Forecaster,
  modelAmong,
  packPhases,
  phaseWords,
} from '../../forecasting/models/index.ts';
import type { PanelFit } from './fit-panel.ts';

export interface ToForecasterOptions {
  /** The panel that was fitted, in the same order. */
  readonly panel: Panel;
  readonly horizon: number;
  readonly seasons: readonly number[];
  readonly nonNegative: boolean;
  /** How many of the last training values each series carries along. */
  readonly recentCount: number;
}

/** The forecaster of a fitted panel; shares its states and tables. Cost: O(series + values). */
export function toForecaster(fit: PanelFit, options: ToForecasterOptions): Forecaster {
  const { panel, horizon, seasons, nonNegative, recentCount } = options;
  const names = [...new Set(fit.chosen.map(({ name }) => name))].sort();
  const indexOf = new Map(names.map((name, i) => [name, i]));
  const trained = new Map(fit.trained === undefined ? [] : [[fit.trained.name, fit.trained]]);
  return {
    grid: panel.grid,
    horizon,
    seasons,
    nonNegative,
    intervals: fit.intervals,
    paths: fit.paths,
    models: names.map((name) => modelAmong(name, trained)),
    ...(fit.trained === undefined ? {} : { trained: fit.trained }),
    ids: panel.series.map(({ id }) => id),
    modelOf: Uint16Array.from(fit.chosen, ({ name }) => indexOf.get(name) as number),
    states: fit.states,
    lastPeriods: Float64Array.from(panel.series, lastPeriod),
    scales: fit.scales,
    strata: Uint16Array.from(fit.strata),
    largest: Float64Array.from(panel.series, ({ values }) => largestOf(values)),
    silences: silencesOf(panel),
    ...closedOf(panel, seasons.find((one) => one > 1) ?? 1),
    recent: panel.series.map(({ values }) => values.slice(Math.max(0, values.length - recentCount))),
  };
}

/** Nothing where no series is ever closed. */
function closedOf({ series }: Panel, season: number): Pick<Forecaster, 'closed'> {
  const size = phaseWords(season);
  const closed = new Float64Array(size * series.length);
  for (const [s, { values, start, status }] of series.entries()) {
    const phases = closedPhases(values, season, status);
    if (phases !== undefined) closed.set(packPhases(phases, start), size * s);
  }
  return closed.some((word) => word > 0) ? { closed } : {};
}

function silencesOf({ series }: Panel): Float64Array {
  const width = 2 * silenceSize;
  const silences = new Float64Array(width * series.length);
  for (const [s, { values }] of series.entries()) {
    silences.set(silenceOf(values), width * s);
    silences.set(reportsOf(values), width * s + silenceSize);
  }
  return silences;
}

/** Largest |value|; NaN when nothing is known. */
function largestOf(values: Float64Array): number {
  let largest = Number.NaN;
  for (const value of values) {
    const size = Math.abs(value);
    if (!Number.isNaN(size) && !(size <= largest)) largest = size;
  }
  return largest;
}
