// The training pipeline: seal → snapshot → fit → register → gate → promote. Every step may be run again after a crash:
// what it makes is named by content or by the job, and what is there already is not made twice.

import { type Actor, isAppError, isTraining } from '../../core/index.ts';
import type { Json } from '../../storage/ports/index.ts';
import { definePipeline, isAskedFor, type Pipeline, type StepContext } from '../jobs/index.ts';
import type { AliasCause } from '../registry/index.ts';
import { backtestStep } from './backtest-step.ts';
import { fitStep } from './fit-step.ts';
import { gateJson } from './gate.ts';
import type { ExamQuestion } from './gates/examine.ts';
import { sealStep, snapshotStep } from './snapshot-steps.ts';
import { judgeInThread } from './train-thread.ts';
import {
  type FitResult,
  projectOf,
  resultOf,
  type SnapshotResult,
  type TrainingOptions,
} from './training-options.ts';
import { decodeReport } from './training-report.ts';

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
      { name: 'seal', run: (context) => sealStep(options, context) },
      { name: 'snapshot', weight: 2, run: (context) => snapshotStep(options, context) },
      { name: 'fit', weight: 90, run: (context) => fitStep(options, context) },
      { name: 'register', run: (context) => register(options, context) },
      { name: 'gate', weight: 2, run: (context) => gate(options, context) },
      { name: 'promote', run: (context) => promote(options, context) },
    ],
  });
}

/**
 * Pipeline `backtest`: how good each model would have been on the end of the history, without a version. The run that its
 * last step names holds the figures. Input: see `backtestStep`.
 */
export function backtestPipeline(options: TrainingOptions): Pipeline {
  return definePipeline({
    name: 'backtest',
    steps: [
      { name: 'seal', run: (context) => sealStep(options, context) },
      { name: 'snapshot', weight: 2, run: (context) => snapshotStep(options, context) },
      { name: 'score', weight: 90, run: (context) => backtestStep(options, context) },
    ],
  });
}

async function register(options: TrainingOptions, context: StepContext): Promise<Json> {
  const { registry, blobs } = options;
  const { snapshotId } = resultOf<SnapshotResult>(context, 'snapshot');
  const { runId, artifact, report } = resultOf<FitResult>(context, 'fit');
  const { metrics } = decodeReport(await blobs.get(report.hash));
  const own = Object.entries(metrics).filter(([name]) => /^(selected|seasonal-naive|inventory)\./.test(name));
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
    const cause = { by: by(context), reason: 'registered' };
    await registry.setAlias(context.project, 'challenger', version.id, cause);
  }
  return { versionId: version.id, number: version.number };
}

async function gate(options: TrainingOptions, context: StepContext): Promise<Json> {
  const { registry, blobs, data, threads } = options;
  const { versionId } = resultOf<RegisterResult>(context, 'register');
  const { snapshotId } = resultOf<SnapshotResult>(context, 'snapshot');
  const { artifact, report } = resultOf<FitResult>(context, 'fit');
  const project = await projectOf(options, context.project);
  const result = await judgeInThread(
    {
      project,
      challenger: await blobs.get(artifact.hash),
      champion: await championBeside(options, context.project, versionId),
      panel: await data.readPanel(project, snapshotId),
      report: await blobs.get(report.hash),
    },
    { threads, signal: context.signal },
  );
  await registry.setGate(versionId, gateJson(result));
  return { passed: result.passed, reason: result.reason };
}

/** What serves, to compare with; null when nothing does. */
async function championBeside(
  { registry }: TrainingOptions,
  project: string,
  versionId: string,
): Promise<ExamQuestion['champion']> {
  const serving = await registry.loadServing(project);
  // Promoted already, by the run of this job that crashed: compared with what it replaced it has passed.
  if (serving === undefined || serving.version.id === versionId) return null;
  return { versionId: serving.version.id, artifact: serving.artifact };
}

async function promote(options: TrainingOptions, context: StepContext): Promise<Json> {
  const { registry, promotion } = options;
  const { versionId, number } = resultOf<RegisterResult>(context, 'register');
  const { passed, reason } = resultOf<GateStepResult>(context, 'gate');
  if (!passed) return { promoted: false, reason, versionId, number };
  const same = await sameAsChampion(options, context.project, versionId);
  if (same !== undefined) return { promoted: false, reason: same, versionId, number };
  const held = await heldByRollback(options, context);
  if (held !== undefined) return { promoted: false, reason: held, versionId, number };
  if (await hasServed(options, context.project, versionId)) await promotion.follow(context.project);
  else {
    const refusal = await refusalOf(options, { versionId, by: by(context), reason });
    if (refusal !== undefined) return { promoted: false, reason: refusal, versionId, number };
    await registry.removeAlias(context.project, 'challenger', {
      by: by(context),
      reason: `version ${number} became champion`,
    });
  }
  return { promoted: true, reason, versionId, number };
}

function by({ job }: StepContext): Actor {
  return `train ${job.id}`;
}

/** Promotes a version. @returns why it does not serve: what processes that serve found when they tried it; undefined when it does */
async function refusalOf(
  { registry, promotion }: TrainingOptions,
  { versionId, ...cause }: { versionId: string } & AliasCause,
): Promise<string | undefined> {
  try {
    await promotion.promote(await registry.get(versionId), cause);
    return undefined;
  } catch (error) {
    if (!isAppError(error, 'serving/swap-refused')) throw error;
    return `it passed the gate and was refused by what serves: ${error.details.reason}`;
  }
}

/**
 * Why a training that nobody asked for may not promote: a person has put an older version back, and that holds until a
 * person promotes a newer one or asks for a training.
 */
async function heldByRollback(
  { registry }: TrainingOptions,
  { project, input }: StepContext,
): Promise<string | undefined> {
  const [last, before] = await registry.aliasHistory(project, 'champion', 2);
  if (isAskedFor(input) || last === undefined || before === undefined || isTraining(last.by)) {
    return undefined;
  }
  const [to, from] = [await registry.get(last.versionId), await registry.get(before.versionId)];
  if (to.number >= from.number) return undefined;
  return (
    `${last.by} put version ${to.number} back (${last.reason}): this version waits as challenger ` +
    'until it is promoted or a training is asked for'
  );
}

/** Why there is nothing to swap: the champion forecasts from the very same bytes, or a version that was refused did. */
async function sameAsChampion(
  { registry }: TrainingOptions,
  project: string,
  versionId: string,
): Promise<string | undefined> {
  const champion = await registry.champion(project);
  if (champion === undefined || champion.id === versionId) return undefined;
  const { artifactHash } = await registry.get(versionId);
  if (artifactHash === champion.artifactHash)
    return `the same model as version ${champion.number}, byte for byte: no new data since`;
  const refused = (await registry.list(project)).find(
    (one) => one.id !== versionId && one.artifactHash === artifactHash && one.refusal !== null,
  );
  return refused === undefined
    ? undefined
    : `the same model as version ${refused.number}, byte for byte, which was refused: ${refused.refusal?.reason}`;
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
