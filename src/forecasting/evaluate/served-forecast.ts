// What would have been served at the origins of a backtest: mean and quantiles with the intervals that were learnt from it.

import { aroundMean, correctedQuantiles, endedStratumOf } from '../models/index.ts';
import {
  type BacktestTable,
  type CandidateOf,
  candidateForecast,
  candidateQuantiles,
  hasOwnQuantiles,
} from './backtest-table.ts';
import type { Calibration } from './calibrate.ts';
import { symmetricStrata } from './strata.ts';

export interface ServedOptions extends Calibration {
  /** What would have served a series at an origin. */
  readonly candidateOf: CandidateOf;
}

/** In units; NaN where the model was not tried. */
export interface ServedForecast {
  /** Shape [horizon]. */
  readonly mean: Float64Array;
  /** Of the interval table's levels, shape [levels × horizon], row per level. */
  readonly quantiles: Float64Array;
}

export type ServedAt = (series: number, origin: number) => ServedForecast;

/** Makes the function that gives a series' forecast at an origin; its arrays are written anew by every call. */
export function servedForecasts(table: BacktestTable, options: ServedOptions): ServedAt {
  const { horizon, originsMax } = table;
  const { intervals, scaleFactors, candidateOf } = options;
  const { levels, ownFrom = 0 } = intervals;
  const [mean, ownMean] = [new Float64Array(horizon), new Float64Array(horizon)];
  const quantiles = new Float64Array(levels.length * horizon);
  const leads = Array.from({ length: horizon }, (_, k) => k + 1);
  const floor = table.nonNegative ? 0 : Number.NEGATIVE_INFINITY;
  const closeAt = (at: number): void => {
    for (let k = 0; k < horizon; k++) {
      if (table.closed[at * horizon + k] !== 1) continue;
      mean[k] = 0;
      for (let l = 0; l < levels.length; l++) quantiles[l * horizon + k] = 0;
    }
  };
  return (series, origin) => {
    const cell = { candidate: candidateOf(series, origin), series, origin };
    const at = series * originsMax + origin;
    const stratum = table.strata[at] as number;
    const factor = stratum < symmetricStrata ? (scaleFactors[series] as number) : 1;
    const scale = (table.scales[at] as number) * factor;
    const isOrdered = table.own?.alone === true && cell.candidate.members.includes(table.own.model);
    const place = { stratum, scale, leads, levels, floor, isOrdered };
    const isEnded = endedStratumOf(intervals, stratum) !== undefined;
    if (!isEnded && hasOwnQuantiles(table, cell.candidate)) {
      candidateQuantiles(table, cell, { mean, ownMean, out: quantiles });
      const corrected = correctedQuantiles(
        intervals,
        { mean, quantiles },
        { ...place, stratum: ownFrom + stratum },
      );
      for (const [l, row] of corrected.entries()) quantiles.set(row, l * horizon);
      closeAt(at);
      return { mean, quantiles };
    }
    if (isEnded) mean.fill(0);
    else candidateForecast(table, cell, mean);
    const around = aroundMean(intervals, mean, { ...place, isMeanFree: isEnded });
    for (const [l, row] of around.entries()) quantiles.set(row, l * horizon);
    closeAt(at);
    return { mean, quantiles };
  };
}
