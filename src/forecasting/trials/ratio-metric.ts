// A metric that is a ratio of two sums over units, such as units sold per order: its parts go together, so its error is not that of a mean.

import type { Estimate } from './difference.ts';

/** Sums over the units of one arm. */
export interface RatioSums {
  readonly n: number;
  readonly numerator: number;
  readonly denominator: number;
  readonly numeratorSquares: number;
  readonly denominatorSquares: number;
  readonly products: number;
}

/** @param numerators one per unit, as are the denominators */
export function ratioSumsOf(numerators: ArrayLike<number>, denominators: ArrayLike<number>): RatioSums {
  const sums = {
    n: numerators.length,
    numerator: 0,
    denominator: 0,
    numeratorSquares: 0,
    denominatorSquares: 0,
    products: 0,
  };
  for (let i = 0; i < numerators.length; i++) {
    const [above, below] = [numerators[i] as number, denominators[i] as number];
    sums.numerator += above;
    sums.denominator += below;
    sums.numeratorSquares += above * above;
    sums.denominatorSquares += below * below;
    sums.products += above * below;
  }
  return sums;
}

/**
 * Mean numerator ÷ mean denominator, and its standard error by the delta method.
 * @returns undefined of fewer than two units, where the denominators add up to 0, or where nothing varies
 */
export function ratioOf(sums: RatioSums): { readonly value: number; readonly error: number } | undefined {
  const { n, numerator, denominator } = sums;
  if (n < 2 || denominator === 0) return undefined;
  const value = numerator / denominator;
  // Of numerator − value · denominator, whose mean is 0.
  const squares = sums.numeratorSquares - 2 * value * sums.products + value ** 2 * sums.denominatorSquares;
  const variance = Math.max(0, squares) / (n - 1);
  if (!(variance > 0)) return undefined;
  return { value, error: Math.sqrt(variance / n) / Math.abs(denominator / n) };
}

/** Ratio of the treatment less that of the control; undefined where either is. */
export function ratioDifferenceOf(control: RatioSums, treatment: RatioSums): Estimate | undefined {
  const [a, b] = [ratioOf(control), ratioOf(treatment)];
  if (a === undefined || b === undefined) return undefined;
  const variances = [a.error ** 2, b.error ** 2] as const;
  const freedom =
    (variances[0] + variances[1]) ** 2 /
    (variances[0] ** 2 / (control.n - 1) + variances[1] ** 2 / (treatment.n - 1));
  return {
    value: b.value - a.value,
    error: Math.sqrt(variances[0] + variances[1]),
    freedom,
    n: control.n + treatment.n,
  };
}
