// A history as few points, for a picture.

/** Wide enough for a row of a page, narrow enough for a thousand of them in memory. */
export const pointsMax = 96;

export interface Points {
  readonly periodsPerPoint: number;
  /** Mean of the known values; null = none is known. */
  readonly values: readonly (number | null)[];
}

/** @param history demand per period; NaN = unknown. Cost: O(n). */
export function pointsOf(history: Float64Array): Points {
  const periodsPerPoint = Math.max(1, Math.ceil(history.length / pointsMax));
  const values: (number | null)[] = [];
  for (let from = 0; from < history.length; from += periodsPerPoint) {
    let sum = 0;
    let known = 0;
    for (let t = from; t < Math.min(from + periodsPerPoint, history.length); t++) {
      const y = history[t] as number;
      if (Number.isNaN(y)) continue;
      sum += y;
      known += 1;
    }
    values.push(known === 0 ? null : sum / known);
  }
  return { periodsPerPoint, values };
}
