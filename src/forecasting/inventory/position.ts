// What there is of one series, what is on its way to it, and for how long that lasts.

import { assert } from '../../core/index.ts';
import type { LeadTimeShare } from './lead-time.ts';

/** What there is. */
export interface StockPosition {
  /** Units on the shelf, 0 or more. */
  readonly onHand: number;
  /** Units promised to customers and not delivered, 0 or more. */
  readonly backorders: number;
  /** Units ordered and not yet here, and the period in which they come: 1 = the next one; less = it is late, expected next. */
  readonly onOrder: readonly { readonly units: number; readonly due: number }[];
}

/** Units that come before the demand of each period, shape [horizon]; what is late comes in the next one. */
export function arrivalsOf({ onOrder }: StockPosition, horizon: number): Float64Array {
  const arrivals = new Float64Array(horizon);
  for (const { units, due } of onOrder) {
    const lead = Math.max(1, Math.ceil(due));
    if (lead <= horizon) arrivals[lead - 1]! += units;
  }
  return arrivals;
}

/**
 * For how many periods of expected demand the stock lasts, with what is on its way as it comes; 0 = it is owed already.
 * @param demand expected demand by periods, shape [horizon]
 * @returns periods, with the share of the last one; null = longer than the forecast
 */
export function periodsOfStock(position: StockPosition, demand: Float64Array): number | null {
  const arrivals = arrivalsOf(position, demand.length);
  let stock = position.onHand - position.backorders;
  if (stock < 0) return 0;
  for (let k = 0; k < demand.length; k++) {
    stock += arrivals[k]!;
    const asked = demand[k]!;
    if (asked > stock) return k + Math.max(0, stock) / asked;
    stock -= asked;
  }
  return null;
}

/** When an order placed now comes: first periods whose demand it serves, 1 = the next. */
export interface Arrival {
  readonly earliest: number;
  /** By then it has come in at least half of all cases. */
  readonly likely: number;
  readonly latest: number;
}

/** @param lead shares that sum to 1, shortest first */
export function arrivalOf(lead: readonly LeadTimeShare[]): Arrival {
  let reached = 0;
  const likely = lead.find(({ probability }) => {
    reached += probability;
    return reached >= 0.5 - 1e-9;
  });
  const [first, last] = [lead[0], lead.at(-1)];
  assert(first !== undefined && last !== undefined, 'a lead time has a share');
  return {
    earliest: first.periods + 1,
    likely: (likely ?? last).periods + 1,
    latest: last.periods + 1,
  };
}
