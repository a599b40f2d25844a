// What `evaluate FILE` is asked, and what it answers.

import type { Dialect, Frequency, GapRule, GbdtParams, HolidayCalendar, Project } from '../../core/index.ts';
import type { ScaleFrom } from '../../forecasting/evaluate/index.ts';
import type { ReconcileMethod } from '../../forecasting/hierarchy/index.ts';
import type { Table, TableConflictRule, TableOptions } from '../data/index.ts';
import type { HierarchyEvaluation } from './evaluate-hierarchy.ts';
import type { Evaluation, ScoredForecast } from './evaluate-panel.ts';
import type { HierarchyWindow } from './hierarchy-window.ts';
import type { Stockouts } from './hold-back.ts';

export interface EvaluateFileOptions {
  readonly path: string;
  /** Columns that together name the series; [] = all rows are one. */
  readonly series: readonly string[];
  readonly time: string;
  readonly target: string;
  /** Column that says yes (`1`, `true`, `yes`) where the item was out of stock: demand is neither learnt there nor scored. */
  readonly stockout?: string | undefined;
  readonly frequency: Frequency;
  /** The settings of a project that say what a period is, and whose holidays there are. */
  readonly weekStart?: number | undefined;
  readonly workdays?: TableOptions['workdays'] | undefined;
  readonly fiscalYear?: TableOptions['fiscalYear'] | undefined;
  readonly timezone?: string | undefined;
  readonly calendar?: HolidayCalendar | undefined;
  readonly horizon: number;
  /** Default: the frequency's natural season; [1] or [] = none. */
  readonly seasons?: readonly number[] | undefined;
  /** Default: the first season. */
  readonly maseSeason?: number | undefined;
  /** From where MASE is scaled; default the first sale. */
  readonly maseFrom?: ScaleFrom | undefined;
  /** Column that says `train` or `test`; else the last horizon of each series is held back. */
  readonly split?: string | undefined;
  readonly folds?: number | undefined;
  /** Test windows, the newest first, that are neither scored nor looked at; default none. */
  readonly newestPassed?: number | undefined;
  readonly gaps?: GapRule | undefined;
  /** The last period that is over, as people write it: rows of later ones are no part of the history. */
  readonly closedThrough?: string | undefined;
  /** UTC milliseconds: a period that is not over by the clock is unfinished. Absent = the clock is not asked. */
  readonly now?: number | undefined;
  /**
   * Rows of one series and time with different values: `error` (default), `last`, `sum`, which adds up equal ones too, or
   * `quarantine`: those of a period are set aside, and its demand is unknown.
   */
  readonly conflicts?: TableConflictRule | undefined;
  /** How the file is written. */
  readonly dialect?: Dialect | undefined;
  readonly join?: string | undefined;
  readonly where?: string | undefined;
  readonly known?: readonly string[] | undefined;
  readonly past?: readonly string[] | undefined;
  readonly static?: readonly string[] | undefined;
  /** Those of these columns that are categories though they hold numbers. */
  readonly categories?: readonly string[] | undefined;
  /** Keys that look alike are one series (`fold`). */
  readonly keys?: Project['keys'] | undefined;
  /** Rows with values beyond these are refused. */
  readonly minValue?: number | null | undefined;
  readonly maxValue?: number | null | undefined;
  /** Demand cannot be below zero: such rows are refused, forecasts clipped. Absent = no row is refused, and they are clipped where none is below. */
  readonly nonNegative?: boolean | undefined;
  /** What is set of the model over all series. */
  readonly gbdt?: GbdtParams | undefined;
  /** Groupings by series columns and attributes whose totals are forecast and scored too, see `parseGroupings`. */
  readonly hierarchy?: readonly string[] | undefined;
  readonly models?: 'auto' | readonly string[] | undefined;
  readonly levels?: readonly number[] | undefined;
  /** Worker threads for panels that are worth it. */
  readonly threads: number;
  readonly onProgress?: ((fraction: number, message: string) => void) | undefined;
  /** With a hierarchy: the reconciled forecasts of all totals and series, else those of the series. */
  readonly onForecast?: ((forecast: ScoredForecast, grid: Table['grid']) => void) | undefined;
  /** With a hierarchy: what to reconcile by, see `evaluateHierarchy`. */
  readonly reconcile?: ReconcileMethod | undefined;
  /** With a hierarchy: see `evaluateHierarchy`. */
  readonly onWindow?: ((window: HierarchyWindow) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface FileEvaluation extends Evaluation {
  /** Rows used, after the filter. */
  readonly rows: number;
  /** Rows that break a rule that `ingest` has too: the demand of their periods is unknown. */
  readonly refused: Pick<Table['rows'], 'refusedByCode' | 'problems'> & { readonly rows: number };
  readonly horizon: number;
  readonly seasons: readonly number[];
  readonly maseSeason: number;
  /** With a stock-out column: periods whose demand is unknown, as the item was out of stock. */
  readonly stockouts?: Stockouts;
  /** With groupings: how good the totals are. */
  readonly hierarchy?: HierarchyEvaluation;
  /** What a reader of the figures should know, in sentences. */
  readonly notes: readonly string[];
}
