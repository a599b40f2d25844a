// How much stock a target asks for, read off sample paths of the demand that it must last for.

/** What stock is for. */
export type ServiceTarget =
  /** Nothing asked for is missing in this share of replenishment cycles. */
  | { readonly kind: 'cycle'; readonly level: number }
  /** This share of units served from the shelf. */
  | { readonly kind: 'fill'; readonly level: number }
  /** The cheapest balance of a unit short and a unit left over. */
  | { readonly kind: 'costs'; readonly shortage: number; readonly leftover: number };

/** Demand along each path, in units, shape [paths]. */
export interface CoverDemand {
  /** Until an order placed now arrives. */
  readonly before: Float64Array;
  /** Until an order placed at the next review arrives: what the stock after ordering must last for. */
  readonly through: Float64Array;
  /** False for continuous review, where nothing passes between two reviews. */
  readonly periodic: boolean;
}

/**
 * Sums each path over its lead time, and over lead time and review period.
 * @param paths units, shape [count × horizon], row per path
 * @param of `leads` lead time per path; lead and review together at most `horizon`
 * Cost: O(count × horizon).
 */
export function coverDemand(
  paths: Float64Array,
  of: { horizon: number; leads: Int32Array; review: number },
): CoverDemand {
  const { horizon, leads, review } = of;
  const count = leads.length;
  const before = new Float64Array(count);
  const through = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const lead = leads[i]!;
    const end = Math.min(horizon, lead + review);
    let sum = 0;
    for (let k = 0; k < end; k++) {
      if (k === lead) before[i] = sum;
      sum += paths[i * horizon + k]!;
    }
    if (lead >= end) before[i] = sum;
    through[i] = sum;
  }
  return { before, through, periodic: review > 0 };
}

/**
 * The smallest stock (on hand and on order, less backorders) that meets a target.
 * A cycle is what passes between the arrivals of two orders; without review, the lead time.
 * Cycle service α: the smallest s that at most 1 − α of the paths exceed in a cycle in which something is asked for. A cycle
 * without demand misses nothing, even when an earlier one left units owing: sparse demand of short reviews would otherwise
 * get more service, and stock, than was asked for.
 * Costs: the s whose cycle is the cheapest, a unit short being charged once, to the cycle that asks for it. Without review that
 * is the smallest s with P(D ≤ s) ≥ shortage ÷ (shortage + leftover) (the newsvendor).
 * Fill rate β: the smallest s whose expected shortage of a cycle is at most 1 − β of the cycle's expected demand, with review
 * the shortage until the later arrival less that until the earlier.
 * @returns units; 0 when nothing is ever asked for. Cost: O(n log n).
 * Source: Silver, Pyke and Thomas 2017, chapters 6 (fill rate) and 9 (newsvendor).
 */
export function stockFor(target: ServiceTarget, demand: CoverDemand): number {
  if (target.kind === 'cycle') return stockForCycle(target.level, demand);
  const through = demand.through.slice().sort();
  if (target.kind === 'fill') return stockForFill(target.level, { ...demand, through });
  if (demand.periodic) return cheapestStock(target, { ...demand, through });
  const rank = rankOf(target.shortage / (target.shortage + target.leftover), through.length);
  return through[Math.min(through.length, Math.max(1, rank)) - 1] as number;
}

/** How many of `count` values are this share; the tiny slack keeps 0.95 × 1000 from asking for the 951st by rounding. */
function rankOf(level: number, count: number): number {
  return Math.ceil(level * count - 1e-9);
}

function stockForCycle(level: number, { before, through, periodic }: CoverDemand): number {
  const asking = periodic ? through.filter((value, i) => value > before[i]!) : through.slice();
  // The others count as paths that any stock serves.
  const rank = rankOf(level, through.length) - (through.length - asking.length);
  return rank < 1 ? 0 : Math.max(0, asking.sort()[rank - 1]!);
}

/** `demand.through` is sorted here. The cost is straight between two values of the paths: one of them is the cheapest. */
function cheapestStock(price: { shortage: number; leftover: number }, demand: CoverDemand): number {
  const before = demand.before.slice().sort();
  const { through } = demand;
  const total = through.reduce((sum, value) => sum + value, 0);
  const shortAt = shortageOf(through);
  const earlierShortAt = shortageOf(before);
  let cheapest = 0;
  let least = Number.POSITIVE_INFINITY;
  for (const stock of Float64Array.from([0, ...through, ...before]).sort()) {
    const short = shortAt(stock);
    const left = through.length * stock - total + short;
    const cost = price.leftover * left + price.shortage * (short - earlierShortAt(stock));
    if (stock < 0 || !(cost < least)) continue;
    cheapest = stock;
    least = cost;
  }
  return cheapest;
}

/** Expected shortage of a cycle as a share of its expected demand, by stock; 0 when there is no demand. */
export function shortageShare(stock: number, demand: CoverDemand): number {
  const { before, through, periodic } = demand;
  let short = 0;
  let wanted = 0;
  for (let i = 0; i < through.length; i++) {
    const earlier = periodic ? before[i]! : 0;
    short += Math.max(0, through[i]! - stock) - (periodic ? Math.max(0, earlier - stock) : 0);
    wanted += through[i]! - earlier;
  }
  return wanted > 0 ? short / wanted : 0;
}

/** `demand.through` is sorted here. */
function stockForFill(level: number, demand: CoverDemand): number {
  const before = demand.before.slice().sort();
  const { through, periodic } = demand;
  const total = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0);
  const wanted = total(through) - (periodic ? total(before) : 0);
  if (!(wanted > 0)) return 0;
  const allowed = (1 - level) * wanted;
  const shortAt = shortageOf(through);
  const earlierShortAt = periodic ? shortageOf(before) : () => 0;
  const short = (stock: number): number => shortAt(stock) - earlierShortAt(stock);
  // Shortage falls with stock and is straight between two values of the paths: find the two, then the point between.
  const values = (
    periodic ? Float64Array.from([0, ...through, ...before]) : Float64Array.of(0, ...through)
  ).sort();
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (short(values[middle] as number) <= allowed) high = middle;
    else low = middle + 1;
  }
  const enough = values[low] as number;
  if (low === 0) return enough;
  const less = values[low - 1] as number;
  const [shortLess, shortEnough] = [short(less), short(enough)];
  if (shortLess <= shortEnough) return enough;
  return less + ((enough - less) * (shortLess - allowed)) / (shortLess - shortEnough);
}

/** Σ (value − stock)₊ as a function of stock. @param sorted ascending. Cost of a call: O(log n). */
function shortageOf(sorted: Float64Array): (stock: number) => number {
  const suffix = new Float64Array(sorted.length + 1);
  for (let i = sorted.length - 1; i >= 0; i--) suffix[i] = suffix[i + 1]! + sorted[i]!;
  return (stock) => {
    let low = 0;
    let high = sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (sorted[middle]! <= stock) low = middle + 1;
      else high = middle;
    }
    return suffix[low]! - stock * (sorted.length - low);
  };
}
