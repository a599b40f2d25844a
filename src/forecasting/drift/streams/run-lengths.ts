// How long a CUSUM runs until it alarms, for every threshold at once.

import type { Rng } from '../../../core/index.ts';

/** A law of steps: sizes, each with its probability. */
export interface Steps {
  readonly sizes: Float64Array;
  readonly weights: Float64Array;
}

/** Walks under each law, from nothing until they are back or at the top. Many laws are drawn: a few dozen each are enough. */
const walkCount = 60;
/** No walk takes more steps. */
const stepsMax = 100_000;

/**
 * Adds the alarms per value, at each threshold `(i + 1) × top ÷ thresholds`, to `into`.
 *
 * Steps that lead down on average: between two returns to nothing a sum passes a threshold with a probability that is found under the
 * tilted law, by which it rises, each walk weighted by the ratio of both laws; the time between two returns is found as it is.
 * Steps that lead up are followed as they are.
 */
export function falseAlarmRates(steps: Steps, to: { top: number; rng: Rng; into: Float64Array }): void {
  const { top, rng, into } = to;
  const count = into.length;
  const unit = top / count;
  if (mean(steps) >= 0) {
    const times = new Float64Array(count);
    const draw = drawer(steps, rng);
    for (let walk = 0; walk < walkCount; walk++) {
      let passed = 0;
      let sum = 0;
      let t = 0;
      while (passed < count && t < stepsMax) {
        t += 1;
        sum = Math.max(0, sum + draw());
        for (; passed < count && sum >= (passed + 1) * unit; passed++) times[passed]! += t;
      }
      for (; passed < count; passed++) times[passed]! += stepsMax;
    }
    for (let i = 0; i < count; i++) into[i]! += walkCount / times[i]!;
    return;
  }
  const chances = passingChances(steps, { count, unit, rng });
  const times = returnTimes(steps, { count, unit, rng });
  for (let i = 0; i < count; i++) into[i]! += chances[i]! / times[i]!;
}

/** With what probability the sum passes each threshold before it is back at nothing. */
function passingChances(steps: Steps, grid: { count: number; unit: number; rng: Rng }): Float64Array {
  const { count, unit, rng } = grid;
  const chances = new Float64Array(count);
  const tilt = tiltOf(steps);
  if (tilt === null) return chances;
  const tilted = steps.weights.map((weight, i) => weight * Math.exp(tilt * steps.sizes[i]!));
  const draw = drawer({ sizes: steps.sizes, weights: tilted }, rng);
  for (let walk = 0; walk < walkCount; walk++) {
    let passed = 0;
    let sum = 0;
    for (let t = 0; t < stepsMax && passed < count; t++) {
      sum += draw();
      if (sum <= 0) break;
      for (; passed < count && sum >= (passed + 1) * unit; passed++) {
        chances[passed]! += Math.exp(-tilt * sum) / walkCount;
      }
    }
  }
  return chances;
}

/** Mean number of values until the sum is back at nothing, or has passed each threshold. */
function returnTimes(steps: Steps, grid: { count: number; unit: number; rng: Rng }): Float64Array {
  const { count, unit, rng } = grid;
  const times = new Float64Array(count);
  const draw = drawer(steps, rng);
  const passedAt = new Float64Array(count);
  for (let walk = 0; walk < walkCount; walk++) {
    let passed = 0;
    let sum = 0;
    let t = 0;
    do {
      t += 1;
      sum += draw();
      for (; passed < count && sum >= (passed + 1) * unit; passed++) passedAt[passed] = t;
    } while (sum > 0 && t < stepsMax);
    for (let i = 0; i < count; i++) times[i]! += (i < passed ? passedAt[i]! : t) / walkCount;
  }
  return times;
}

/** Mean number of values until a sum of these steps passes the threshold, at most `stepsMax`. */
export function meanDelay(steps: Steps, to: { threshold: number; rng: Rng }): number {
  const draw = drawer(steps, to.rng);
  const runs = 500;
  let total = 0;
  for (let run = 0; run < runs; run++) {
    let sum = 0;
    for (let t = 1; t <= stepsMax; t++) {
      total += 1;
      sum = Math.max(0, sum + draw());
      if (sum >= to.threshold) break;
    }
  }
  return total / runs;
}

function mean(steps: Steps): number {
  let sum = 0;
  for (let i = 0; i < steps.sizes.length; i++) sum += steps.weights[i]! * steps.sizes[i]!;
  return sum;
}

/** The θ > 0 with Σ weight × e^(θ step) = 1, for steps that lead down on average; null where none leads up. */
function tiltOf(steps: Steps): number | null {
  let highest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < steps.sizes.length; i++) {
    if (steps.weights[i]! > 0) highest = Math.max(highest, steps.sizes[i]!);
  }
  if (!(highest > 0)) return null;
  const excess = (theta: number): number => {
    let sum = 0;
    for (let i = 0; i < steps.sizes.length; i++) sum += steps.weights[i]! * Math.exp(theta * steps.sizes[i]!);
    return sum - 1;
  };
  let high = 1;
  while (excess(high) < 0 && high < 700 / highest) high *= 2;
  let low = 0;
  for (let step = 0; step < 80; step++) {
    const middle = (low + high) / 2;
    if (excess(middle) < 0) low = middle;
    else high = middle;
  }
  return high;
}

/** Draws steps by their probabilities, which need not add up to 1. */
function drawer(steps: Steps, rng: Rng): () => number {
  const { sizes, weights } = steps;
  const upTo = new Float64Array(weights.length);
  let sum = 0;
  for (let i = 0; i < weights.length; i++) {
    sum += weights[i]!;
    upTo[i] = sum;
  }
  return () => {
    const u = rng.uniform() * sum;
    let low = 0;
    let high = upTo.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (upTo[middle]! > u) high = middle;
      else low = middle + 1;
    }
    return sizes[low]!;
  };
}
