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

/** `unknown`: something has changed, of which kind cannot be told. */
export type ChangeKind = 'sudden' | 'gradual' | 'incremental' | 'recurring' | 'unknown';

/** What a drift is: of which kind, since when, where, and what it may cost. `Period` is a number where it is kept, and a label where it is shown. */
export interface DriftChange<Period = number> {
  /** Place among the drifts of this check: 1 may cost most; those of unknown cost come last, the clearest first. */
  readonly rank: number;
  readonly kind: ChangeKind;
  /** Why the kind, or when it began, is unknown; null where both are known. */
  readonly kindBecause: string | null;
  /** First period of it, and between which it lies with 95 %; null = unknown. */
  readonly began: Period | null;
  readonly beganBetween: readonly [Period, Period] | null;
  /** From this period on all is new; null = it still goes on, or unknown. */
  readonly ended: Period | null;
  /** Recurring: since when it was so before; null = in no period that this check reads. */
  readonly wasSoSince: Period | null;
  /** Periods that the kind was sought in. */
  readonly n: number;
  /** Parts of the series that drive it, the clearest first. */
  readonly segments: readonly DriftSegment[];
  /** Why there are none; null where there are. */
  readonly segmentsBecause: string | null;
  readonly cost: DriftCost;
}

/** Series of one value of an attribute, or of a part of their names, and their part in a change. */
export interface DriftSegment {
  readonly attribute: string;
  /** Null = series of which the attribute is not known. */
  readonly value: string | null;
  /** Series in it, and in all. */
  readonly series: number;
  readonly seriesAll: number;
  /** Its part of the change, and of what is watched: of the volume for demand, of the series for all else. */
  readonly shareOfChange: number;
  readonly shareOfAll: number;
  /** Mean over its series: what was expected, and what came. Shares of rows whose level has become more frequent for categories. */
  readonly before: number;
  readonly now: number;
}

/** Errors now less errors before × price, over one horizon of the series it concerns. */
export type DriftCost = {
  /** `forecasts`: errors of what was served. `expected`: of repeating what was usual, where too few forecasts have met their demand. */
  readonly errorsOf: 'forecasts' | 'expected' | null;
  /** Series that it is counted over: those that have changed, and have a price. */
  readonly series: number;
  /** Steps of the horizon. */
  readonly steps: number;
} & (
  | {
      readonly status: 'ok';
      /** In what prices are in; below 0 = errors have become smaller. */
      readonly amount: number;
      /** With 95 %. */
      readonly between: readonly [number, number];
      /** Whether all of the interval is on one side of nothing. */
      readonly isSure: boolean;
    }
  | { readonly status: 'unknown'; readonly because: string }
);

export interface DriftColumnRecord<Period = number> {
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
  /** Of drift alone; null where there is none, or the check was made before it was told. */
  readonly change: DriftChange<Period> | null;
}

export type DataFaultKind = 'dead' | 'unit' | 'unlike' | 'constant' | 'vanished';

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
  readonly columns: readonly DriftColumnRecord<string>[];
  readonly faults: readonly (Omit<DataFault, 'since'> & { readonly since: string })[];
  /** What was left out, and why. */
  readonly notes: readonly string[];
}
