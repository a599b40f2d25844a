// What a worker needs to take a file in, and what it finds.

import type { Project } from '../../../core/index.ts';
import type { AttributeRow } from '../../../storage/ports/index.ts';
import type { DataProfile } from '../profile/data-profile.ts';
import type { AheadRule } from '../rows/ahead-rule.ts';
import type { IngestCounts } from '../rows/ingest-result.ts';
import type { SeriesSummary } from '../rows/series-report.ts';
import type { ObservationArrays } from './observation-columns.ts';
import type { SourceLimits } from './source-kind.ts';
import type { EarlierRows, MetEarlier } from './words-task.ts';

export interface IngestFileInput {
  readonly path: string;
  /** As messages name it; absent = by its path. */
  readonly name?: string | undefined;
  readonly project: Project;
  /** UTC milliseconds. */
  readonly now: number;
  readonly limits: SourceLimits;
  readonly highs: {
    readonly ids: readonly string[];
    readonly high: Float64Array;
    readonly count: Float64Array;
    /** What is known of their units, `usualMax` values each, NaN = none; null = rows in another unit are not held back. */
    readonly units: {
      readonly values: Float64Array;
      /** Of which periods they are, as many. */
      readonly periods: Float64Array;
      readonly oldest: Float64Array;
      readonly suspects: Float64Array;
    } | null;
  };
  /** Rows of later periods also come back in memory, as they may be labels; null = none. Plans always do. */
  readonly tailAfter: number | null;
  /** The last period that is over, as the sender says; null = nothing is said, and it is looked at whether the newest is whole. */
  readonly saidThrough: number | null;
  /** The newest period of which the project has an observation; null without any. */
  readonly lastObserved: number | null;
  /** What is known of the project, to tell rows that are too far ahead; null = none is. */
  readonly ahead: (Omit<AheadRule, 'isKnown'> & { readonly ids: readonly string[] }) | null;
  /** What earlier batches brought, to be replaced or added to. */
  readonly earlier: EarlierRows;
  /** The contract looks at the file as the whole table, not as a part of it, and a profile of it is made. */
  readonly asTable: boolean;
  /** Where to write; null = check only. */
  readonly output: { readonly segment: string; readonly quarantine: string } | null;
  /** Rows of many senders, which say nothing about each other. */
  readonly mixed: boolean;
}

/** What a spreadsheet hides; a column that the project reads and the file has not; numbers that a spreadsheet has rounded. */
export interface FileNote {
  readonly kind: 'hidden' | 'no-column' | 'rounded';
  readonly message: string;
}

export interface IngestFileOutput extends IngestCounts {
  /** SHA-256 of the file's bytes as they were read. */
  readonly contentHash: string;
  /** One per series and period, those whose rows were all refused among them. */
  readonly segmentRows: number;
  /** The first and last period of any of them, refused ones and plans too; null = nothing was written. */
  readonly segmentSpan: { readonly min: number; readonly max: number } | null;
  readonly tail: ObservationArrays;
  readonly met: MetEarlier;
  /** Series ids of which one is in the file, and that look alike; the first groups, and how many there are. */
  readonly lookAlikes: { readonly groups: readonly (readonly string[])[]; readonly count: number };
  /** Series of the file that are called totals beside others: the first, and how many there are. */
  readonly totals: { readonly ids: readonly string[]; readonly count: number };
  /** What a person should know of the file beside its rows. */
  readonly notes: readonly FileNote[];
  /** What the rows say of their series, one per series. */
  readonly attributes: readonly AttributeRow[];
  readonly summary: SeriesSummary;
  /** From here on its rows are parts of periods that are not over; null = it has none. */
  readonly openFrom: number | null;
  /** Why the newest period is not whole; empty = nothing says so. */
  readonly unfinished: readonly string[];
  /** Of a file that is looked at as the whole table. */
  readonly profile?: DataProfile;
  /** The reporting groups of its series. */
  readonly groups: readonly string[];
}
