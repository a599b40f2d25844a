// What a check of drift leaves: plain data, stored as JSON.

import type { DataFault, DriftAnswer, DriftColumnRecord, DriftSummary } from '../../core/index.ts';
import type { PastConcept } from './change-kind.ts';

export interface DriftCheck {
  /** The window that was looked at. */
  readonly from: number;
  readonly to: number;
  /** First period of the recent reference, which ends before the window. */
  readonly recentFrom: number;
  readonly verdict: DriftAnswer;
  readonly series: number;
  /** Columns that were weighed together, and the share of such checks that may alarm without a change. */
  readonly tests: number;
  readonly falseAlarms: number;
  readonly columns: readonly DriftColumnRecord[];
  /** What columns once were, for it to be known when they are so again; absent in checks of old. */
  readonly concepts?: readonly PastConcept[];
  readonly faults: readonly DataFault[];
  /** What was left out, and why. */
  readonly notes: readonly string[];
}

export function summaryOf({ columns, faults }: DriftCheck): DriftSummary {
  return {
    cells: columns.map(({ column, group, verdict, recent, season, confirmed }) => ({
      column,
      group,
      verdict,
      recent: recent.verdict,
      season: season?.verdict ?? null,
      confirmed,
    })),
    faults: faults.map(({ kind, column, group, since }) => ({ kind, column, group, since })),
  };
}
