// From what is wanted to what a supplier will ship.

export interface OrderRules {
  /** Smallest quantity of an order, units; 0 = any. */
  readonly minimum: number;
  /** Orders are whole multiples of this, units; 0 = any quantity. */
  readonly pack: number;
}

/** Slack for quantities that are whole packs but for rounding errors. */
const slack = 1e-9;

/**
 * The smallest quantity that covers a need and keeps the rules.
 * @returns units; 0 when nothing is needed, never negative
 */
export function orderQuantity(need: number, rules: OrderRules): number {
  if (!(need > slack)) return 0;
  const least = Math.max(need, rules.minimum);
  return rules.pack > 0 ? Math.ceil(least / rules.pack - slack) * rules.pack : least;
}
