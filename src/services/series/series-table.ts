// All series of a project at one moment, in columns: who they are, how they stand, what they are worth and how wrong their forecasts
// were, with the orders that they can be listed in. Made once, then never changed.

import type { CovariateValues, Project, SeriesOrder, SeriesState } from '../../core/index.ts';
import type { AbcClass, XyzClass } from '../../forecasting/evaluate/index.ts';
import type { SeriesErrors } from '../monitor/index.ts';
import type { PriceColumn } from './price-column.ts';

export type { SeriesOrder, SeriesState };

export const seriesStates: readonly SeriesState[] = ['active', 'new', 'ended', 'silent'];

export const seriesOrders: readonly SeriesOrder[] = ['id', 'error', 'value', 'valueAdded'];

/** Periods, inclusive. */
export interface PeriodRange {
  readonly from: number;
  readonly to: number;
}

/** Arrays of shape [series], ascending by id; NaN = unknown. */
export interface SeriesTable {
  readonly project: Project;
  /** Another one for each table of this process. */
  readonly revision: number;
  readonly at: number;
  readonly batchSeq: number;
  /** Null = nothing is trained. */
  readonly version: { readonly id: string; readonly number: number } | null;
  /** Of the value; null = there is no period yet. */
  readonly window: PeriodRange | null;
  readonly price: PriceColumn | null;
  /** Of the forecasts graded; null = none was. */
  readonly graded: PeriodRange | null;
  /** Series that were too many to be graded one by one. */
  readonly ungraded: number;
  readonly ids: readonly string[];
  readonly attributes: readonly (CovariateValues | undefined)[];
  /** Id and attributes in lower case, to be searched. */
  readonly texts: readonly string[];
  /** Index into `seriesStates`. */
  readonly states: Uint8Array;
  readonly first: Float64Array;
  readonly newest: Float64Array;
  /** Periods of the window whose demand is known, zero where the gap rule says so. */
  readonly periods: Float64Array;
  readonly units: Float64Array;
  readonly prices: Float64Array;
  readonly amounts: Float64Array;
  readonly variations: Float64Array;
  readonly abc: readonly (AbcClass | null)[];
  readonly xyz: readonly (XyzClass | null)[];
  readonly errors: readonly (SeriesErrors | undefined)[];
  /** Σ|f − y| in money, or in units without a price column. */
  readonly errorAmounts: Float64Array;
  readonly valuesAdded: Float64Array;
  /** Periods that the newest forecasts are for, and the same of last year; null = there are none, or no years. */
  readonly ahead: { readonly range: PeriodRange; readonly lastYear: PeriodRange } | null;
  /** Units that are forecast for all of `ahead.range`, and that were sold in all of `ahead.lastYear`. */
  readonly unitsAhead: Float64Array;
  /** The forecasts behind it, by series, shape [horizon] each. */
  readonly meansAhead: ReadonlyMap<string, Float64Array>;
  readonly unitsLastYear: Float64Array;
  /** Σ of `amounts`. */
  readonly amount: number;
  readonly orders: Readonly<Record<SeriesOrder, Order>>;
}

/** The series by one of their figures. */
export interface Order {
  /** Those of which the figure is known, in their order; then the others by id. */
  readonly places: Uint32Array;
  /** How many are known. */
  readonly known: number;
  /** Does the largest come first? */
  readonly descends: boolean;
}

/** The figure that an order goes by; of `id` the place itself. */
export function figuresOf(table: SeriesTable, order: SeriesOrder): Float64Array | null {
  switch (order) {
    case 'error':
      return table.errorAmounts;
    case 'value':
      return table.amounts;
    case 'valueAdded':
      return table.valuesAdded;
    default:
      return null;
  }
}

/** Place of a series; −1 = there is none of that id. Cost: O(log series). */
export function placeOf({ ids }: Pick<SeriesTable, 'ids'>, seriesId: string): number {
  let [low, high] = [0, ids.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const found = ids[middle] as string;
    if (found === seriesId) return middle;
    if (found < seriesId) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}
