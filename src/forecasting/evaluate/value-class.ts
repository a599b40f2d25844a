// ABC and XYZ: which series the value of a range hangs on, and which of them are steady.

export type AbcClass = 'A' | 'B' | 'C';
export type XyzClass = 'X' | 'Y' | 'Z';

/** Shares of the value up to which a series is A, and B. Source: the usual cuts of ABC analysis after Pareto, 80 / 15 / 5 %. */
export const abcCuts: readonly [number, number] = [0.8, 0.95];
/** Coefficients of variation up to which a series is X, and Y: the usual cuts of XYZ analysis. */
export const xyzCuts: readonly [number, number] = [0.5, 1];

/**
 * ABC class of each series. From the most valuable down, a series is A while those before it have less than 80 % of the whole, B
 * while they have less than 95 %, else C; what has no value is C.
 * @param amounts value of each, shape [n]; NaN = unknown
 * @param order   the same series, the most valuable first, shape [n]
 * @returns shape [n], null where the value is unknown. Cost: O(n).
 */
export function abcClasses(amounts: Float64Array, order: Uint32Array): (AbcClass | null)[] {
  let whole = 0;
  for (const amount of amounts) if (amount > 0) whole += amount;
  const classes = new Array<AbcClass | null>(amounts.length).fill(null);
  let before = 0;
  for (const at of order) {
    const amount = amounts[at] as number;
    if (Number.isNaN(amount)) continue;
    const share = before / whole;
    classes[at] = !(amount > 0) ? 'C' : share < abcCuts[0] ? 'A' : share < abcCuts[1] ? 'B' : 'C';
    if (amount > 0) before += amount;
  }
  return classes;
}

/**
 * XYZ class by the variation of demand per period.
 * @param variation standard deviation ÷ mean; NaN = no demand
 */
export function xyzClass(variation: number): XyzClass | null {
  if (Number.isNaN(variation)) return null;
  return variation <= xyzCuts[0] ? 'X' : variation <= xyzCuts[1] ? 'Y' : 'Z';
}
