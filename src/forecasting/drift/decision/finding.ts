// What goes into a check of drift, and what it says of each column.

import type { CategoryComparison } from '../samples/compare-categories.ts';
import type { NumberComparison } from '../samples/compare-numbers.ts';
import type { Categories } from '../samples/level-table.ts';
import type { Correction } from './corrections.ts';

/**
 * `drift`: evidence, and an effect that matters. `none`: neither is there, and it would have been seen. `expected`: a season or an event
 * explains it. `unknown`: too little data to tell.
 */
export type DriftVerdict = 'drift' | 'none' | 'expected' | 'unknown';

/** Both sides of a column, rows in the order of time where they have one. */
export type DriftColumn =
  | {
      readonly name: string;
      readonly kind: 'number';
      readonly reference: ArrayLike<number>;
      readonly current: ArrayLike<number>;
      /** The change of the column that matters, in the unit of its values. Absent = `effectMattersSd`. */
      readonly effectMatters?: number;
    }
  | {
      readonly name: string;
      readonly kind: 'category';
      readonly reference: Categories;
      readonly current: Categories;
    };

export interface DriftOptions {
  /** Bound on the share of false alarms over all columns and tests (default 0.04, so that 0.05 surely holds). */
  readonly falseAlarms?: number;
  /** How it is held over many tests (default `bh`). */
  readonly correction?: Correction;
  /** Effects from which a change matters, see `usualDriftOptions`. */
  readonly wassersteinPerSdMin?: number;
  readonly psiMin?: number;
  readonly totalVariationMin?: number;
  readonly newLevelShareMin?: number;
  /** The change that must be found with even chances, else the answer is `unknown`: in standard deviations (0.25) … */
  readonly effectMattersSd?: number;
  /** … and for categories as a share of rows (0.1, as much as a normal column's rows change by 0.25 of its deviation). */
  readonly effectMattersShare?: number;
  /** Whether rows may depend on those before them: `auto` looks (default); `no` is for rows that were shuffled. */
  readonly dependence?: 'auto' | 'yes' | 'no';
  /** Lags at which rows may depend on each other besides the first eight: 24 for hours. */
  readonly seasons?: readonly number[];
  readonly seed?: number;
}

export const usualDriftOptions: Required<DriftOptions> = {
  falseAlarms: 0.04,
  correction: 'bh',
  wassersteinPerSdMin: 0.1,
  psiMin: 0.1,
  totalVariationMin: 0.05,
  newLevelShareMin: 0.01,
  effectMattersSd: 0.25,
  effectMattersShare: 0.1,
  dependence: 'auto',
  seasons: [],
  seed: 1,
};

/** One test of a column. */
export interface TestFinding {
  readonly test: 'kolmogorov-smirnov' | 'chi-square' | 'new-levels';
  /** `rows`: of independent rows; `windows`: every window of the history as current. */
  readonly method: 'rows' | 'windows';
  readonly p: number;
  /** The first key. */
  readonly isEvidence: boolean;
  /** The second key. */
  readonly matters: boolean;
}

export interface ColumnFinding {
  readonly column: string;
  readonly kind: DriftColumn['kind'];
  readonly verdict: DriftVerdict;
  /** Why, as a sentence. */
  readonly because: string;
  /** Of the column's tests together, adjusted for all columns; null where there was none. */
  readonly pAdjusted: number | null;
  readonly tests: readonly TestFinding[];
  /** Smallest change found with even chances: in standard deviations, or as a share of rows. */
  readonly smallestEffect: number | null;
  /** The same of numbers, in the unit of the values. */
  readonly smallestShift: number | null;
  /** Current rows that the change which matters would need; null where it takes a longer reference. */
  readonly rowsNeeded: number | null;
  /** Share of the rows that count as independent ones. */
  readonly effectiveShare: number;
  /** Levels that appeared and vanished, if that is a finding. */
  readonly appeared: readonly string[];
  readonly vanished: readonly string[];
  /** Every other figure of the column. */
  readonly comparison: NumberComparison | CategoryComparison;
}

export interface DriftReport {
  readonly verdict: DriftVerdict;
  /** In the order given. */
  readonly columns: readonly ColumnFinding[];
  /** Columns that were tested together. */
  readonly tests: number;
  /** Share of the columns that drifted. */
  readonly driftedShare: number;
}
