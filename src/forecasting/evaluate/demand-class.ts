// What kind of demand a series has. The class decides which models are tried and by which loss they are chosen.

import { openHistory } from '../models/index.ts';

export const demandClasses = ['smooth', 'erratic', 'intermittent', 'lumpy'] as const;

export type DemandClass = (typeof demandClasses)[number];

export interface DemandProfile {
  readonly demandClass: DemandClass;
  /** Average demand interval: known periods per period with demand, ≥ 1; Infinity without any demand. */
  readonly adi: number;
  /** Squared coefficient of variation of the non-zero sizes; 0 with fewer than two. */
  readonly cv2: number;
}

/** Above this many periods per demand a series is intermittent or lumpy. Source: Syntetos, Boylan and Croston 2005. */
export const adiCut = 1.32;
/** Above this CV² of demand sizes a series is erratic or lumpy. Source: Syntetos, Boylan and Croston 2005. */
export const cv2Cut = 0.49;

/**
 * Demand class from the average demand interval and the variation of demand sizes.
 * @param history demand in units, shape [n]; NaN = unknown, skipped; periods before the first demand do not count
 * @returns a series without any demand is intermittent with infinite ADI
 * Source: Syntetos, Boylan and Croston 2005, JORS 56. Cost: O(n), allocates nothing but the result.
 */
export function classify(history: Float64Array): DemandProfile {
  let periods = 0;
  let demands = 0;
  let sum = 0;
  let squares = 0;
  for (let t = 0; t < history.length; t++) {
    const y = history[t] as number;
    if (Number.isNaN(y) || (y === 0 && demands === 0)) continue;
    periods++;
    if (y === 0) continue;
    demands++;
    sum += y;
    squares += y * y;
  }
  const adi = demands === 0 ? Number.POSITIVE_INFINITY : periods / demands;
  const mean = demands === 0 ? 0 : sum / demands;
  const variance = demands < 2 ? 0 : Math.max(0, (squares - demands * mean * mean) / (demands - 1));
  const cv2 = mean === 0 ? 0 : variance / (mean * mean);
  return { demandClass: classOf(adi, cv2), adi, cv2 };
}

/**
 * True for intermittent and lumpy demand, where absolute errors reward forecasting too little. Days on which a series is closed do not
 * count: who sells every working day is not intermittent.
 * @param season periods per cycle, 1 = none
 * Cost: O(n).
 */
export function isIntermittent(history: Float64Array, season: number): boolean {
  return classify(openHistory(history, season)).adi > adiCut;
}

function classOf(adi: number, cv2: number): DemandClass {
  if (adi > adiCut) return cv2 > cv2Cut ? 'lumpy' : 'intermittent';
  return cv2 > cv2Cut ? 'erratic' : 'smooth';
}
