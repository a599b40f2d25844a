// Reports of drift: one per check, the newest of each project kept.

import type { EventData } from '../../core/index.ts';
import type { Json } from './json.ts';

/** A report without what it found of each column in full. */
export interface DriftReportHead {
  /** The job that made it. */
  readonly id: string;
  readonly project: string;
  /** UTC milliseconds. */
  readonly at: number;
  /** The newest period that was looked at. */
  readonly period: number;
  readonly verdict: string;
  /** What a list shows of it. */
  readonly summary: Json;
}

export interface DriftReportRecord extends DriftReportHead {
  readonly report: Json;
}

/** So many of a project are kept; older ones go when one more comes. */
export const driftReportsKept = 400;

export interface DriftStore {
  /**
   * Durable when it resolves, with the event that tells what is new in it, if anything is. A job that has left one leaves no second.
   * @returns false when it was there already
   */
  addDriftReport(record: DriftReportRecord, told: EventData['drift.detected'] | null): Promise<boolean>;
  /** Newest first. */
  driftReports(project: string, limit: number): Promise<DriftReportHead[]>;
  driftReport(project: string, id: string): Promise<DriftReportRecord | undefined>;
}
