// The training pipeline: seal → snapshot → fit → register → gate → promote. Every step may be run again after a crash:
// what it makes is named by content or by the job, and what is there already is not made twice.

import { AppError, type Clock, type Panel, type Project, type Series } from '../core/index.ts';
import { definePipeline, elapsedMs, type Pipeline, type StepContext } from '../jobs/index.ts';
import { decodeForecaster } from '../models/index.ts';
import type { Registry } from '../registry/index.ts';
import type { BlobRef, BlobStore, Json, ProjectStore, SnapshotRecord } from '../store/ports.ts';
import type { Tracking } from '../tracking/index.ts';
import { checkFresh } from './check-data.ts';
import { fitProject } from './fit-project.ts';
import { ofForecaster, scoreFolds } from './fold-scores.ts';
import { decideGate, gateJson } from './gate.ts';
import { decodeReport, encodeReport, type TrainingReport } from './training-report.ts';

/** What training needs of the data room. */
export interface TrainingData {
  /** Moves finished small batches from the relational tail into a segment. */
  seal(project: string): Promise<unknown>;
  createSnapshot(project: string): Promise<SnapshotRecord>;
  readPanel(project: string, snapshotId: string): Promise<Panel>;
}

export interface TrainingOptions {
  readonly projects: Pick<ProjectStore, 'getProject'>;
  readonly data: TrainingData;
  readonly tracking: Pick<Tracking, 'start'>;
  readonly registry: Pick<
    Registry,
    'register' | 'setGate' | 'setAlias' | 'removeAlias' | 'champion' | 'aliasHistory' | 'loadArtifact' | 'get'
  >;
  readonly blobs: Pick<BlobStore, 'put' | 'get'>;
  /** The clock by which data is fresh or stale. */
  readonly clock: Clock;
  /** Worker threads of a fit; 0 = compute on the calling thread. */
  readonly threads: number;
}

type SnapshotResult = { readonly snapshotId: string };
type FitResult = { readonly runId: string; readonly artifact: BlobRef; readonly report: BlobRef };
type RegisterResult = { readonly versionId: string; readonly number: number };
type GateStepResult = { readonly passed: boolean; readonly reason: string };

/**
 * Pipeline `train`. The job's results end with `promote: {promoted, reason, versionId, number}`: a challenger that the
 * gate refuses is no failure of the job.
 */
export function trainingPipeline(options: TrainingOptions): Pipeline {
  return definePipeline({
    name: 'train',
    steps: [
      { name: 'seal', run: (context) => seal(options, context) },
      { name: 'snapshot', run: (context) => snapshot(options, context) },
      { name: 'fit', weight: 30, run: (context) => fit(options, context) },
      { name: 'register', run: (context) => register(options, context) },
      { name: 'gate', weight: 3, run: (context) => gate(options, context) },
      { name: 'promote', run: (context) => promote(options, context) },
    ],
  });
}

async function seal({ data }: TrainingOptions, { project }: StepContext): Promise<Json> {
  await data.seal(project);
  return null;
}

async function snapshot(options: TrainingOptions, { project: name }: StepContext): Promise<Json> {
  const project = await projectOf(options, name);
  const { id, periodMax, rowCount, seriesCount } = await options.data.createSnapshot(name);
  if (rowCount === 0)
    throw new AppError('train/no-data', `project ${name} has no observations: send history first`);
  checkFresh(project, periodMax, options.clock);
  return { snapshotId: id, rowCount, seriesCount, periodMax };
}

async function fit(options: TrainingOptions, context: StepContext): Promise<Json> {
  const { blobs, data, tracking, threads } = options;
  const { snapshotId } = resultOf<SnapshotResult>(context, 'snapshot');
  const project = await projectOf(options, context.project);
  const { horizonSteps, seasons, levels, models, seed } = project;
  const run = await tracking.start({
    // Named by the job, so that a fit begun again after a crash is the same run.
    id: context.job.id.replace(/^job_/, 'run_'),
    project: project.name,
    kind: 'train',
    seed,
    snapshotId,
    params: { horizon: horizonSteps, seasons, levels, models, input: context.input },
  });
  const began = elapsedMs();
  const cost = (cpuSeconds?: number) => ({
    durationMs: elapsedMs() - began,
    memoryBytesPeak: process.resourceUsage().maxRSS * 1024,
    ...(cpuSeconds === undefined ? {} : { cpuSeconds }),
  });
  try {
    const panel = await data.readPanel(project.name, snapshotId);
    const fitted = await fitProject({
      project,
      snapshotId,
      panel,
      threads,
      onProgress: (fraction, message) => {
        context.signal.throwIfAborted();
        context.progress(fraction, message);
      },
    });
    const artifact = await run.attach('model', fitted.artifact);
    const report = await run.attach('report', encodeReport(fitted.report));
    await run.logMetrics(fitted.report.metrics);
    await run.logParams({
      series: fitted.report.seriesIds.length,
      shortSeries: fitted.report.shortSeries.length,
      chosen: fitted.report.chosen,
    });
    await run.finish(cost(fitted.cpuSeconds));
    // Asked for after the writes: a blob that cannot be read back must fail the fit, not a later step.
    await blobs.get(artifact.hash);
    return { runId: run.id, artifact: { ...artifact }, report: { ...report } };
  } catch (error) {
    await run.fail(error, cost());
    throw error;
  }
}

async function register(options: TrainingOptions, context: StepContext): Promise<Json> {
  const { registry, blobs } = options;
  const { snapshotId } = resultOf<SnapshotResult>(context, 'snapshot');
  const { runId, artifact, report } = resultOf<FitResult>(context, 'fit');
  const { metrics } = decodeReport(await blobs.get(report.hash));
  const own = Object.entries(metrics).filter(([name]) => /^(selected|seasonal-naive)\./.test(name));
  const version = await registry.register({
    project: context.project,
    runId,
    snapshotId,
    artifact,
    metrics: Object.fromEntries(own),
    gate: null,
  });
  const promoted = await hasServed(options, context.project, version.id);
  if (!promoted) {
    const cause = { by: 'train', reason: `registered by job ${context.job.id}` };
    await registry.setAlias(context.project, 'challenger', version.id, cause);
  }
  return { versionId: version.id, number: version.number };
}

async function gate(options: TrainingOptions, context: StepContext): Promise<Json> {
  const { registry, blobs } = options;
  const { versionId } = resultOf<RegisterResult>(context, 'register');
  const { report: ref } = resultOf<FitResult>(context, 'fit');
  const report = decodeReport(await blobs.get(ref.hash));
  const result = decideGate({
    challenger: report.selected,
    seasonalNaive: report.seasonalNaive,
    champion: await championScores(options, context, { report, versionId }),
  });
  await registry.setGate(versionId, gateJson(result));
  return { passed: result.passed, reason: result.reason };
}

/** The champion on the challenger's folds: the same demand, the champion's own parameters. */
async function championScores(
  options: TrainingOptions,
  context: StepContext,
  { report, versionId }: { report: TrainingReport; versionId: string },
): Promise<Parameters<typeof decideGate>[0]['champion']> {
  const champion = await options.registry.champion(context.project);
  // Promoted already, by the run of this job that crashed: compared with what it replaced it has passed.
  if (champion === undefined || champion.id === versionId) return null;
  const bytes = await options.registry.loadArtifact(champion);
  const { grid, series } = await options.data.readPanel(context.project, report.snapshotId);
  const byId = new Map(series.map((one) => [one.id, one]));
  // In the order of the report's scores; a snapshot never changes, so none is missing.
  const panel = { grid, series: report.seriesIds.map((id) => byId.get(id) as Series) };
  const contender = ofForecaster(decodeForecaster(bytes), panel, report.shape);
  return { versionId: champion.id, scores: await scoreFolds(panel, report.shape, contender) };
}

async function promote(options: TrainingOptions, context: StepContext): Promise<Json> {
  const { registry } = options;
  const { versionId, number } = resultOf<RegisterResult>(context, 'register');
  const { passed, reason } = resultOf<GateStepResult>(context, 'gate');
  if (!passed) return { promoted: false, reason, versionId, number };
  if (!(await hasServed(options, context.project, versionId))) {
    await registry.setAlias(context.project, 'champion', versionId, { by: 'gate', reason });
    await registry.removeAlias(context.project, 'challenger', {
      by: 'gate',
      reason: `version ${number} became champion`,
    });
  }
  return { promoted: true, reason, versionId, number };
}

/**
 * True when the version has been champion: then this step has done its work before a crash, and a rollback that came
 * in between must not be undone.
 */
async function hasServed(
  { registry }: TrainingOptions,
  project: string,
  versionId: string,
): Promise<boolean> {
  const history = await registry.aliasHistory(project, 'champion', 100);
  return history.some((change) => change.versionId === versionId);
}

/** What an earlier step of this pipeline returned. */
function resultOf<Result>(context: StepContext, step: string): Result {
  return context.results[step] as unknown as Result;
}

async function projectOf({ projects }: TrainingOptions, name: string): Promise<Project> {
  const project = await projects.getProject(name);
  if (project === undefined) throw new AppError('train/unknown-project', `there is no project ${name}`);
  return project;
}
