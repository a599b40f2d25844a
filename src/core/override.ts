// Overrides: the number of a person for one period of a series, beside what the model says of it. Pure.

/** How somebody says it: the number itself, or by how much it is to differ from the model's mean. */
export const overrideKinds = ['value', 'percent', 'units'] as const;

export interface OverrideAsk {
  readonly kind: (typeof overrideKinds)[number];
  /** Units, or percent: 10 = a tenth more. */
  readonly amount: number;
}

/** What stands in place of the model's number of one period. */
export interface StandingOverride {
  readonly id: string;
  readonly period: number;
  /** Units. */
  readonly value: number;
  readonly reason: string;
  /** See `Actor`. */
  readonly by: string;
  /** UTC milliseconds. */
  readonly at: number;
}

/**
 * The number that is meant, in units.
 * @param mean what the model says of the period
 */
export function overriddenValue({ kind, amount }: OverrideAsk, mean: number): number {
  if (kind === 'value') return amount;
  return kind === 'percent' ? mean + (mean * amount) / 100 : mean + amount;
}

/**
 * A quantile of a forecast whose mean is overridden. Nobody has said how sure the new number is, so this is an assumption: below the
 * model's mean the distances from the mean shrink in its proportion, so that none falls below zero; above it they grow with the
 * square root of that, as the spread of counts does, and no further than to twice the new number, unless they were as wide before:
 * the spread of what hardly ever sells is no measure for much more of it. Where the model's mean is not above zero there is no
 * proportion, and they stay. Keeps the order of quantiles; at the model's own mean it changes nothing.
 */
export function quantileAbout(
  value: number,
  of: { readonly mean: number; readonly quantile: number },
): number {
  const { mean, quantile } = of;
  const distance = quantile - mean;
  if (!(mean > 0 && value >= 0)) return value + distance;
  if (value <= mean) return value === mean ? quantile : value + distance * (value / mean);
  const grown = distance * (Math.sqrt(value) / Math.sqrt(mean));
  return value + Math.min(grown, Math.max(distance, value));
}
