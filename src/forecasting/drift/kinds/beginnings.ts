// Between which values a change began, with 95 % probability: each beginning as likely as the values make it.

import { type Density, rampFit, type Sums, shareAt, type Transition } from './fits.ts';

/**
 * The middle 95 % of beginnings, each as likely as e^(−squares ÷ scale).
 * @param by `scale` is twice the variance of values about their level, times their memory
 */
export function beganBetween(
  squares: (at: number) => number,
  by: { from: number; to: number; scale: number },
): readonly [number, number] {
  const weights = new Float64Array(Math.max(1, by.to - by.from + 1));
  for (let i = 0; i < weights.length; i++) weights[i] = -squares(by.from + i) / by.scale;
  return middleOf(weights, (i) => by.from + i);
}

/** … of a ramp, over all of its possible ends. */
export function beganOfRamp(sums: Sums, best: Transition, scale: number): readonly [number, number] {
  const { n } = sums;
  const count = 160;
  const step = Math.max(1, Math.floor(n / count));
  const froms: number[] = [];
  for (let from = 1 + ((best.from - 1) % step); from < n - 2; from += step) froms.push(from);
  const weights = Float64Array.from(froms, (from) => {
    const ends: number[] = [];
    for (let to = from + 2; to <= n; to += step) ends.push(-rampFit(sums, from, to).squares / scale);
    return logSum(ends);
  });
  return middleOf(weights, (i) => froms[i]!);
}

/** … of a mixture, with its levels and deviation as they were found. */
export function beganOfMixture(
  y: Float64Array,
  best: Transition & { readonly spread: number },
  by: { side: number; memory: number; density: Density },
): readonly [number, number] {
  const n = y.length;
  const old = y.map((value) => by.density(value - best.before, best.spread));
  const young = y.map((value) => by.density(value - best.after, best.spread));
  const width = best.to - best.from;
  const reach = Math.max(by.side, width);
  const froms: number[] = [];
  for (let i = -15; i <= 15; i++) {
    const from = best.from + Math.round((i * reach) / 15);
    if (from >= 1 && from < n - 2 && from !== froms.at(-1)) froms.push(from);
  }
  const weights = Float64Array.from(froms, (from) => {
    const ends: number[] = [];
    for (let i = -10; i <= 10; i++) {
      const to = best.to + Math.round((i * reach) / 10);
      if (to < from + 2) continue;
      let logLikelihood = 0;
      for (let t = 0; t < n; t++) {
        const share = shareAt(t, from, to);
        logLikelihood += Math.log((1 - share) * old[t]! + share * young[t]!);
      }
      ends.push(logLikelihood / by.memory);
    }
    return logSum(ends);
  });
  return middleOf(weights, (i) => froms[i]!);
}

function logSum(values: readonly number[]): number {
  const top = values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  if (top === Number.NEGATIVE_INFINITY) return top;
  return top + Math.log(values.reduce((sum, value) => sum + Math.exp(value - top), 0));
}

/** The middle 95 % of a distribution that is given by logarithms. */
function middleOf(logs: Float64Array, place: (i: number) => number): readonly [number, number] {
  const total = logSum(Array.from(logs));
  let sum = 0;
  let low = 0;
  let high = logs.length - 1;
  for (let i = 0; i < logs.length; i++) {
    const before = sum;
    sum += Math.exp(logs[i]! - total);
    if (before < 0.025 && sum >= 0.025) low = i;
    if (before < 0.975 && sum >= 0.975) {
      high = i;
      break;
    }
  }
  return [place(low), place(high)];
}
