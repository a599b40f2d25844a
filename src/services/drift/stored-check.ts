// A check of what is stored, as a thread makes it: reads the panel of a snapshot and the check before, and gives back plain data.

import type { Project } from '../../core/index.ts';
import type { DriftStore, PredictionStore } from '../../storage/ports/index.ts';
import { type DataService, holidayColumn } from '../data/index.ts';
import type { AccuracyMonitor } from '../monitor/index.ts';
import { checkPanel } from './check-panel.ts';
import type { DriftCheck } from './drift-report.ts';
import { driftSettingsOf } from './drift-settings.ts';
import { servedErrors } from './served-errors.ts';

export interface CheckTask {
  readonly project: Project;
  readonly snapshotId: string;
  /** The newest period closed for the whole project. */
  readonly through: number;
  /** The report whose persistence goes on; null = none. */
  readonly beforeId: string | null;
}

/** What the script of the thread is given. */
export interface DriftThreadData {
  readonly task: CheckTask;
  readonly setup: unknown;
}

export type FromDriftThread =
  | { readonly kind: 'done'; readonly check: DriftCheck }
  | {
      readonly kind: 'failed';
      /** Null for errors that have no code. */
      readonly code: string | null;
      readonly message: string;
      readonly details: object;
    };

/** Years before the window of which holidays are asked. */
const holidayYears = 5;
const hoursPerYear = 366 * 24;

/** What a check reads from. */
export interface CheckReads {
  readonly data: Pick<DataService, 'readPanel'>;
  readonly store: Pick<DriftStore, 'driftReport'> & Pick<PredictionStore, 'predictionStats'>;
  readonly monitor: Pick<AccuracyMonitor, 'steps'>;
}

export async function checkStored(
  { project, snapshotId, through, beforeId }: CheckTask,
  { data, store, monitor }: CheckReads,
): Promise<DriftCheck> {
  const record = beforeId === null ? undefined : await store.driftReport(project.name, beforeId);
  const panel = await data.readPanel(project, snapshotId);
  const oldest = panel.series.reduce((least, { start }) => Math.min(least, start), through);
  const perYear = project.grid.frequency === 'hour' ? hoursPerYear : 366;
  const from = Math.max(oldest, through - holidayYears * perYear);
  const { windowPeriods } = driftSettingsOf(project);
  const both = { from: through - 2 * windowPeriods + 1, to: through };
  return checkPanel({
    project,
    panel,
    through,
    errorAt: await servedErrors({ project, panel }, both, { monitor, store }),
    // A season reaches a little past what is looked at: holidays move.
    holidays: holidayColumn(project, { from: from - perYear, to: through + perYear }),
    before: (record?.report ?? null) as DriftCheck | null,
  });
}
