// Why a line of a replenishment list says what it says, in one sentence for whoever places the order.

import type { StockPlan } from './plan.ts';

export interface BecauseWords {
  /** Word for one period: `day`, `week`, … */
  readonly period: string;
  /** Periods the stock must last for, longest case. */
  readonly coverPeriods: number;
  /** When every second path has run out, as people write it; null = not within the forecast. */
  readonly stockoutAt: string | null;
  /** Why nothing is expected to be asked for, if so. */
  readonly quiet?: 'ended' | 'silent' | undefined;
  /** Periods of the cover that are planned as somebody said, and how many units that is above what was forecast. */
  readonly overridden?: { readonly periods: number; readonly units: number } | undefined;
}

/** From this probability on, running out before an order can arrive is said before anything else. */
const likely = 0.5;

/** One sentence without a full stop. */
export function because(plan: StockPlan, words: BecauseWords): string {
  const reason = reasonOf(plan, words);
  if (words.overridden === undefined) return reason;
  const { periods, units } = words.overridden;
  const many = `${periods} ${words.period}${periods === 1 ? '' : 's'}`;
  const difference =
    units === 0
      ? 'as many units as forecast'
      : `${amount(Math.abs(units))} ${units > 0 ? 'more' : 'fewer'} than forecast`;
  return `${reason}; ${many} planned as overridden: ${difference}`;
}

function reasonOf(plan: StockPlan, words: BecauseWords): string {
  const { stockPosition, reorderPoint, orderQuantity, expectedShortage } = plan;
  const when = words.stockoutAt === null ? '' : `, about ${words.stockoutAt}`;
  const short = `${amount(expectedShortage)} short on average if nothing is ordered`;
  const cover = `${words.coverPeriods} ${words.period}${words.coverPeriods === 1 ? '' : 's'}`;
  const level = `stock ${amount(stockPosition)} (with what is due) is`;
  if (words.quiet !== undefined)
    return `${quietText[words.quiet]}: ${orderQuantity === 0 ? 'nothing is ordered' : 'ordered for what it owes, and for what such items still sold'}; ${level} ${orderQuantity === 0 ? 'at the reorder point' : 'below the reorder point'} ${amount(reorderPoint)}${orderQuantity === 0 ? ' or above' : ''}`;
  if (orderQuantity === 0)
    return `${level} at the reorder point ${amount(reorderPoint)} or above: ${percent(plan.stockoutProbability)} chance of running out within ${cover}`;
  if (plan.stockoutProbabilityBeforeArrival >= likely)
    return `runs out${when}, before an order placed now arrives (${percent(plan.stockoutProbabilityBeforeArrival)} likely): order at once and hurry what is due; ${short}`;
  return `${level} below the reorder point ${amount(reorderPoint)}: ${percent(plan.stockoutProbability)} chance of running out within ${cover}${plan.stockoutProbability >= likely ? when : ''}; ${short}`;
}

const quietText = {
  ended: 'its demand seems to have ended',
  silent: 'no row of it has come for longer than its own rows explain, and it is taken as ended',
} as const;

function amount(value: number): string {
  const digits = Number.isInteger(value) || Math.abs(value) >= 100 ? 0 : 1;
  return value.toFixed(digits);
}

function percent(share: number): string {
  return share > 0 && share < 0.01 ? 'under 1 %' : `${Math.round(100 * share)} %`;
}
