// The stock of one series, period by period, as an order placed now would have it.

import { assert } from '../../core/index.ts';
import { leadTimesOfPaths } from './lead-time.ts';
import type { PlanInput } from './plan.ts';
import { arrivalsOf } from './position.ts';

/** Shape [horizon] each, units, by periods from the next one on. Stock below zero is owed: unmet demand waits. */
export interface StockCurve {
  /** Expected demand. */
  readonly demand: Float64Array;
  /** Expected units that come before the demand of the period: what is on its way, and the order. */
  readonly receipts: Float64Array;
  /** Of them those of the order; with an uncertain lead time they are spread over the periods in which it may come. */
  readonly ordered: Float64Array;
  /** Expected stock at the end of the period: that before it, plus `receipts`, less `demand`. */
  readonly stock: Float64Array;
  /** In 10 % of the paths it is at most `low`, in 90 % at most `high`. */
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** Expected stock if nothing is ordered. */
  readonly withoutOrder: Float64Array;
}

const [lowShare, highShare] = [0.1, 0.9] as const;

/**
 * Simulates the stock under an order that is placed now.
 * @param input     the same as that of the plan, whose lead times of single paths it then has
 * @param orderUnits what is ordered, units; 0 = nothing
 * Cost: O(paths × horizon × log paths).
 */
export function stockCurve(
  input: Pick<PlanInput, 'paths' | 'horizon' | 'lead' | 'position' | 'seed'>,
  orderUnits: number,
): StockCurve {
  const { paths, horizon, lead, position, seed } = input;
  const count = paths.length / horizon;
  assert(Number.isInteger(count) && count > 0, 'paths are whole rows');
  const leads = leadTimesOfPaths(lead, count, seed);
  const due = arrivalsOf(position, horizon);
  const demand = new Float64Array(horizon);
  const ordered = new Float64Array(horizon);
  const receipts = new Float64Array(horizon);
  const ends = Array.from({ length: horizon }, () => new Float64Array(count));
  for (let i = 0; i < count; i++) {
    let stock = position.onHand - position.backorders;
    for (let k = 0; k < horizon; k++) {
      const asked = paths[i * horizon + k]!;
      const came = leads[i] === k ? orderUnits : 0;
      stock += due[k]! + came - asked;
      demand[k]! += asked;
      ordered[k]! += came;
      ends[k]![i] = stock;
    }
  }
  const stock = new Float64Array(horizon);
  const withoutOrder = new Float64Array(horizon);
  let [held, bare] = [position.onHand - position.backorders, position.onHand - position.backorders];
  for (let k = 0; k < horizon; k++) {
    // Sums of whole units are exact, and so are what they make when divided once.
    demand[k]! /= count;
    ordered[k]! /= count;
    receipts[k] = due[k]! + ordered[k]!;
    stock[k] = held += receipts[k]! - demand[k]!;
    withoutOrder[k] = bare += due[k]! - demand[k]!;
    ends[k]!.sort();
  }
  const at = (share: number): Float64Array =>
    Float64Array.from(ends, (sorted) => sorted[Math.ceil(share * count - 1e-9) - 1]!);
  return { demand, receipts, ordered, stock, low: at(lowShare), high: at(highShare), withoutOrder };
}
