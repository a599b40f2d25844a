// The step that fixes what a forecast file is made from: version, last batch, the blob of the requests.

import { AppError, type Project, wholeProject } from '../../core/index.ts';
import type { Json, VersionRecord } from '../../storage/ports/index.ts';
import type { StepContext } from '../jobs/index.ts';
import { askOf, type LevelAdaptation } from '../serving/index.ts';
import type { ScoringOptions } from './scoring-options.ts';
import { layout, type ScoringPlan, seriesPerPart } from './scoring-plan.ts';
import { requestOf } from './scoring-request.ts';

/**
 * @returns the plan, see `ScoringPlan`
 * @throws AppError `scoring/bad-request`, `serving/unknown-project`, `serving/not-trained`, `serving/horizon-too-long`,
 *   `serving/invalid-levels`, `registry/unknown-version`
 */
export async function pinStep(options: ScoringOptions, context: StepContext): Promise<Json> {
  const { projects, registry, clock, store } = options;
  const request = requestOf(context.input);
  const project = await projects.getProject(context.project);
  if (project === undefined)
    throw new AppError('serving/unknown-project', `there is no project ${context.project}`);
  const version =
    request.version === null
      ? await registry.champion(project.name)
      : await registry.find(project.name, request.version);
  const { horizon } = askOf(
    project,
    {
      ...(request.horizon === null ? {} : { horizon: request.horizon }),
      ...(request.quantiles === null ? {} : { quantiles: request.quantiles }),
    },
    [],
  );
  const plan: ScoringPlan = {
    layout,
    job: context.job.id,
    project,
    versionId: version?.id ?? null,
    ...(await watermark(options, project, { version, horizon })),
    overridesThrough: await store.lastOverrideSeq(project.name),
    adaptation: await adaptationNow(options, project, version),
    madeAt: clock.now(),
    horizon,
    levels: request.quantiles,
    format: request.format,
    csv: request.csv,
    requests: request.requests,
    unknown: request.unknown,
    log: request.log,
    seriesPerPart: seriesPerPart(horizon),
  };
  return { plan: plan as unknown as Json };
}

/** The last batch there is, which serving has caught up with at this moment, and the periods that steps after it may be for. */
async function watermark(
  { store }: Pick<ScoringOptions, 'store'>,
  project: Project,
  { version, horizon }: { readonly version: VersionRecord | undefined; readonly horizon: number },
): Promise<Pick<ScoringPlan, 'batchSeqMax' | 'periods'>> {
  const snapshot = version && (await store.getSnapshot(version.snapshotId ?? 'none'));
  if (version !== undefined && snapshot === undefined)
    throw new AppError(
      'serving/swap-refused',
      `snapshot ${version.snapshotId} of version ${version.number} is not in the store`,
    );
  const { batchSeq: batchSeqMax, periodMax } = await store.historyTotals(project.name);
  const closings = await store.readClosings(project.name, { batchSeqMax });
  const clock = closings.find(({ group }) => group === wholeProject)?.through;
  const ends = [snapshot?.periodMax, periodMax, ...closings.map(({ through }) => through)];
  const newest = Math.max(...ends.map((end) => end ?? Number.NEGATIVE_INFINITY));
  // No series ends before the project clock; before there is one, few that plans are made for end a horizon before the newest.
  if (Number.isFinite(newest))
    return { batchSeqMax, periods: { from: (clock ?? newest - horizon) + 1, to: newest + horizon } };
  throw new AppError(
    'serving/not-trained',
    `project "${project.name}" has no champion and no observation: send history, and train it`,
  );
}

/** As serving takes it: of the champion, where the project wants it. */
async function adaptationNow(
  { registry, adaptation }: ScoringOptions,
  project: Project,
  version: VersionRecord | undefined,
): Promise<LevelAdaptation> {
  const champion = await registry.champion(project.name);
  const isServed = version !== undefined && champion?.id === version.id;
  return isServed && project.adaptCoverage !== false ? await adaptation(project) : {};
}
