// What to order for one series now, and what happens if nothing is ordered.

import { assert } from '../../core/index.ts';
import { type LeadTimeShare, leadTimeMoments, leadTimesOfPaths } from './lead-time.ts';
import { type OrderRules, orderQuantity } from './order-quantity.ts';
import { arrivalsOf, periodsOfStock, type StockPosition } from './position.ts';
import { type CoverDemand, coverDemand, type ServiceTarget, stockFor } from './service-level.ts';
import { textbookSafetyStock } from './textbook.ts';

/** When and how much: policies by their usual names. */
export interface StockPolicy {
  /**
   * `R,S`: at every review up to S. `s,S`: when below s, up to S = s + lot. `s,Q`: when below s, as many lots as bring the
   * position to s.
   */
  readonly kind: 'R,S' | 's,S' | 's,Q';
  /** Periods between two reviews; 0 = at any moment (not for `R,S`). */
  readonly review: number;
  /** Units of Q, or of S − s; not used by `R,S`. Default: mean demand of a review period, at least of one period. */
  readonly lot?: number;
  readonly target: ServiceTarget;
  readonly rules: OrderRules;
}

export interface PlanInput {
  /** Sample paths of demand from the next period on, units, shape [count × horizon], row per path, equally likely. */
  readonly paths: Float64Array;
  readonly horizon: number;
  readonly lead: readonly LeadTimeShare[];
  readonly policy: StockPolicy;
  readonly position: StockPosition;
  /** Demand comes in whole units: levels and orders are rounded up to them. */
  readonly whole: boolean;
  /** Joins lead times to paths. */
  readonly seed: number;
}

/** Units, unless said otherwise. */
export interface StockPlan {
  /** Expected demand until an order of the next review arrives: what the reorder point must last for. */
  readonly meanDemand: number;
  /** Reorder point less mean demand; negative where the target is low. */
  readonly safetyStock: number;
  readonly reorderPoint: number;
  readonly orderUpTo: number;
  /** On hand, less backorders, plus what comes within the time the stock must last for. */
  readonly stockPosition: number;
  /** To order now; 0 when the position is at the reorder point or above. */
  readonly orderQuantity: number;
  /** If nothing is ordered: probability of running out before an order of the next review could arrive. */
  readonly stockoutProbability: number;
  /** The same until an order placed now could arrive: what ordering cannot help. */
  readonly stockoutProbabilityBeforeArrival: number;
  /** If nothing is ordered: expected units short at the worst moment of that time. */
  readonly expectedShortage: number;
  /** If nothing is ordered: first period (1 = the next) at whose end every second path has run out; null = beyond the paths. */
  readonly stockoutLead: number | null;
  /** For how many periods of expected demand the stock lasts, with what is due as it comes; null = beyond the paths. */
  readonly stockPeriods: number | null;
  /** Longest and mean time until an order placed now arrives, periods. */
  readonly leadTimeMean: number;
  readonly textbook: { readonly safetyStock: number; readonly reorderPoint: number };
}

/**
 * Plans one series. Levels come from sums along sample paths, never from z·σ·√L, which is reported beside.
 * Longest lead time and review together must be at most `horizon`, and at least one period counts.
 * Cost: O(paths × horizon + paths log paths).
 */
export function planStock(input: PlanInput): StockPlan {
  const { paths, horizon, policy, position, lead, whole } = input;
  const count = paths.length / horizon;
  const moments = leadTimeMoments(lead);
  assert(policy.kind !== 'R,S' || policy.review >= 1, 'R,S has a review period');
  assert(moments.longest + policy.review <= horizon, 'paths reach past lead time and review');
  const leads = leadTimesOfPaths(lead, count, input.seed);
  const demand = coverDemand(paths, { horizon, leads, review: policy.review });
  // All figures are of one distribution, that of the paths.
  const mean = meanOfPaths(paths, horizon);
  const meanDemand = meanOver(mean, lead, policy.review);
  const units = (value: number): number => (whole ? Math.ceil(value - 1e-9) : value);
  const reorderPoint = units(stockFor(policy.target, demand));
  const perPeriod = meanPerPeriod(mean);
  const lot = policy.lot ?? Math.max(perPeriod, perPeriod * policy.review);
  const orderUpTo = policy.kind === 'R,S' ? reorderPoint : units(reorderPoint + lot);
  const latest = moments.longest + Math.max(1, policy.review);
  const stockPosition =
    position.onHand -
    position.backorders +
    position.onOrder.reduce((sum, order) => sum + (order.due <= latest ? order.units : 0), 0);
  const textbook = textbookOf(input, { demand, mean, meanDemand, leadMoments: moments });
  return {
    meanDemand,
    safetyStock: reorderPoint - meanDemand,
    reorderPoint,
    orderUpTo,
    stockPosition,
    orderQuantity: quantityOf({ policy, reorderPoint, orderUpTo, lot, stockPosition, whole }),
    ...outlook(input, leads),
    stockPeriods: periodsOfStock(position, mean),
    leadTimeMean: moments.mean,
    textbook: { safetyStock: textbook, reorderPoint: meanDemand + textbook },
  };
}

function quantityOf(of: {
  policy: StockPolicy;
  reorderPoint: number;
  orderUpTo: number;
  lot: number;
  stockPosition: number;
  whole: boolean;
}): number {
  const { policy, reorderPoint, orderUpTo, lot, stockPosition, whole } = of;
  if (stockPosition >= reorderPoint) return 0;
  const rules = whole && policy.rules.pack === 0 ? { ...policy.rules, pack: 1 } : policy.rules;
  if (policy.kind !== 's,Q') return orderQuantity(orderUpTo - stockPosition, rules);
  const lots =
    lot > 0 ? Math.ceil((reorderPoint - stockPosition) / lot - 1e-9) * lot : reorderPoint - stockPosition;
  return orderQuantity(lots, rules);
}

/** What happens to the stock along each path when nothing is ordered. */
function outlook(
  input: PlanInput,
  leads: Int32Array,
): Pick<
  StockPlan,
  'stockoutProbability' | 'stockoutProbabilityBeforeArrival' | 'expectedShortage' | 'stockoutLead'
> {
  const { paths, horizon, policy, position } = input;
  const arrivals = arrivalsOf(position, horizon);
  const outAt = new Uint32Array(horizon + 1);
  let out = 0;
  let outBefore = 0;
  let worstSum = 0;
  for (let i = 0; i < leads.length; i++) {
    const before = leads[i]!;
    const through = Math.max(1, before + policy.review);
    let stock = position.onHand - position.backorders;
    let first = horizon;
    let worst = 0;
    for (let k = 0; k < horizon; k++) {
      stock += arrivals[k]! - paths[i * horizon + k]!;
      if (stock >= 0) continue;
      if (first === horizon) first = k;
      if (k < through) worst = Math.max(worst, -stock);
    }
    outAt[first]!++;
    if (first < through) out++;
    if (first < before) outBefore++;
    worstSum += worst;
  }
  let reached = 0;
  let stockoutLead: number | null = null;
  for (let k = 0; k < horizon && stockoutLead === null; k++) {
    reached += outAt[k]!;
    if (2 * reached >= leads.length) stockoutLead = k + 1;
  }
  const count = leads.length;
  return {
    stockoutProbability: out / count,
    stockoutProbabilityBeforeArrival: outBefore / count,
    expectedShortage: worstSum / count,
    stockoutLead,
  };
}

function textbookOf(
  input: PlanInput,
  of: {
    demand: CoverDemand;
    mean: Float64Array;
    meanDemand: number;
    leadMoments: { mean: number; variance: number };
  },
): number {
  const { horizon, policy, paths } = input;
  const { leadMoments, demand, mean } = of;
  const periods = leadMoments.mean + policy.review;
  return textbookSafetyStock(policy.target, {
    deviation: pathDeviation(paths, horizon, Math.max(1, Math.ceil(periods))),
    periods,
    periodsVariance: leadMoments.variance,
    meanPerPeriod: meanPerPeriod(mean),
    meanPerCycle: demand.periodic ? of.meanDemand - meanOver(mean, input.lead, 0) : of.meanDemand,
  });
}

/** Root of the mean variance of single periods. */
function pathDeviation(paths: Float64Array, horizon: number, periods: number): number {
  const count = paths.length / horizon;
  const upTo = Math.min(horizon, periods);
  let variance = 0;
  for (let k = 0; k < upTo; k++) {
    let sum = 0;
    let squares = 0;
    for (let i = 0; i < count; i++) {
      const value = paths[i * horizon + k]!;
      sum += value;
      squares += value * value;
    }
    variance += Math.max(0, squares / count - (sum / count) ** 2) / upTo;
  }
  return Math.sqrt(variance);
}

/** Mean of each period over the paths, shape [horizon]. */
function meanOfPaths(paths: Float64Array, horizon: number): Float64Array {
  const mean = new Float64Array(horizon);
  for (let i = 0; i < paths.length; i++) mean[i % horizon]! += paths[i]!;
  return mean.map((sum) => (sum * horizon) / paths.length);
}

/** Expected demand over lead time and review. */
function meanOver(mean: Float64Array, lead: readonly LeadTimeShare[], review: number): number {
  return lead.reduce((total, { periods, probability }) => {
    const cover = mean.subarray(0, periods + review);
    return total + probability * cover.reduce((sum, value) => sum + value, 0);
  }, 0);
}

function meanPerPeriod(mean: Float64Array): number {
  return mean.reduce((sum, value) => sum + value, 0) / mean.length;
}
