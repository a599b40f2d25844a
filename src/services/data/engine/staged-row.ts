// What staged rows are, wherever they are kept: see `staged-rows.ts`.

/** A plan by a row that has no target field, and so stays one whatever its period. */
export const silentPlan = 255;

/** One row; reused, its cells are not. */
export interface StagedRow {
  /** Into the ids of the file. */
  series: number;
  period: number;
  instant: number;
  /** In the file, from 1. */
  row: number;
  /** NaN = unknown. */
  value: number;
  /** Or `silentPlan`. */
  status: number;
  /** Covariates; null where the project has none. */
  cells: Float64Array | null;
}

/** The staged rows, when all are there. Refused rows and plans say nothing of demand, all others do. */
export interface StagedSource {
  readonly rows: number;
  /** The first and last period of any row; there must be one. */
  span(): Promise<{ min: number; max: number }>;
  /** The periods that rows say something of, ascending; only those after `known` where it is not null. */
  periods(known: number | null): Promise<number[]>;
  /** How many rows of each series say something, of `from` and later. */
  rowsBySeries(from: number): Promise<ReadonlyMap<number, number>>;
  /**
   * Takes out all rows of `from` and later that are no plans.
   * @param how.isMarked instead, they become refused ones
   * @returns the numbers of those that were not refused before, ascending
   */
  takeOut(from: number, how: { readonly isMarked: boolean }): Promise<number[]>;
  /** The newest period that a row says something of, or a plan of `plansThrough` and earlier is for; −∞ without any. */
  newest(plansThrough: number): Promise<number>;
  /** The latest instant of a row that says something, by period, of the `periodsMax` newest such periods. */
  lastInstants(periodsMax: number): Promise<ReadonlyMap<number, number>>;
  /** Visits every row by the rank of its series, period, instant and number. @param rank by series, shape [series] */
  each(rank: Int32Array, visit: (row: StagedRow) => void): Promise<void>;
}
