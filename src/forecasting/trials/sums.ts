// What a sample of one arm comes down to: its size, sum and sum of squares. Sums of parts add up to those of the whole.

import { assert } from '../../core/index.ts';

/** Of one metric over the units of one arm. */
export interface Sums {
  /** Units, not requests: what was assigned is what is independent. */
  readonly n: number;
  readonly sum: number;
  readonly sumSquares: number;
  /** Each unit succeeds or fails: then the spread follows from the share of successes alone. */
  readonly areSuccesses?: true;
}

/** @param values one per unit; all finite */
export function sumsOf(values: ArrayLike<number>): Sums {
  let sum = 0;
  let sumSquares = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    assert(
      Number.isFinite(value),
      'a unit without a finite value has no place in the sums: leave it out, and say so',
    );
    sum += value;
    sumSquares += value * value;
  }
  return { n: values.length, sum, sumSquares };
}

/** Of units that succeed or fail. */
export function sumsOfSuccesses(successes: number, n: number): Sums {
  return { n, sum: successes, sumSquares: successes, areSuccesses: true };
}

export function meanOf({ n, sum }: Sums): number {
  return sum / n;
}

/**
 * Divisor n − 1, and p(1 − p) of successes; NaN of fewer than two units. Of values that are all alike, rounding may leave less than
 * nothing: then 0.
 */
export function varianceOf({ n, sum, sumSquares, areSuccesses }: Sums): number {
  if (areSuccesses) return n < 2 ? Number.NaN : (sum / n) * (1 - sum / n);
  return n < 2 ? Number.NaN : Math.max(0, (sumSquares - (sum * sum) / n) / (n - 1));
}
