// What a drift may cost: how much larger errors are in the series that have changed × their prices, over one horizon.

import { covariateAt, type DriftCost, type Panel } from '../../core/index.ts';
import { errorCost } from '../../forecasting/drift/index.ts';
import type { PriceColumn } from '../series/index.ts';
import { demandCell, type Expecting, expectedOf } from './watched-cells.ts';

/** Mean absolute error of the forecasts that were served for a series and period; NaN = none has met its demand. */
export type ErrorAt = (s: number, period: number) => number;

export interface CostAsked {
  readonly panel: Panel;
  readonly price: PriceColumn | null;
  /** Series that have changed. */
  readonly members: readonly number[];
  readonly from: number;
  readonly to: number;
  readonly steps: number;
  readonly expecting: Expecting;
  /** Null = none were served. */
  readonly errorAt: ErrorAt | null;
}

/** Windows before that say what a price was: one that has itself drifted says nothing of worth. */
const priceWindows = 4;
/** Share of the periods, on each side, that must have errors of forecasts. */
const periodsKnown = 0.6;
const memoryMost = 0.9;

/** Cost: O(members × periods) */
export function costOf(asked: CostAsked): DriftCost {
  const { panel, price, members, from, to, steps } = asked;
  const window = to - from + 1;
  const prices = members.map((s) =>
    priceOf(panel, price, { s, from: from - priceWindows * window, to: from - 1 }),
  );
  const priced = members.flatMap((s, i) =>
    Number.isFinite(prices[i]) ? [{ s, price: prices[i] as number }] : [],
  );
  const unknown = (because: string): DriftCost => ({
    status: 'unknown',
    because,
    errorsOf: null,
    series: priced.length,
    steps,
  });
  if (price === null) return unknown('no price column: name it in the settings, `columns.price`');
  if (members.length === 0) return unknown('no series has changed by as much as matters');
  if (priced.length === 0)
    return unknown(`none of the series that have changed has a price in ${price.name}`);
  for (const { errorsOf, errorAt } of sourcesOf(asked)) {
    const before = blockOf(priced, errorAt, { from: from - window, to: from - 1 });
    const now = blockOf(priced, errorAt, { from, to });
    if (before.share < periodsKnown || now.share < periodsKnown) continue;
    const found = errorCost({ before, now, forecasts: priced.length * steps, price: 1 });
    if (found.status === 'unknown') return unknown(found.because);
    const { cost: amount, between, isSure } = found;
    return { status: 'ok', amount, between, isSure, errorsOf, series: priced.length, steps };
  }
  return unknown('too little demand is known on one side to tell errors by');
}

/** What was served, else what repeating the usual would have missed by. */
function sourcesOf({ panel, expecting, from, to, errorAt }: CostAsked): {
  errorsOf: 'forecasts' | 'expected';
  errorAt: ErrorAt;
}[] {
  const cell = demandCell(panel);
  const window = to - from + 1;
  const usual: ErrorAt = (s, period) =>
    Math.abs(
      cell(s, period) -
        expectedOf(cell, { s, period, before: period >= from ? from : from - window }, expecting),
    );
  const served = errorAt === null ? [] : [{ errorsOf: 'forecasts' as const, errorAt }];
  return [...served, { errorsOf: 'expected', errorAt: usual }];
}

/** Mean over its periods of the mean over series of error × price, and how far it may be off. */
function blockOf(
  priced: readonly { readonly s: number; readonly price: number }[],
  errorAt: ErrorAt,
  { from, to }: { readonly from: number; readonly to: number },
): { mean: number; sd: number; share: number } {
  const means: number[] = [];
  for (let period = from; period <= to; period++) {
    let [sum, count] = [0, 0];
    for (const { s, price } of priced) {
      const error = errorAt(s, period);
      if (!Number.isFinite(error)) continue;
      sum += error * price;
      count++;
    }
    if (count > 0) means.push(sum / count);
  }
  const n = means.length;
  const mean = means.reduce((sum, value) => sum + value / n, 0);
  const variance = means.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, n - 1);
  let together = 0;
  for (let i = 1; i < n; i++) together += ((means[i] as number) - mean) * ((means[i - 1] as number) - mean);
  const memory = variance > 0 ? Math.min(memoryMost, Math.max(0, together / (n * variance))) : 0;
  const sd = Math.sqrt((variance / n) * ((1 + memory) / (1 - memory)));
  return { mean, sd: n > 1 ? sd : Number.POSITIVE_INFINITY, share: n / (to - from + 1) };
}

function priceOf(
  { covariates, series }: Panel,
  price: PriceColumn | null,
  at: { readonly s: number; readonly from: number; readonly to: number },
): number {
  if (covariates === undefined || price === null || series[at.s] === undefined) return Number.NaN;
  if (price.kind === 'fixed')
    return covariates.fixed.find(({ name }) => name === price.name)?.values[at.s] ?? Number.NaN;
  const column = covariates.varying.find(({ name }) => name === price.name);
  if (column === undefined || column.labels !== null) return Number.NaN;
  let [sum, count] = [0, 0];
  for (let period = at.from; period <= at.to; period++) {
    const value = covariateAt(covariates, column, { series: at.s, period });
    if (!(value >= 0)) continue;
    sum += value;
    count++;
  }
  return count === 0 ? Number.NaN : sum / count;
}
