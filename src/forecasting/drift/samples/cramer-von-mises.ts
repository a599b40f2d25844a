// Cramér and von Mises' test for two samples: the mean squared distance of their distribution functions.

import { lnGamma } from '../../maths/index.ts';
import type { Pooled } from './pooled.ts';

export interface CramerVonMises {
  readonly statistic: number;
  /** From the limit for many values, with the mean and variance of these sizes. */
  readonly p: number;
}

/**
 * @param pooled two samples, neither empty; ties by their middle ranks
 * @returns null where all values are equal
 * Source: Anderson 1962, Annals of Mathematical Statistics 33(3). Cost: O(n + m).
 */
export function cramerVonMises(pooled: Pooled): CramerVonMises | null {
  const { n, m, values, reference, current } = pooled;
  if (values.length < 2) return null;
  const total = n + m;
  const pairs = n * m;
  let [ofReference, ofCurrent] = [0, 0];
  let [before, beforeOther] = [0, 0];
  for (let k = 0; k < values.length; k++) {
    const upTo = reference[k]!;
    const upToOther = current[k]!;
    const rank = (before + beforeOther + upTo + upToOther + 1) / 2;
    ofReference += squares(rank, before, upTo);
    ofCurrent += squares(rank, beforeOther, upToOther);
    before = upTo;
    beforeOther = upToOther;
  }
  const statistic = (n * ofReference + m * ofCurrent) / (pairs * total) - (4 * pairs - 1) / (6 * total);
  const expected = (1 + 1 / total) / 6;
  const variance =
    ((total + 1) * (4 * pairs * total - 3 * (n * n + m * m) - 2 * pairs)) / (45 * total * total * 4 * pairs);
  // Of one value each there is one statistic: it says nothing.
  const p = variance > 0 ? limitTail(1 / 6 + (statistic - expected) / Math.sqrt(45 * variance)) : 1;
  return { statistic, p };
}

/** Σ (rank − i)² over i = from + 1 … to. */
function squares(rank: number, from: number, to: number): number {
  const count = to - from;
  if (count === 0) return 0;
  const away = rank - (from + to + 1) / 2;
  return count * away * away + (count * (count * count - 1)) / 12;
}

/** Probability that the limit of the statistic is above x. */
function limitTail(x: number): number {
  if (x < 0.003) return 1;
  return x < 0.8 ? Math.min(1, Math.max(0, 1 - bodyShare(x))) : farTail(x);
}

/** Source: Anderson and Darling 1952, eq. 4.35. */
function bodyShare(x: number): number {
  let sum = 0;
  for (let k = 0; k < 60; k++) {
    const y = 4 * k + 1;
    const q = (y * y) / (16 * x);
    const front = Math.exp(lnGamma(k + 0.5) - lnGamma(k + 1)) / (Math.PI ** 1.5 * Math.sqrt(x));
    const term = front * Math.sqrt(y) * Math.exp(-2 * q) * besselQuarter(q);
    sum += term;
    if (term < 1e-17) break;
  }
  return sum;
}

/** e^q · K¼(q), the modified Bessel function, from its integral: the trapezoidal rule is exact to the last places here. */
function besselQuarter(q: number): number {
  const step = 1 / 32;
  let sum = 0.5;
  for (let i = 1; i < 2_000; i++) {
    const t = i * step;
    // cosh t − 1, without what cancels.
    const bend = 2 * Math.sinh(t / 2) ** 2;
    const term = Math.exp(-q * bend) * Math.cosh(t / 4);
    sum += term;
    if (term < 1e-18 * sum) break;
  }
  return sum * step;
}

/** The same probability where it is small, without what cancels in one minus the share. Source: Smirnov 1936, the integral over t. */
function farTail(x: number): number {
  const nodes = 400;
  let sum = 0;
  for (let piece = 1; piece <= 3; piece++) {
    let part = 0;
    for (let i = 0; i < nodes; i++) {
      const angle = ((i + 0.5) * Math.PI) / nodes;
      const inside = (Math.PI * (1 - Math.cos(angle))) / 2;
      const t = (2 * piece - 1) * Math.PI + inside;
      const sine = Math.sin(inside);
      part += (Math.exp((-x * t * t) / 2) * Math.sin(angle)) / Math.sqrt(t * sine);
    }
    sum += (piece % 2 === 1 ? 1 : -1) * part;
  }
  return Math.min(1, Math.max(0, ((2 / Math.PI) * sum * (Math.PI / 2) * Math.PI) / nodes));
}
