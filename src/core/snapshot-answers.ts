// What is answered of two snapshots, whatever door it is asked through. Types only.

/** What the second snapshot has that the first has not, and the other way round. */
export interface ShownSnapshotDiff {
  /** Ids. */
  from: string;
  to: string;
  rowsAdded: number;
  rowsRemoved: number;
  /** Series and periods in both, with another value or state. */
  corrections: number;
  /** The first of them, by series and period; a value is null where it is unknown. */
  correctionExamples: { series: string; period: string; before: number | null; after: number | null }[];
  seriesAdded: number;
  seriesRemoved: number;
  /** The first of them, by name. */
  seriesAddedExamples: string[];
  seriesRemovedExamples: string[];
  /** Batches in the second and not in the first; negative when it is the older one. */
  batchesAdded: number;
  /** The newest closed period of each. */
  periodMaxBefore: string;
  periodMaxAfter: string;
  /** Files, by their hashes. */
  segmentsAdded: string[];
  segmentsRemoved: string[];
}
