// Quantiles of latency from counts by bucket, as Prometheus computes them.

/** Upper bounds of the buckets, seconds; slower requests fall into one more. */
export const latencyBounds: readonly number[] = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10,
];

/** Index of the bucket of a duration in seconds. */
export function bucketOf(seconds: number): number {
  const found = latencyBounds.findIndex((bound) => seconds <= bound);
  return found < 0 ? latencyBounds.length : found;
}

/**
 * Quantile of durations, linear within its bucket and never above the slowest that was seen.
 * @param counts by bucket, one longer than `latencyBounds`
 * @param slowest seconds
 * @returns seconds; null when nothing was counted
 */
export function quantileOf(counts: readonly number[], level: number, slowest: number): number | null {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  const rank = level * total;
  let below = 0;
  for (const [i, count] of counts.entries()) {
    if (count > 0 && below + count >= rank) {
      const from = latencyBounds[i - 1] ?? 0;
      const to = Math.min(latencyBounds[i] ?? slowest, Math.max(slowest, from));
      return from + ((to - from) * Math.max(0, rank - below)) / count;
    }
    below += count;
  }
  return slowest;
}
