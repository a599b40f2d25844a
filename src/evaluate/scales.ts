// The denominators of scaled errors. Each is computed from the training values alone.

/**
 * Scale of MASE: mean |y(t) − y(t−m)| over the history.
 * @param history demand in units, shape [n]; pairs with a NaN are skipped
 * @param season  m ≥ 1, periods
 * @returns NaN when no pair exists; 0 for a series that repeats itself exactly
 * Source: Hyndman and Koehler 2006, IJF 22(4). Cost: O(n), allocates nothing.
 */
export function seasonalNaiveScale(history: Float64Array, season: number): number {
  let sum = 0;
  let count = 0;
  for (let t = season; t < history.length; t++) {
    const difference = Math.abs((history[t] as number) - (history[t - season] as number));
    if (Number.isNaN(difference)) continue;
    sum += difference;
    count++;
  }
  return count === 0 ? Number.NaN : sum / count;
}

/** Index of the first value above zero in size (the first sale), or the length when there is none. NaN is not a sale. */
export function firstSale(history: Float64Array): number {
  let t = 0;
  while (t < history.length && !(Math.abs(history[t] as number) > 0)) t++;
  return t;
}

/**
 * Scale of RMSSE: mean (y(t) − y(t−1))² from the first sale on.
 * @returns NaN when no pair exists, 0 for a series constant since its first sale
 * Source: M5 Competitors' Guide 2020. Cost: O(n), allocates nothing.
 */
export function squaredDifferenceScale(history: Float64Array): number {
  let sum = 0;
  let count = 0;
  for (let t = firstSale(history) + 1; t < history.length; t++) {
    const difference = (history[t] as number) - (history[t - 1] as number);
    if (Number.isNaN(difference)) continue;
    sum += difference * difference;
    count++;
  }
  return count === 0 ? Number.NaN : sum / count;
}

/**
 * Scale of SPL: mean |y(t) − y(t−1)| from the first sale on.
 * @returns NaN when no pair exists, 0 for a series constant since its first sale
 * Source: M5 Competitors' Guide (uncertainty) 2020. Cost: O(n), allocates nothing.
 */
export function absoluteDifferenceScale(history: Float64Array): number {
  let sum = 0;
  let count = 0;
  for (let t = firstSale(history) + 1; t < history.length; t++) {
    const difference = Math.abs((history[t] as number) - (history[t - 1] as number));
    if (Number.isNaN(difference)) continue;
    sum += difference;
    count++;
  }
  return count === 0 ? Number.NaN : sum / count;
}
