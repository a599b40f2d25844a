// What wrong forecasts of a project are expected to cost over its horizon: price × expected absolute error, summed over its series.

import type { MoneyAtRisk } from '../../core/index.ts';
import type { SeriesTable } from './series-table.ts';
import { inSlices, type Pause } from './slices.ts';

/** Cost: O(series), in slices. */
export async function moneyAtRisk(table: SeriesTable, pause: Pause): Promise<MoneyAtRisk> {
  const { errors, prices, price, project } = table;
  const { horizonSteps } = project;
  const sums = { amount: 0, units: 0, series: 0, labels: 0, graded: 0, unpriced: 0, ungraded: 0 };
  await inSlices(pause, { count: table.ids.length }, (from, to) => {
    for (let i = from; i < to; i++) {
      const error = errors[i];
      if (error === undefined || error.n === 0) {
        sums.ungraded++;
        continue;
      }
      const units = (error.absolute / error.n) * horizonSteps;
      sums.graded++;
      sums.units += units;
      const perUnit = prices[i] as number;
      if (price !== null && Number.isNaN(perUnit) && units > 0) {
        sums.unpriced++;
        continue;
      }
      sums.series++;
      sums.labels += error.n;
      // No error costs nothing, whatever the price.
      if (price !== null && units > 0) sums.amount += units * perUnit;
    }
  });
  const reason = whyUnknown(table, sums);
  const { units, series, labels, unpriced, ungraded } = sums;
  return {
    column: price?.name ?? null,
    amount: reason === null ? sums.amount : null,
    reason,
    units: sums.graded > 0 ? units : null,
    horizonSteps,
    series: price === null ? 0 : series,
    labels: price === null ? 0 : labels,
    unpriced,
    ungraded,
  };
}

function whyUnknown(
  { price }: SeriesTable,
  { graded, series }: { readonly graded: number; readonly series: number },
): string | null {
  if (price === null) return 'no price column: name it in the settings, `columns.price`';
  if (graded === 0) return 'no forecast has met its demand yet';
  return series === 0 ? `no series has a price in ${price.name}` : null;
}
