// A series: one demand history on the time grid, with the three kinds of "nothing" kept apart.

import type { Covariates } from './covariates.ts';
import type { TimeGrid } from './period.ts';

/** What is known about one period of a series. */
export const ObservationStatus: {
  /** The value is the demand; zero means that nobody wanted any. */
  readonly observed: 0;
  /** No value arrived: the demand is unknown. */
  readonly missing: 1;
  /** Nothing (or too little) was on the shelf: the demand was at least the value, and is unknown. */
  readonly stockout: 2;
  /** The row says nothing of demand: it brings what is known ahead, such as a planned price. No part of a history. */
  readonly plan: 3;
  /**
   * A row came for the period and was refused: the demand is unknown until another row says it. Of several words on one
   * period this one never wins, whichever came first, and it is no accepted row.
   */
  readonly refused: 4;
  /** The rows of the period were taken back, and no other speaks of it: the demand is unknown, as if none had come. */
  readonly withdrawn: 5;
} = { observed: 0, missing: 1, stockout: 2, plan: 3, refused: 4, withdrawn: 5 };

export type ObservationStatus = (typeof ObservationStatus)[keyof typeof ObservationStatus];

/** Does a row with this status say that its series has reported the period? Such rows begin, end and close histories. */
export function isReport(status: number | undefined): boolean {
  return (
    status !== ObservationStatus.plan &&
    status !== ObservationStatus.refused &&
    status !== ObservationStatus.withdrawn
  );
}

export interface Series {
  /** Unique in its panel. Composite keys are joined by `seriesIdOf`. */
  readonly id: string;
  /** Period of `values[0]`. */
  readonly start: number;
  /** Demand per period in the user's unit, without holes; NaN = unknown (missing or stock-out). */
  readonly values: Float64Array;
  /** One `ObservationStatus` per value; absent = observed where finite, missing where NaN. */
  readonly status?: Uint8Array;
}

export interface Panel {
  readonly grid: TimeGrid;
  readonly series: readonly Series[];
  /** Absent = nothing is known beside demand. */
  readonly covariates?: Covariates;
}

/** Joins a composite key into one id: parts by `/`, with `/` and `%` in a part escaped as in a URL; no parts = `all`. */
export function seriesIdOf(parts: readonly string[]): string {
  if (parts.length === 0) return 'all';
  if (parts.length === 1) return parts[0] as string;
  return parts.map((part) => part.replaceAll('%', '%25').replaceAll('/', '%2F')).join('/');
}

/** The inverse of `seriesIdOf`. @param count parts that the ids are made of */
export function seriesPartsOf(id: string, count: number): string[] {
  if (count <= 1) return [id];
  return id.split('/').map((part) => part.replaceAll('%2F', '/').replaceAll('%25', '%'));
}

/** The last period of a series. */
export function lastPeriod(series: Series): number {
  return series.start + series.values.length - 1;
}
