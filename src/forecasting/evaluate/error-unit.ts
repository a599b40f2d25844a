// In which unit the errors of a series are compared with those of others.

import { openHistory } from '../models/index.ts';
import { demandSize, recentScale } from './scales.ts';
import { intervalStratum, symmetricStrata } from './strata.ts';

export interface ErrorUnit {
  /** Index into `intervalStrata`. */
  readonly stratum: number;
  /** Demand units, positive. */
  readonly scale: number;
}

/**
 * Stratum of a series and the unit of its errors, as known from this history.
 * @param whole see `recentScale`
 * Cost: O(n).
 */
export function errorUnit(history: Float64Array, season: number, whole: number = history.length): ErrorUnit {
  const stratum = intervalStratum(history, season);
  const regular = stratum < symmetricStrata;
  return {
    stratum,
    scale: regular ? recentScale(openHistory(history, season), season, whole) : demandSize(history),
  };
}
