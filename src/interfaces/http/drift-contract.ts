// The API's types of checks of drift. Part of `contract.ts`, which is where to import them from.

import type { ShownDriftCheck, ShownDriftReport } from '../../core/index.ts';

export type DriftCheckView = ShownDriftCheck;
export type DriftReportView = ShownDriftReport;
export type DriftColumnView = ShownDriftReport['columns'][number];
export type DriftSideView = DriftColumnView['recent'];

export interface DriftChecks {
  /** Newest first. */
  items: DriftCheckView[];
  /** The settings as they are for this project. */
  everyPeriods: number;
  windowPeriods: number;
}
