// What a policy would have led to: period by period over demand that it did not know. The score of a replenishment rule,
// because a forecast that is a little better may not lead to a shelf that is.

import { Rng } from '../../core/index.ts';
import { drawLeadTime, type LeadTimeShare } from './lead-time.ts';
import { type OrderRules, orderQuantity } from './order-quantity.ts';

export interface ReplayOptions {
  /** Units per period, NaN = unknown: time passes, nothing is asked for and nothing counted. */
  readonly demand: Float64Array;
  /** Periods between two reviews, 1 or more. */
  readonly review: number;
  readonly lead: readonly LeadTimeShare[];
  readonly rules: OrderRules;
  /**
   * The levels in force at a review before `demand[at]` is known; an order is placed when the position is below the
   * reorder point, up to the other one.
   */
  readonly levelsAt: (at: number) => { readonly reorderPoint: number; readonly orderUpTo: number };
  /** Per unit and period on the shelf, and per unit that was not there when asked for. */
  readonly prices: { readonly holding: number; readonly shortage: number };
  /** Periods at the beginning that are not counted, because the pipeline has to fill; default the longest wait. */
  readonly warmUp?: number;
  /** Unmet demand waits (backorders) or is lost. */
  readonly unmet: 'waits' | 'lost';
  readonly seed: number;
}

export interface ReplayResult {
  readonly periods: number;
  /** From one arrival to the next; a cycle counts as served when nothing asked for in it was missing. */
  readonly cycles: number;
  readonly cyclesServed: number;
  readonly demandUnits: number;
  readonly shortUnits: number;
  readonly stockoutPeriods: number;
  /** Sum over periods of what was left on the shelf at their end. */
  readonly stockSum: number;
  readonly orders: number;
  readonly orderedUnits: number;
  readonly holdingCost: number;
  readonly shortageCost: number;
}

interface Arrival {
  readonly at: number;
  readonly units: number;
}

/**
 * Replays one series. It begins with a full shelf: the first order-up-to level on hand, nothing on order. Events of a period:
 * what is due arrives, at a review an order may be placed, demand comes. An order with lead time L placed before period t can
 * serve demand from period t + L on.
 * Cost: O(periods) and one call of `levelsAt` per review.
 */
export function replay(options: ReplayOptions): ReplayResult {
  const { demand, review, lead, rules, prices, unmet } = options;
  const rng = new Rng(options.seed);
  const warmUp = options.warmUp ?? review + Math.max(...lead.map(({ periods }) => periods));
  const short = new Uint8Array(demand.length);
  const cycleStarts: number[] = [];
  let open: Arrival[] = [];
  let stock = Number.NaN;
  const sums = { demandUnits: 0, shortUnits: 0, stockoutPeriods: 0, stockSum: 0, orders: 0, orderedUnits: 0 };
  let periods = 0;
  for (let t = 0; t < demand.length; t++) {
    if (t % review === 0) {
      const { reorderPoint, orderUpTo } = options.levelsAt(t);
      if (Number.isNaN(stock)) stock = orderUpTo;
      const position = stock + open.reduce((sum, { units }) => sum + units, 0);
      const wait = drawLeadTime(lead, rng);
      if (t + wait >= warmUp) cycleStarts.push(t + wait);
      const units = position < reorderPoint ? orderQuantity(orderUpTo - position, rules) : 0;
      if (units > 0) {
        open.push({ at: t + wait, units });
        if (t >= warmUp) {
          sums.orders++;
          sums.orderedUnits += units;
        }
      }
    }
    for (const { at, units } of open) if (at <= t) stock += units;
    open = open.filter(({ at }) => at > t);
    const wanted = demand[t] as number;
    if (!Number.isFinite(wanted)) continue;
    const missing = Math.min(wanted, Math.max(0, wanted - Math.max(0, stock)));
    stock = unmet === 'lost' ? Math.max(0, stock - wanted) : stock - wanted;
    if (missing > 0) short[t] = 1;
    if (t < warmUp) continue;
    periods++;
    sums.demandUnits += wanted;
    sums.shortUnits += missing;
    sums.stockoutPeriods += missing > 0 ? 1 : 0;
    sums.stockSum += Math.max(0, stock);
  }
  return {
    periods,
    ...cyclesOf(cycleStarts, short),
    ...sums,
    holdingCost: prices.holding * sums.stockSum,
    shortageCost: prices.shortage * sums.shortUnits,
  };
}

/** Whole cycles, and those without a missing unit. */
function cyclesOf(starts: readonly number[], short: Uint8Array): { cycles: number; cyclesServed: number } {
  const ordered = [...new Set(starts)].sort((a, b) => a - b);
  let cycles = 0;
  let cyclesServed = 0;
  for (let i = 0; i + 1 < ordered.length && (ordered[i + 1] as number) <= short.length; i++) {
    cycles++;
    if (!short.subarray(ordered[i], ordered[i + 1]).includes(1)) cyclesServed++;
  }
  return { cycles, cyclesServed };
}

/** The figures of several series as one. */
export function addReplays(results: readonly ReplayResult[]): ReplayResult {
  const sum = (of: (result: ReplayResult) => number): number =>
    results.reduce((total, result) => total + of(result), 0);
  return {
    periods: sum(({ periods }) => periods),
    cycles: sum(({ cycles }) => cycles),
    cyclesServed: sum(({ cyclesServed }) => cyclesServed),
    demandUnits: sum(({ demandUnits }) => demandUnits),
    shortUnits: sum(({ shortUnits }) => shortUnits),
    stockoutPeriods: sum(({ stockoutPeriods }) => stockoutPeriods),
    stockSum: sum(({ stockSum }) => stockSum),
    orders: sum(({ orders }) => orders),
    orderedUnits: sum(({ orderedUnits }) => orderedUnits),
    holdingCost: sum(({ holdingCost }) => holdingCost),
    shortageCost: sum(({ shortageCost }) => shortageCost),
  };
}

/** Shares that people ask for: cycles without a stock-out, units served, mean stock per period, cost. */
export function replayFigures(result: ReplayResult): {
  cycleService: number;
  fillRate: number;
  stockMean: number;
  cost: number;
} {
  return {
    cycleService: result.cyclesServed / result.cycles,
    fillRate: 1 - result.shortUnits / result.demandUnits,
    stockMean: result.stockSum / result.periods,
    cost: result.holdingCost + result.shortageCost,
  };
}
