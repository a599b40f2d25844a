// Anderson and Darling's test for two samples: like that of Kolmogorov and Smirnov, with more weight on the tails.

import type { Rng } from '../../../core/index.ts';
import { type Pooled, pooledOf } from './pooled.ts';

export interface AndersonDarling {
  /** The statistic less its mean, per its standard deviation under no difference; ties by their middle ranks. */
  readonly normalised: number;
  /** Read between published points, which end at 0.001 and 0.25. */
  readonly pClipped: number;
  /** From so many random exchanges of the two samples, where they were asked for. */
  readonly pPermuted: number | null;
}

/** ln p = a + b·A² + c·A⁴ through the points of Scholz and Stephens 1987, table 1, for two samples. */
const points = {
  p: [0.25, 0.1, 0.05, 0.025, 0.01, 0.005, 0.001],
  b0: [0.675, 1.281, 1.645, 1.96, 2.326, 2.573, 3.085],
  b1: [-0.245, 0.25, 0.678, 1.149, 1.822, 2.364, 3.615],
  b2: [-0.105, -0.305, -0.362, -0.391, -0.396, -0.345, -0.154],
} as const;
const critical: readonly number[] = points.p.map((_, i) => points.b0[i]! + points.b1[i]! + points.b2[i]!);
const curve: readonly [number, number, number] = parabola(
  critical,
  points.p.map((p) => Math.log(p)),
);

/**
 * @param exchanges how many random exchanges p is also taken from, each O(n log n)
 * @returns null where it says nothing: fewer than four values, or all of them equal
 * Source: Scholz and Stephens 1987, JASA 82(399), eq. 7. Cost: O(n + m).
 */
export function andersonDarling(
  pooled: Pooled,
  exchanges: { readonly count: number; readonly rng: Rng } | null = null,
): AndersonDarling | null {
  const { n, m, values } = pooled;
  if (n + m < 4 || values.length < 2) return null;
  const raw = statistic(pooled);
  const normalised = (raw - 1) / Math.sqrt(varianceOf(n, m));
  const [low, high] = [critical[0]!, critical.at(-1)!];
  const [a, b, c] = curve;
  const read = Math.exp(a + b * normalised + c * normalised * normalised);
  const pClipped = normalised < low ? points.p[0] : normalised > high ? points.p[6] : read;
  return { normalised, pClipped, pPermuted: exchanges === null ? null : permuted(pooled, raw, exchanges) };
}

function statistic({ n, m, values, reference, current }: Pooled): number {
  const total = n + m;
  let [first, second] = [0, 0];
  let [before, beforeOther] = [0, 0];
  for (let k = 0; k < values.length; k++) {
    const own = reference[k]! - before;
    const other = current[k]! - beforeOther;
    const tied = own + other;
    const middle = before + beforeOther + tied / 2;
    const weight = tied / total / (middle * (total - middle) - (total * tied) / 4);
    first += weight * (total * (before + own / 2) - middle * n) ** 2;
    second += weight * (total * (beforeOther + other / 2) - middle * m) ** 2;
    before = reference[k]!;
    beforeOther = current[k]!;
  }
  return (first / n + second / m) * ((total - 1) / total);
}

/** Variance of the statistic of two samples under no difference. */
function varianceOf(n: number, m: number): number {
  const total = n + m;
  const inverses = 1 / n + 1 / m;
  let sum = 0;
  let g = 0;
  for (let i = total - 1; i >= 2; i--) {
    sum += 1 / i;
    g += sum / (total - i + 1);
  }
  const h = sum + 1;
  const a = 4 * g - 6 + (10 - 6 * g) * inverses;
  const b = (2 * g - 4) * 4 + 16 * h + (2 * g - 14 * h - 4) * inverses - 8 * h + 4 * g - 6;
  const c = (6 * h + 2 * g - 2) * 4 + (4 * h - 4 * g + 6) * 2 + (2 * h - 6) * inverses + 4 * h;
  const d = (2 * h + 6) * 4 - 8 * h;
  return (a * total ** 3 + b * total ** 2 + c * total + d) / ((total - 1) * (total - 2) * (total - 3));
}

function permuted(pooled: Pooled, found: number, { count, rng }: { count: number; rng: Rng }): number {
  const all = valuesOf(pooled);
  let above = 0;
  for (let b = 0; b < count; b++) {
    for (let i = all.length - 1; i > 0; i--) {
      const j = rng.below(i + 1);
      const kept = all[i]!;
      all[i] = all[j]!;
      all[j] = kept;
    }
    const drawn = pooledOf(all.slice(0, pooled.n).sort(), all.slice(pooled.n).sort());
    // What rounding makes of an equal exchange counts as equal.
    if (statistic(drawn) >= found * (1 - 1e-12)) above++;
  }
  return (1 + above) / (1 + count);
}

function valuesOf({ n, m, values, reference, current }: Pooled): Float64Array {
  const all = new Float64Array(n + m);
  for (let k = 0, at = 0; k < values.length; k++) {
    const upTo = reference[k]! + current[k]!;
    all.fill(values[k]!, at, upTo);
    at = upTo;
  }
  return all;
}

/** The parabola nearest to points, by least squares: its coefficients from the constant on. */
function parabola(x: readonly number[], y: readonly number[]): [number, number, number] {
  const power = (k: number): number => x.reduce((sum, value) => sum + value ** k, 0);
  const moment = (k: number): number => x.reduce((sum, value, i) => sum + value ** k * y[i]!, 0);
  const rows = [0, 1, 2].map((k) => [power(k), power(k + 1), power(k + 2), moment(k)]);
  for (let k = 0; k < 3; k++) {
    for (let row = 0; row < 3; row++) {
      if (row === k) continue;
      const factor = rows[row]![k]! / rows[k]![k]!;
      rows[row] = rows[row]!.map((cell, column) => cell - factor * rows[k]![column]!);
    }
  }
  return [rows[0]![3]! / rows[0]![0]!, rows[1]![3]! / rows[1]![1]!, rows[2]![3]! / rows[2]![2]!];
}
