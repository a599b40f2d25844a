// The figure of the textbook, z·σ·√L around the mean: shown beside the one read off the paths, never used instead.

import { normalQuantile } from '../maths/index.ts';
import { inverseNormalLoss } from './normal.ts';
import type { ServiceTarget } from './service-level.ts';

export interface TextbookDemand {
  /** Standard deviation of one period's forecast error, units. */
  readonly deviation: number;
  /** Periods that the stock must last for, on average, and their variance. */
  readonly periods: number;
  readonly periodsVariance: number;
  /** Mean demand of one period and of one cycle, units. */
  readonly meanPerPeriod: number;
  readonly meanPerCycle: number;
}

/**
 * Safety stock under the assumption that errors are normal and independent from period to period.
 * @returns units, z·√(P·σ² + μ²·Var P). Source: Silver, Pyke and Thomas 2017, section 6.
 */
export function textbookSafetyStock(target: ServiceTarget, demand: TextbookDemand): number {
  const { deviation, periods, periodsVariance, meanPerPeriod } = demand;
  const spread = Math.sqrt(periods * deviation ** 2 + periodsVariance * meanPerPeriod ** 2);
  return spread > 0 ? textbookFactor(target, spread, demand.meanPerCycle) * spread : 0;
}

function textbookFactor(target: ServiceTarget, spread: number, meanPerCycle: number): number {
  switch (target.kind) {
    case 'cycle':
      return normalQuantile(target.level);
    case 'costs':
      return normalQuantile(target.shortage / (target.shortage + target.leftover));
    default:
      return inverseNormalLoss(((1 - target.level) * meanPerCycle) / spread);
  }
}
