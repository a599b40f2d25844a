// The stretches of constant level that a stream falls into.

import { type Sums, squaresWithin } from './fits.ts';

/**
 * Where each stretch begins, the first at 0, by the least sum of squared deviations ÷ variance + `penalty` for each change.
 * Source: Killick, Fearnhead and Eckley 2012, JASA 107 (PELT). Cost: O(n) to O(n²).
 */
export function segmentStarts(sums: Sums, by: { variance: number; penalty: number; side: number }): number[] {
  const { n } = sums;
  const { variance, penalty, side } = by;
  const cost = new Float64Array(n + 1).fill(Number.POSITIVE_INFINITY);
  const last = new Int32Array(n + 1);
  cost[0] = -penalty;
  let candidates: number[] = [0];
  for (let to = side; to <= n; to++) {
    // A stretch may begin where the one before it can have ended.
    if (to >= 2 * side) candidates.push(to - side);
    let best = Number.POSITIVE_INFINITY;
    const costs = candidates.map((from) => cost[from]! + squaresWithin(sums, from, to) / variance);
    for (let i = 0; i < costs.length; i++) {
      if (costs[i]! + penalty < best) {
        best = costs[i]! + penalty;
        last[to] = candidates[i]!;
      }
    }
    cost[to] = best;
    candidates = candidates.filter((_, i) => costs[i]! <= best);
  }
  const starts: number[] = [];
  for (let to = n; to > 0; to = last[to]!) starts.push(last[to]!);
  return starts.reverse();
}
