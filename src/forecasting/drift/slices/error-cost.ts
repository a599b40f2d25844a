// What a change of errors may cost: how much larger they are × volume × what a unit is worth, with what is open of it.

export interface CostOfErrors {
  /** Absolute error per period and series, in units, before and now: each mean with its standard deviation. */
  readonly before: { readonly mean: number; readonly sd: number };
  readonly now: { readonly mean: number; readonly sd: number };
  /** Forecasts that will be made until somebody acts: series × periods. */
  readonly forecasts: number;
  /** What a unit of error costs, or the price of a unit where it is not known better; null: unknown. */
  readonly price: number | null;
  /** … with what is open of it (0). */
  readonly priceSd?: number;
}

export type ErrorCost =
  | {
      readonly status: 'ok';
      /** In the currency of the price; below 0 errors have become smaller. */
      readonly cost: number;
      /** With 95 %. */
      readonly between: readonly [number, number];
      /** Whether all of the interval is on one side of nothing. */
      readonly isSure: boolean;
    }
  | { readonly status: 'unknown'; readonly because: string };

const width = 1.96;

/** Never a guess: what is not known makes the cost `unknown`. */
export function errorCost({ before, now, forecasts, price, priceSd = 0 }: CostOfErrors): ErrorCost {
  if (price === null) return { status: 'unknown', because: 'no price is known' };
  if (!(price >= 0 && priceSd >= 0)) return { status: 'unknown', because: 'the price is no amount' };
  if (!(forecasts >= 0))
    return { status: 'unknown', because: 'how many forecasts will be made is not known' };
  const isKnown = before.mean >= 0 && now.mean >= 0 && before.sd >= 0 && now.sd >= 0;
  if (!isKnown) return { status: 'unknown', because: 'an error is not known' };
  const more = now.mean - before.mean;
  const variance = before.sd ** 2 + now.sd ** 2;
  const cost = more * forecasts * price;
  // Of a product of two that are independent.
  const sd =
    forecasts * Math.sqrt(price ** 2 * variance + more ** 2 * priceSd ** 2 + variance * priceSd ** 2);
  if (!Number.isFinite(Math.abs(cost) + width * sd))
    return { status: 'unknown', because: 'the cost is too large for a number' };
  const [low, high] = [cost - width * sd, cost + width * sd];
  return { status: 'ok', cost, between: [low, high], isSure: low > 0 || high < 0 };
}
