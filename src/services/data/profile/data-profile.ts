// What a table of demand looks like as a whole, as a planner asks: how much, since when, of which kind, what is suspicious. Small
// whatever the table: series are counted, and a few are kept as examples and pictures.

import type { DemandClass, SuspicionKind } from '../../../forecasting/evaluate/index.ts';
import type { NewestPeriod } from './newest-period.ts';

/** `look-alike`: one of several ids that people take for the same. `dominant`: most of the demand is of this one. */
export type SuspectKind = SuspicionKind | 'look-alike' | 'dominant';

export interface SuspectGroup {
  readonly kind: SuspectKind;
  /** How many. */
  readonly series: number;
  /** The first few, by demand; each with what was seen. */
  readonly examples: readonly { readonly seriesId: string; readonly reason: string }[];
}

/** A history in at most `pointsMax` points. */
export interface SeriesPicture {
  readonly seriesId: string;
  /** Why it is shown: a suspicion, `largest`, or `sample`. */
  readonly because: SuspectKind | 'largest' | 'sample';
  readonly demandClass: DemandClass;
  readonly demand: number;
  /** Of its last 4,096 periods. */
  readonly first: string;
  readonly last: string;
  readonly periodsPerPoint: number;
  /** Mean known demand of a period; null = unknown. */
  readonly values: readonly (number | null)[];
  /** The point that a suspicion is about; null = none, or all of them. */
  readonly mark: number | null;
}

export interface DataProfile {
  readonly series: number;
  readonly first: string | null;
  readonly last: string | null;
  /** Known demand in all, of series and periods. */
  readonly demand: number;
  readonly classes: readonly {
    readonly demandClass: DemandClass;
    readonly series: number;
    readonly demand: number;
  }[];
  /** Null without rows. */
  readonly newest: NewestPeriod | null;
  /** Series with a suspicion of their own: not counting `look-alike` and `dominant`. */
  readonly suspects: number;
  readonly suspicious: readonly SuspectGroup[];
  readonly concentration: {
    /** So many series have half of the demand. */
    readonly seriesForHalf: number;
    /** The share of the demand that the largest of the series have: entry i is of the share i ÷ (n − 1) of them. */
    readonly curve: readonly number[];
    readonly largest: { readonly seriesId: string; readonly share: number } | null;
  };
  /** Demand and series with a row per period, the mean of `periodsPerPoint` periods each. */
  readonly timeline: {
    readonly periodsPerPoint: number;
    readonly points: readonly { readonly first: string; readonly demand: number; readonly series: number }[];
  };
  /** Series with any demand. */
  readonly selling: number;
  /** Interval between demands and variation of their sizes: of those that sell, or of some drawn by a hash of their ids. */
  readonly kinds: readonly {
    readonly adi: number;
    readonly cv2: number;
    readonly demandClass: DemandClass;
  }[];
  /** In words: which series are in `pictures`. */
  readonly sampleRule: string;
  readonly pictures: readonly SeriesPicture[];
}
