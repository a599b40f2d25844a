// The drivers of a forecast that have any part in it, the largest first.

import type { Driver, SeriesExplanation } from '../../api.ts';

export type Drivers = readonly {
  readonly driver: Driver;
  readonly values: readonly number[];
  readonly total: number;
}[];

/** undefined = the model says of none; its statement says why. */
export function driversOf({ steps, total }: Pick<SeriesExplanation, 'steps' | 'total'>): Drivers | undefined {
  if (total.drivers === null) return undefined;
  const all = Object.entries(total.drivers).map(([driver, sum]) => ({
    driver: driver as Driver,
    values: steps.map(({ drivers }) => drivers?.[driver as Driver] ?? 0),
    total: sum,
  }));
  const weight = ({ values }: { values: readonly number[] }): number =>
    values.reduce((sum, value) => sum + Math.abs(value), 0);
  return all.filter((one) => weight(one) > 0).sort((a, b) => weight(b) - weight(a));
}
