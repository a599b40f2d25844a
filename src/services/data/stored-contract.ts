// The data contract asked of what is stored: the newest periods of the project, each with the latest word on it.

import { AppError, type CheckResult, type Project } from '../../core/index.ts';
import { lookOf } from './contract-events.ts';
import type { DataContext } from './data-options.ts';
import { storedRows } from './stored-rows.ts';

/** Periods looked at: two of the longest season, within these. */
const periodsMin = 28;
const periodsMax = 400;

export interface StoredContract {
  /** When it was asked, UTC milliseconds. */
  readonly at: number;
  readonly rows: number;
  /** The periods looked at; null when nothing is stored. */
  readonly periodMin: number | null;
  readonly periodMax: number | null;
  readonly results: readonly CheckResult[];
}

/**
 * Attributes are none of the columns here. Cost: one reading of the history, in a worker.
 * @throws AppError `contract/none`
 */
export async function storedContract(context: DataContext, project: Project): Promise<StoredContract> {
  const { store, clock, engine, limitMs } = context;
  const { rules } = project.contract;
  if (rules === undefined)
    throw new AppError('contract/none', `project ${JSON.stringify(project.name)} names no contract`);
  const { periodMax } = await store.historyTotals(project.name);
  const season = 2 * Math.max(0, ...project.seasons);
  const periodMin = (periodMax ?? 0) + 1 - Math.min(periodsMax, Math.max(periodsMin, season));
  const now = clock.now();
  const input = {
    stored: await storedRows(context, project.name),
    project,
    checks: rules.checks,
    periodMin,
    now,
    projectClock: await store.projectClock(project.name),
  };
  const found = await engine.run('storedContract', input, { limitMs });
  return { at: now, ...found, periodMin: found.rows === 0 ? null : periodMin };
}

/** Keeps what came of it as the last look at what is stored. An answer is not taken away by a store that cannot be written. */
export async function noteStoredLook(
  { store }: Pick<DataContext, 'store'>,
  project: Project,
  { at, results }: Pick<StoredContract, 'at' | 'results'>,
): Promise<void> {
  const look = lookOf(project, results, { at, batchId: null, source: 'stored' });
  if (look !== undefined) await store.noteContractLook(project.name, 'stored', look).catch(() => undefined);
}
