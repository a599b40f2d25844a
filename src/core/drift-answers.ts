// What is answered of checks of drift, whatever door it is asked through. Types only.

/** See `forecasting/drift`. */
export type DriftAnswer = 'drift' | 'none' | 'expected' | 'unknown';

/** One reference beside the window. */
export interface DriftSide {
  readonly verdict: DriftAnswer;
  readonly because: string;
  /** Periods of numbers, rows of categories, that say something. */
  readonly nReference: number;
  readonly nCurrent: number;
  readonly pAdjusted: number | null;
  /** Smallest change found with even chances, in `effectUnit`; null = none would be. */
  readonly smallestEffect: number | null;
  /** Shares of the level, standard deviations of the column, or shares of rows. */
  readonly effectUnit: 'level' | 'sd' | 'rows';
  /** Medians of numbers, in what `scale` of the column says; null for categories and where a side is empty. */
  readonly medianReference: number | null;
  readonly medianCurrent: number | null;
  /** The two distributions: bins between edges, or levels, with the share of each side in them; null where a side is empty. */
  readonly shares: DriftShares | null;
}

export interface DriftShares {
  /** Of bins: one fewer than shares, open at both ends. Null for levels. */
  readonly edges: readonly number[] | null;
  /** Of levels, the most frequent first. Null for bins. */
  readonly levels: readonly string[] | null;
  readonly reference: readonly number[];
  readonly current: readonly number[];
}

export interface DriftColumnRecord {
  /** The target or a column beside it. */
  readonly column: string;
  /** Of demand: the group of series; null = all of them. */
  readonly group: string | null;
  readonly kind: 'number' | 'category';
  /**
   * `usual`: values as multiples of the usual level of their series; `mean`: means over series. Of the season, numbers are differences from the year
   * before: in logarithms for `usual`. Null for categories.
   */
  readonly scale: 'usual' | 'mean' | null;
  readonly verdict: DriftAnswer;
  readonly because: string;
  readonly decidedBy: 'recent' | 'season';
  /** Share of series and periods of the window that say something. */
  readonly coverage: number;
  /** Drift in two of the last three checks that could tell. */
  readonly confirmed: boolean;
  /** The last checks that could tell, the newest last: drift or not. */
  readonly lately: readonly boolean[];
  readonly recent: DriftSide;
  /** Null where no year before is known. */
  readonly season: DriftSide | null;
}

export type DataFaultKind = 'dead' | 'unit' | 'constant' | 'vanished';

/** What is wrong with the data itself, whatever chance may do. */
export interface DataFault {
  readonly kind: DataFaultKind;
  readonly column: string;
  readonly group: string | null;
  readonly because: string;
  /** First period of it. */
  readonly since: number;
  /** Periods of the window that have it. */
  readonly periods: number;
}

/** What a list of checks shows of each. */
export interface DriftSummary {
  readonly cells: readonly {
    readonly column: string;
    readonly group: string | null;
    readonly verdict: DriftAnswer;
    readonly recent: DriftAnswer;
    readonly season: DriftAnswer | null;
    readonly confirmed: boolean;
  }[];
  readonly faults: readonly Pick<DataFault, 'kind' | 'column' | 'group' | 'since'>[];
}

/** A check as a list shows it. */
export interface ShownDriftCheck extends DriftSummary {
  /** Of the job that made it. */
  readonly id: string;
  /** ISO 8601. */
  readonly at: string;
  /** The newest period that was looked at. */
  readonly through: string;
  readonly verdict: DriftAnswer;
}

/** A check in full, with its periods as everybody writes them. */
export interface ShownDriftReport {
  readonly id: string;
  readonly at: string;
  /** The window that was looked at, and the recent reference. */
  readonly from: string;
  readonly to: string;
  readonly recentFrom: string;
  readonly recentTo: string;
  readonly verdict: DriftAnswer;
  readonly series: number;
  /** Columns that were weighed together, and the share of such checks that may alarm without a change. */
  readonly tests: number;
  readonly falseAlarms: number;
  readonly columns: readonly DriftColumnRecord[];
  readonly faults: readonly (Omit<DataFault, 'since'> & { readonly since: string })[];
  /** What was left out, and why. */
  readonly notes: readonly string[];
}
