// A rising curve from scores to shares: what probabilities are calibrated by.

/** Plain data: corners of the curve, both ascending; between them it is straight, outside it stays. */
export interface RisingCurve {
  readonly scores: readonly number[];
  readonly shares: readonly number[];
}

/**
 * The rising curve with the least squared distance to the labels.
 * @param scores @param labels 0 or 1, of the same length, not empty, all finite
 * Source: Barlow et al. 1972 (pool adjacent violators); straight between the borders of pools as in scikit-learn. Cost: O(n log n).
 */
export function risingCurve(scores: ArrayLike<number>, labels: ArrayLike<number>): RisingCurve {
  const order = Array.from({ length: scores.length }, (_, i) => i).sort((a, b) => scores[a]! - scores[b]!);
  const pools: { from: number; to: number; sum: number; count: number }[] = [];
  for (const i of order) {
    const [score, label] = [scores[i]!, labels[i]!];
    const last = pools.at(-1);
    if (last !== undefined && last.to === score && last.from === score) {
      last.sum += label;
      last.count += 1;
    } else pools.push({ from: score, to: score, sum: label, count: 1 });
  }
  const kept: typeof pools = [];
  for (const pool of pools) {
    let here = pool;
    for (let last = kept.at(-1); last !== undefined; last = kept.at(-1)) {
      if (last.sum * here.count < here.sum * last.count) break;
      kept.pop();
      here = { from: last.from, to: here.to, sum: last.sum + here.sum, count: last.count + here.count };
    }
    kept.push(here);
  }
  const corners = kept.flatMap(({ from, to, sum, count }) =>
    from === to ? [[from, sum / count] as const] : [[from, sum / count] as const, [to, sum / count] as const],
  );
  return { scores: corners.map(([score]) => score), shares: corners.map(([, share]) => share) };
}

/** The curve at a score. Cost: O(log corners). */
export function shareOf({ scores, shares }: RisingCurve, score: number): number {
  let [low, high] = [0, scores.length - 1];
  if (!(score > scores[low]!)) return shares[low]!;
  if (score >= scores[high]!) return shares[high]!;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (scores[middle]! <= score) low = middle;
    else high = middle;
  }
  const along = (score - scores[low]!) / (scores[high]! - scores[low]!);
  return shares[low]! + along * (shares[high]! - shares[low]!);
}
