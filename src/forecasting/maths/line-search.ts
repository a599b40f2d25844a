// Minimisation of one parameter on an interval: a coarse grid finds the valley, golden section its floor.

const golden = (Math.sqrt(5) - 1) / 2;

/**
 * @param objective finite or NaN; NaN counts as very bad
 * @param range     interval searched, `points` ≥ 3 grid points with both ends included
 * @returns the best argument seen; the width of the last bracket is `tolerance` or less
 * Source: Kiefer 1953. Cost: points + log(spacing/tolerance)/0.48 evaluations, allocates nothing.
 */
export function minimiseOnLine(
  objective: (x: number) => number,
  range: {
    readonly lower: number;
    readonly upper: number;
    readonly points: number;
    readonly tolerance: number;
  },
): number {
  const gap = (range.upper - range.lower) / (range.points - 1);
  let best = range.lower;
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < range.points; i++) {
    const x = i === range.points - 1 ? range.upper : range.lower + i * gap;
    const value = objective(x);
    if (value < least) {
      least = value;
      best = x;
    }
  }
  let low = Math.max(range.lower, best - gap);
  let high = Math.min(range.upper, best + gap);
  let left = high - golden * (high - low);
  let right = low + golden * (high - low);
  let leftValue = objective(left);
  let rightValue = objective(right);
  while (high - low > range.tolerance) {
    if (leftValue <= rightValue) {
      high = right;
      right = left;
      rightValue = leftValue;
      left = high - golden * (high - low);
      leftValue = objective(left);
    } else {
      low = left;
      left = right;
      leftValue = rightValue;
      right = low + golden * (high - low);
      rightValue = objective(right);
    }
  }
  const floor = leftValue <= rightValue ? left : right;
  return Math.min(leftValue, rightValue) < least ? floor : best;
}
