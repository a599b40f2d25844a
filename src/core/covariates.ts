// What is known beside demand: prices, promotions, events, attributes. Flat columns, one number per cell: a category is
// its code. Histories and covariates share the time grid; covariates known ahead reach past the history's end.

import { assert } from './assert.ts';

/**
 * A column that changes over time. `known` = its future is known when a forecast is made (planned price, holiday);
 * `past` = it is only known up to the last observed period (visitors, weather): no forecast may look at it later.
 */
export interface VaryingCovariate {
  readonly name: string;
  readonly role: 'known' | 'past';
  /** Of a category, the text of each code; null for a number. */
  readonly labels: readonly string[] | null;
  /**
   * What a period without a row was given: `shared` = what the other series say of it, `last` = what the series had last, up
   * to the end of its history. Absent = nothing, it is unknown.
   */
  readonly fill?: 'shared' | 'last';
  /** Shape [rows], see `Covariates.begins`; NaN = unknown. */
  readonly values: Float32Array;
}

/** A column that belongs to the series: store type, category, size. */
export interface StaticCovariate {
  readonly name: string;
  readonly labels: readonly string[] | null;
  /** Shape [series]; NaN = unknown. */
  readonly values: Float32Array;
}

/** What is known of one series, or of it in one period, by column: numbers, and the text of categories. Absent = unknown. */
export type CovariateValues = Readonly<Record<string, number | string>>;

/** Covariates of a panel, by the panel's series index. */
export interface Covariates {
  /**
   * Shape [series + 1]: rows `begins[s]` … `begins[s + 1] − 1` of each varying column belong to series s. The first is of
   * period `starts[s]`, then one per period without holes. They may begin before the history and reach past its end; a
   * period outside them is unknown.
   */
  readonly begins: Int32Array;
  /** Period of the first row of each series, shape [series]; usually the history's start. */
  readonly starts: Int32Array;
  readonly varying: readonly VaryingCovariate[];
  readonly fixed: readonly StaticCovariate[];
}

/** The value of a varying column for a series and period; NaN = unknown. Cost: O(1). */
export function covariateAt(
  covariates: Covariates,
  column: VaryingCovariate,
  at: { readonly series: number; readonly period: number },
): number {
  const begin = covariates.begins[at.series];
  const end = covariates.begins[at.series + 1];
  assert(begin !== undefined && end !== undefined, `series ${at.series} has covariates`);
  const row = begin + at.period - (covariates.starts[at.series] as number);
  return row >= begin && row < end ? (column.values[row] as number) : Number.NaN;
}

/**
 * The covariates of some of a panel's series, in the given order; rows are copied unless all series stay as they are.
 * @param series indices into the panel. Cost: O(rows kept).
 */
export function covariatesOf(covariates: Covariates, series: readonly number[]): Covariates {
  const { begins, starts, varying, fixed } = covariates;
  if (series.length === starts.length && series.every((s, i) => s === i)) return covariates;
  const kept = new Int32Array(series.length + 1);
  for (const [i, s] of series.entries()) {
    kept[i + 1] = (kept[i] as number) + (begins[s + 1] as number) - (begins[s] as number);
  }
  const pick = (values: Float32Array): Float32Array => {
    const picked = new Float32Array(kept[series.length] as number);
    for (const [i, s] of series.entries()) picked.set(values.subarray(begins[s], begins[s + 1]), kept[i]);
    return picked;
  };
  return {
    begins: kept,
    starts: Int32Array.from(series, (s) => starts[s] as number),
    varying: varying.map((column) => ({ ...column, values: pick(column.values) })),
    fixed: fixed.map((column) => ({
      ...column,
      values: Float32Array.from(series, (s) => column.values[s] as number),
    })),
  };
}
