// A table on its way between threads: what is asked of the worker and what comes back.

import type { Dialect, Project, TimeGrid } from '../../../core/index.ts';
import type { QuarantineCode, QuarantinedRow } from '../rows/quarantine-codes.ts';
import type { SourceLimits } from './source-kind.ts';

/** What to do with rows of one series and the same time that have different values; `quarantine` sets them aside, as a project does. */
export type TableConflictRule = 'error' | 'last' | 'sum' | 'quarantine';

/** Known ahead, known afterwards, or fixed per series: see `core/covariates.ts`. */
export type ExtraRole = 'known' | 'past' | 'static';

/** A column brought along, one entry per row of the table. */
export type ExtraColumn = { readonly name: string; readonly role: ExtraRole } & (
  | { readonly kind: 'number'; readonly values: Float64Array | Float32Array }
  | { readonly kind: 'text'; readonly codes: Int32Array; readonly labels: readonly string[] }
);

export interface Table {
  readonly grid: TimeGrid;
  /** Ascending. */
  readonly seriesIds: readonly string[];
  /** Shape [series + 1]: rows of series i are offsets[i] to offsets[i + 1]. */
  readonly offsets: Int32Array;
  /** Shape [rows], ascending and without repetition in each series. */
  readonly periods: Int32Array;
  /** Shape [rows], in units; NaN where the cell was empty. Of a stock-out what was sold: a lower bound of demand. */
  readonly values: Float64Array;
  /** Shape [rows], `ObservationStatus`; null without a stock-out column: observed where finite, missing where NaN. */
  readonly status: Uint8Array | null;
  /** Shape [rows]: 1 = test; null without a split column. */
  readonly test: Uint8Array | null;
  /** The last time of a row with known demand, of the newest periods only. */
  readonly lastInstants: ReadonlyMap<number, number>;
  /** NaN and code -1 where the cell was empty. */
  readonly extras: readonly ExtraColumn[];
  readonly rows: {
    /** In the file. */
    readonly read: number;
    /** Left after the filter, those refused not counted. */
    readonly kept: number;
    /** Left after the filter, and broken by a rule that `ingest` has too: the demand of their periods is unknown. */
    readonly refused: number;
    readonly refusedByCode: Readonly<Partial<Record<QuarantineCode, number>>>;
    /** The first few of them. */
    readonly problems: readonly QuarantinedRow[];
    /** Identical to another row: counted once. */
    readonly duplicates: number;
    /** Merged with another row of their period. */
    readonly merged: number;
    /** In the file, and without a row in the join file. */
    readonly unjoined: number;
  };
}

/** The options as the worker gets them. */
export interface ReadTableInput {
  readonly path: string;
  readonly series: readonly string[];
  readonly time: string;
  readonly target: string;
  readonly stockout: string | null;
  readonly grid: TimeGrid;
  readonly timezone: string;
  readonly split: string | null;
  readonly join: string | null;
  readonly where: string | null;
  readonly extras: readonly {
    readonly name: string;
    readonly role: ExtraRole;
    /** Its numbers are names. */
    readonly isCategory: boolean;
  }[];
  readonly keys: NonNullable<Project['keys']>;
  readonly nonNegative: boolean;
  readonly minValue: number | null;
  readonly maxValue: number | null;
  readonly conflicts: TableConflictRule;
  readonly dialect: Dialect | null;
  readonly limits: SourceLimits;
}
