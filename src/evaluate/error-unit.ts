// In which unit the errors of a series are compared with those of others.

import { demandSize, recentScale } from './scales.ts';
import { intervalStratum, symmetricStrata } from './strata.ts';

/** Stratum of a series and the unit of its errors, as known from this history. Cost: O(n). */
export function errorUnit(history: Float64Array, season: number): { stratum: number; scale: number } {
  const stratum = intervalStratum(history);
  return { stratum, scale: stratum < symmetricStrata ? recentScale(history, season) : demandSize(history) };
}
