// The pipeline `drift`: seal → snapshot → check. Killed anywhere it goes on; one job leaves one report.

import { type Clock, type EventData, isAppError } from '../../core/index.ts';
import type { DriftStore, Json } from '../../storage/ports/index.ts';
import type { DataService } from '../data/index.ts';
import { definePipeline, type Pipeline, type StepContext } from '../jobs/index.ts';
import type { Projects } from '../projects/index.ts';
import { projectOf, resultOf, sealStep } from '../train/index.ts';
import { type DriftCheck, summaryOf } from './drift-report.ts';
import type { CheckTask } from './stored-check.ts';

export interface DriftPipelineOptions {
  readonly projects: Pick<Projects, 'getProject'>;
  readonly data: Pick<DataService, 'seal' | 'closePeriods' | 'createSnapshot' | 'projectClock'>;
  readonly store: DriftStore;
  readonly clock: Clock;
  /** Off the event loop. @throws the signal's reason when the job is to stop */
  readonly check: (task: CheckTask, signal: AbortSignal) => Promise<DriftCheck>;
}

/** An event names so many columns and faults; the report has all. */
const toldMax = 20;

export function driftPipeline(options: DriftPipelineOptions): Pipeline {
  return definePipeline({
    name: 'drift',
    steps: [
      { name: 'seal', run: (context) => sealStep({ data: options.data }, context) },
      { name: 'snapshot', weight: 2, run: (context) => snapshotOf(options, context) },
      { name: 'check', weight: 20, run: (context) => check(options, context) },
    ],
  });
}

/** Unlike a training, a check looks at old data too. */
async function snapshotOf(
  { projects, data }: DriftPipelineOptions,
  { project: name }: StepContext,
): Promise<Json> {
  const project = await projectOf({ projects }, name);
  await data.closePeriods(project);
  const { id, periodMax, seriesCount } = await data.createSnapshot(name);
  const clock = await data.projectClock(name);
  return { snapshotId: id, seriesCount, periodMax: Math.min(periodMax, clock ?? periodMax) };
}

async function check(
  { projects, store, clock, check: run }: DriftPipelineOptions,
  context: StepContext,
): Promise<Json> {
  const { job, project: name, signal } = context;
  const known = await store.driftReport(name, job.id);
  if (known !== undefined) return resultOfCheck(known.report as unknown as DriftCheck);
  const project = await projectOf({ projects }, name);
  const { snapshotId, periodMax } = resultOf<{ readonly snapshotId: string; readonly periodMax: number }>(
    context,
    'snapshot',
  );
  const [last] = await store.driftReports(name, 1);
  const before = last === undefined ? undefined : await store.driftReport(name, last.id);
  const task = { project, snapshotId, through: periodMax, beforeId: last?.id ?? null };
  const found = await run(task, signal);
  const record = {
    id: job.id,
    project: name,
    at: clock.now(),
    period: found.to,
    verdict: found.verdict,
    summary: summaryOf(found) as unknown as Json,
    report: found as unknown as Json,
  };
  try {
    await store.addDriftReport(record, toldOf(job.id, found, (before?.report ?? null) as DriftCheck | null));
  } catch (error) {
    // The project was removed meanwhile: nobody reads it.
    if (!isAppError(error, 'serving/unknown-project')) throw error;
  }
  return resultOfCheck(found);
}

function resultOfCheck({ verdict, from, to, columns, faults }: DriftCheck): Json {
  const drifted = columns.filter((one) => one.verdict === 'drift').length;
  return { verdict, from, to, drifted, faults: faults.length };
}

/** What this check found that the one before had not; null = nothing. */
export function toldOf(
  reportId: string,
  found: DriftCheck,
  before: DriftCheck | null,
): EventData['drift.detected'] | null {
  const columns = found.columns.filter(({ column, group, verdict, confirmed }) => {
    const last = before?.columns.find((one) => one.column === column && one.group === group);
    return verdict === 'drift' && (last?.verdict !== 'drift' || (confirmed && !last.confirmed));
  });
  const faults = found.faults.filter(
    ({ kind, column, group, since }) =>
      !before?.faults.some(
        (one) =>
          one.kind === kind &&
          one.column === column &&
          one.group === group &&
          // What stands through the whole window begins later in each.
          (one.since === since || kind === 'constant' || kind === 'vanished'),
      ),
  );
  if (columns.length === 0 && faults.length === 0) return null;
  return {
    reportId,
    period: found.to,
    columns: columns
      .slice(0, toldMax)
      .map(({ column, group, because, confirmed }) => ({ column, group, because, confirmed })),
    faults: faults.slice(0, toldMax).map(({ kind, column, because }) => ({ kind, column, because })),
    others: Math.max(0, columns.length - toldMax) + Math.max(0, faults.length - toldMax),
  };
}
